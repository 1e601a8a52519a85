"""What a variant must satisfy before it is kept, and how it is brought into shape. Sentences name places by
number, never by a title: people write names of clients into what is theirs."""

import re
from dataclasses import replace

from services.adapters.speech.languages import LANGUAGES
from services.errors import Invalid
from services.instructions.structure import Instruction, Section, Style

LENGTHS = ("short", "medium", "long")
PERSONS = ("third", "first", "second")
TENSES = ("past", "present")
QUOTES = ("verbatim", "none")
SPEAKERS = ("client", "therapist", None)
MOST_SECTIONS, MOST_RULES, MOST_CUES = 30, 20, 400
TITLE, TEXT, RULE, CUE, MODALITY = 80, 1500, 300, 60, 60  # characters at most
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def checked(wanted: Instruction, built_in: Instruction) -> Instruction:
    """`wanted` with its spaces tidied, keys for new sections, and what nobody may take away put back: the rules
    of the house, whose method it is, which of the built-in sections are the clinician's conclusions. Raises Invalid.
    """
    if not 1 <= len(wanted.sections) <= MOST_SECTIONS:
        raise Invalid(f"A note needs between 1 and {MOST_SECTIONS} sections.")
    conclusions = {section.key for section in built_in.sections if section.is_clinicians}
    sections = [
        _section(number, section, conclusions)
        for number, section in enumerate(wanted.sections, start=1)
    ]
    _apart(sections)
    return replace(
        wanted,
        title=_text(wanted.title, TITLE, "The title"),
        purpose=_text(wanted.purpose, TEXT, "The purpose"),
        group=built_in.group,
        sections=tuple(sections),
        style=_style(wanted.style),
        rules=(*built_in.rules, *_own_rules(wanted, built_in)),
        attribution=built_in.attribution,
        built_in_version=built_in.version,
    )


def own_rules(wanted: Instruction, built_in: Instruction) -> tuple[str, ...]:
    """The rules of a variant beyond those of the house."""
    return tuple(rule for rule in wanted.rules if rule not in built_in.rules)


def _section(number: int, section: Section, conclusions: set[str]) -> Section:
    where = f"Section {number}"
    title = _text(section.title, TITLE, f"{where}: the title")
    key = section.key or _key(title, number)
    if not _KEY.fullmatch(key):
        raise Invalid(f"{where} has a key that is not made of small letters, digits and _.")
    if section.speaker not in SPEAKERS:
        raise Invalid(f"{where}: the words are the client's, the therapist's or both.")
    return replace(
        section,
        key=key,
        title=title,
        belongs=_text(section.belongs, TEXT, f"{where}: what belongs there"),
        excluded=_optional(section.excluded, TEXT, f"{where}: what must not be there"),
        cues=_cues(where, section.cues),
        is_clinicians=section.is_clinicians or key in conclusions,
    )


def _apart(sections: list[Section]) -> None:
    seen: dict[str, int] = {}
    for names in ([s.key for s in sections], [s.title.casefold() for s in sections]):
        seen.clear()
        for number, name in enumerate(names, start=1):
            if name in seen:
                raise Invalid(
                    f"Sections {seen[name]} and {number} have the same name. Rename one of them."
                )
            seen[name] = number


def _style(style: Style) -> Style:
    for value, allowed, what in (
        (style.length, LENGTHS, "length"),
        (style.person, PERSONS, "person"),
        (style.tense, TENSES, "tense"),
        (style.quotes, QUOTES, "quotations"),
    ):
        if value not in allowed:
            raise Invalid(f"The {what} can be {', '.join(allowed)}.")
    if style.language and style.language not in LANGUAGES:
        raise Invalid("Name the language by its code, such as en or de, or leave it empty.")
    return replace(style, modality=_optional(style.modality, MODALITY, "The modality"))


def _own_rules(wanted: Instruction, built_in: Instruction) -> tuple[str, ...]:
    given = own_rules(wanted, built_in)
    tidy = [_optional(rule, RULE, f"Rule {number}") for number, rule in enumerate(given, start=1)]
    kept = tuple(dict.fromkeys(rule for rule in tidy if rule))
    if len(kept) > MOST_RULES:
        raise Invalid(f"Up to {MOST_RULES} rules of your own.")
    return kept


def _cues(where: str, cues: tuple[str, ...]) -> tuple[str, ...]:
    tidy = tuple(dict.fromkeys(" ".join(cue.lower().split()) for cue in cues if cue.strip()))
    if len(tidy) > MOST_CUES or any(len(cue) > CUE for cue in tidy):
        raise Invalid(f"{where}: up to {MOST_CUES} cues of {CUE} characters each.")
    return tidy


def _key(title: str, number: int) -> str:
    """Of a new section: its title in ASCII, or its number where the title has no letters of that kind."""
    made = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40]
    return made if made[:1].isalpha() else f"section_{number}"


def _text(text: str, most: int, what: str) -> str:
    text = _optional(text, most, what)
    if not text:
        raise Invalid(f"{what} is empty. Fill it in.")
    return text


def _optional(text: str, most: int, what: str) -> str:
    text = " ".join(text.split())
    if len(text) > most:
        raise Invalid(f"{what} has {len(text)} characters. {most} are possible.")
    return text
