"""Identifiers out of the text before it leaves, and back into what is answered. Reduces what is given away; it does
not make a text anonymous: names that nobody listed, or that were misheard, stay.

Known identifiers come from the client record; telephone numbers, e-mail and web addresses, long numbers, full dates,
streets and postcodes are found by their shape. Relative dates ("next Tuesday") stay: they carry the clinical content.
Each exact spelling has its own placeholder, so that putting it back restores every letter. The mapping lives in
memory for one draft.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from services.adapters.llm import (
    Draft,
    DraftedSection,
    DraftedStatement,
    DraftRequest,
    Line,
    SectionRequest,
)

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
STREETS = (
    "street|road|avenue|lane|drive|close|court|crescent|terrace|boulevard|square|way|place|gardens|grove|"
    "st|rd|ave|ln|dr|blvd"
)
# Scripts that put no space between words put none before a figure or behind a name either.
ALONE = r"(?<![a-z\d])"
NO_SPACES = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
DIGIT = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
SHAPES = (
    ("EMAIL", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("EMAIL", r"[\w.+-]+ at [\w-]+ dot (?:com|org|net|edu|gov|co dot uk|de|fr)\b"),
    ("LINK", r"(?:https?://|www\.)\S+"),
    ("DATE", rf"{ALONE}\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}}(?![a-z\d])"),
    ("DATE", rf"{ALONE}\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}(?![a-z\d])"),
    ("DATE", r"(?<!\d)\d{2,4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"),
    ("DATE", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTHS})\.?,? \d{{4}}\b"),
    ("DATE", rf"\b(?:{MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b"),
    # the street's own name begins with a capital: "20 milligrams on the way" is no address
    ("ADDRESS", rf"\b\d{{1,5}}[a-z]?,? (?:(?-i:[A-Z])[\w'’-]* ){{1,3}}(?:{STREETS})\b"),
    ("ADDRESS", r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
    ("PHONE", rf"(?:\+|{ALONE})(?:\d[ ().-]{{0,2}}){{7,}}\d(?![a-z\d])"),
    ("PHONE", r"(?<![\d.])\d{3}[ .-]\d{4}\b"),  # a local number of seven digits
    ("PHONE", rf"\b(?:{DIGIT}[ ,-]+){{5,}}{DIGIT}\b"),
    ("NUMBER", r"\b[A-Z]{0,3}\d{6,}[A-Z]?\b"),
)
FOUND_BY_SHAPE = tuple((kind, re.compile(shape, re.IGNORECASE)) for kind, shape in SHAPES)
# Figures that follow each other over a line's end are scores in columns sooner than a number that is cut.
CUT_BY_LINES = tuple(one for one in FOUND_BY_SHAPE if one[0] in ("DATE", "ADDRESS"))
PLACEHOLDER = re.compile(
    r"\[?\b(NAME|EMAIL|LINK|DATE|ADDRESS|PHONE|NUMBER)_(\d+)\b\]?", re.IGNORECASE
)
# Names that are words as well are taken for a name only where they are written as one.
WORDS_TOO = frozenset(
    "april art august autumn bill bob carol chase christian dawn dean drew faith frank gene grace grant hope hunter "
    "iris ivy jack jean joy june lily mark may melody mercy miles nick olive pat patience pearl penny pierce pope "
    "rich rob robin rose ruby rusty sandy skip summer sue ted teddy victor violet wade ward will young long short "
    "brown black white green gray grey king knight day church hill wood woods stone field fields north west east "
    "best cook baker smith taylor carter miller walker banks bell bush case chance cross love price rice small song "
    "strong sweet swift wise".split()
)
# What a transcript calls a speaker before anybody gave a name.
NO_NAMES = re.compile(
    r"(?:speaker|therapist|client|partner|other|parent|counsellor|clinician)(?: \d+)?", re.I
)
# Parts of names that say nothing by themselves.
PARTICLES = frozenset(
    "al an and bin da de del den der di dos dr du el ibn la le mr mrs ms of prof ten the van von".split()
)
SHORTEST_NAME = 2  # letters of a part of a name


class Placeholders:
    """Of one draft: gives and remembers placeholders. Not thread-safe; never stored or logged."""

    def __init__(self, identifiers: Iterable[str]) -> None:
        names = sorted(set(_parts(identifiers)), key=lambda name: (-len(name), name))
        self._any_case = _either(
            (name for name in names if name.casefold() not in WORDS_TOO), re.IGNORECASE
        )
        too = [name for name in names if name.casefold() in WORDS_TOO]
        self._as_written = _either((*too, *map(str.upper, too)))  # forms: "LONG, MARK"
        self._given: dict[str, str] = {}  # spelling → placeholder
        self._meant: dict[str, str] = {}  # placeholder → spelling
        self._counts: dict[str, int] = {}

    def out(self, request: DraftRequest) -> DraftRequest:
        """The request as it may leave."""
        return replace(
            request,
            title=self.hide(request.title),
            purpose=self.hide(request.purpose),
            sections=tuple(self._section_out(section) for section in request.sections),
            rules=tuple(self.hide(rule) for rule in request.rules),
            lines=self.lines(request.lines),
            goals=tuple(self.hide(goal) for goal in request.goals),
        )

    def lines(self, lines: Sequence[Line]) -> tuple[Line, ...]:
        """The lines of a session, or of documents, as they may leave."""
        return tuple(self._lines_out(lines))

    def back(self, draft: Draft) -> Draft:
        """The draft with the words again that its placeholders stand for."""
        return replace(draft, sections=tuple(self._section_back(one) for one in draft.sections))

    def hide(self, text: str) -> str:
        for kind, pattern in FOUND_BY_SHAPE:
            text = self._replaced(pattern, kind, text)
        for names in (self._any_case, self._as_written):
            if names is not None:
                text = self._replaced(names, "NAME", text)
        return text

    def restore(self, text: str) -> str:
        """A placeholder that was never given stays, for the grounding to find."""

        def meant(match: re.Match[str]) -> str:
            name = f"[{match[1].upper()}_{match[2]}]"
            return self._meant.get(name, match[0])

        return PLACEHOLDER.sub(meant, text)

    def _replaced(self, pattern: re.Pattern[str], kind: str, text: str) -> str:
        """Outside of placeholders that stand there already."""
        pieces: list[str] = []
        at = 0
        for match in PLACEHOLDER.finditer(text):
            pieces += [
                pattern.sub(lambda found: self._name(kind, found[0]), text[at : match.start()])
            ]
            pieces.append(match[0])
            at = match.end()
        pieces.append(pattern.sub(lambda found: self._name(kind, found[0]), text[at:]))
        return "".join(pieces)

    def _name(self, kind: str, spelling: str) -> str:
        if spelling not in self._given:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            placeholder = f"[{kind}_{self._counts[kind]}]"
            self._given[spelling], self._meant[placeholder] = placeholder, spelling
        return self._given[spelling]

    def _lines_out(self, lines: Sequence[Line]) -> Iterator[Line]:
        texts = [line.text for line in lines]
        for at, (line, after) in enumerate(pairwise(lines)):
            if line.is_written and (line.name, line.page) == (after.name, after.page):
                texts[at : at + 2] = self._across(texts[at], texts[at + 1])
        for line, text in zip(lines, texts, strict=True):
            yield replace(line, text=self.hide(text), name=self.hide(line.name))

    def _across(self, text: str, after: str) -> tuple[str, str]:
        """What the end of a document's line cuts in two, hidden on both sides."""
        end = len(text)
        for kind, pattern in CUT_BY_LINES:
            for match in pattern.finditer(f"{text} {after}"):
                if match.start() < end and match.end() > end + 1:
                    rest = match.end() - end - 1
                    return (
                        text[: match.start()] + self._name(kind, text[match.start() :]),
                        self._name(kind, after[:rest]) + after[rest:],
                    )
        return text, after

    def _section_out(self, section: SectionRequest) -> SectionRequest:
        return replace(
            section,
            title=self.hide(section.title),
            belongs=self.hide(section.belongs),
            excluded=self.hide(section.excluded),
            cues=(),  # for the quoting drafter; a model is told what belongs
        )

    def _section_back(self, section: DraftedSection) -> DraftedSection:
        return replace(
            section, statements=tuple(self._statement_back(one) for one in section.statements)
        )

    def _statement_back(self, statement: DraftedStatement) -> DraftedStatement:
        quote = self.restore(statement.quote) if statement.quote else statement.quote
        return replace(statement, text=self.restore(statement.text), quote=quote)


def _parts(identifiers: Iterable[str]) -> Iterator[str]:
    """Each identifier, and each word of a name."""
    for identifier in identifiers:
        whole = " ".join(identifier.split())
        if not whole or NO_NAMES.fullmatch(whole):
            continue
        yield whole
        for word in whole.split():
            bare = word.strip(".,;()[]\"'")
            known = bare.casefold() in PARTICLES or NO_NAMES.fullmatch(bare)
            if len(bare) >= SHORTEST_NAME and not known:
                yield bare


def _either(names: Iterable[str], flags: int = 0) -> re.Pattern[str] | None:
    """One of the names, longest first, with its accents in either form of Unicode or without them, as recognisers
    lose them."""
    spelled = dict.fromkeys(one for name in names for one in _spellings(name))
    wanted = [_bounded(name) for name in sorted(spelled, key=len, reverse=True)]
    return re.compile("|".join(wanted), flags) if wanted else None


def _spellings(name: str) -> tuple[str, str, str]:
    apart = unicodedata.normalize("NFD", name)
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", name), apart, bare


def _bounded(name: str) -> str:
    """No part of a longer word, where words have spaces between them."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    before = "" if re.match(NO_SPACES, name) else r"(?<!\w)"
    after = "" if re.search(NO_SPACES + "$", name) else r"(?!\w)"
    return f"{before}{words}{after}"
