"""What differs between two instructions: section by section, field by field, word by word.

Words are compared by difflib without the spaces and without autojunk, which would take common words for noise.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.instructions.structure import Instruction, Section

_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
ALIKE = 0.5  # difflib's ratio
FIELDS = {
    "title": "Title",
    "belongs": "Belongs",
    "excluded": "Does not belong",
    "is_required": "Needed in every note",
    "speaker": "Whose words",
    "cues": "Cues",
    "is_clinicians": "The clinician's conclusion",
}
STYLES = {
    "length": "Length",
    "person": "Person",
    "tense": "Tense",
    "quotes": "Quotations",
    "modality": "Modality",
    "language": "Language",
}


@dataclass(frozen=True)
class Piece:
    """A run of words that is in both, only in the second (added), or only in the first (removed)."""

    kind: str  # same, added, removed
    text: str


@dataclass(frozen=True)
class Difference:
    """One field that differs. `section` is its title in the second, None for the whole instruction's fields."""

    section: str | None
    field: str  # as people read it
    kind: str  # changed, added (a section), removed (a section), moved (a section)
    pieces: tuple[Piece, ...]


def compare(before: Instruction, after: Instruction) -> tuple[Difference, ...]:
    """What `after` says otherwise than `before`, in the order of `after`; sections are matched by key."""
    found = [
        *_fields(None, [("Title", before.title, after.title)]),
        *_fields(None, [("Purpose", before.purpose, after.purpose)]),
        *_sections(before, after),
        *_fields(
            None,
            (
                (words, str(getattr(before.style, name)), str(getattr(after.style, name)))
                for name, words in STYLES.items()
            ),
        ),
        *_lists(None, "Rules", before.rules, after.rules),
    ]
    return tuple(found)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one row of pieces that keep their own spaces, removed ones before what was added in their
    place. Texts that share little are shown one after the other: word by word they would be unreadable."""
    old, new = list(_WORD.finditer(before)), list(_WORD.finditer(after))
    matcher = difflib.SequenceMatcher(
        None, [one.group() for one in old], [one.group() for one in new], autojunk=False
    )
    if matcher.ratio() < ALIKE:
        whole = (Piece("removed", before), Piece("added", after))
        return tuple(piece for piece in whole if piece.text.strip())
    pieces: list[Piece] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", _cut(after, new, k, m)))
            continue
        if i < j:
            pieces.append(Piece("removed", _cut(before, old, i, j)))
        if k < m:
            pieces.append(Piece("added", _cut(after, new, k, m)))
    return tuple(pieces)


def _cut(text: str, words: list[re.Match[str]], first: int, end: int) -> str:
    """From one word up to the next one that is not in, with the space between."""
    return text[words[first].start() : words[end].start() if end < len(words) else len(text)]


def _sections(before: Instruction, after: Instruction) -> Iterator[Difference]:
    old = {section.key: section for section in before.sections}
    new = {section.key for section in after.sections}
    moved = _moved(
        [section.key for section in before.sections if section.key in new],
        [section.key for section in after.sections if section.key in old],
    )
    for section in after.sections:
        if section.key not in old:
            yield Difference(section.title, "Section", "added", (Piece("added", section.belongs),))
            continue
        if section.key in moved:
            yield Difference(section.title, "Section", "moved", ())
        yield from _section(old[section.key], section)
    for section in before.sections:
        if section.key not in new:
            yield Difference(
                section.title, "Section", "removed", (Piece("removed", section.belongs),)
            )


def _section(before: Section, after: Section) -> Iterator[Difference]:
    fields = (
        (words, _said(getattr(before, name)), _said(getattr(after, name)))
        for name, words in FIELDS.items()
        if name != "cues"
    )
    yield from _fields(after.title, fields)
    yield from _lists(after.title, FIELDS["cues"], before.cues, after.cues)


def _fields(section: str | None, fields: Iterable[tuple[str, str, str]]) -> Iterator[Difference]:
    for name, before, after in fields:
        if before != after:
            yield Difference(section, name, "changed", words(before, after))


def _lists(
    section: str | None, name: str, before: tuple[str, ...], after: tuple[str, ...]
) -> Iterator[Difference]:
    """What came and what went, not where it stands."""
    pieces = [Piece("removed", one) for one in before if one not in after]
    pieces += [Piece("added", one) for one in after if one not in before]
    if pieces:
        yield Difference(section, name, "changed", tuple(pieces))


def _moved(before: list[str], after: list[str]) -> set[str]:
    """Keys outside the longest run of sections that kept their order."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    kept = {
        key for block in matcher.get_matching_blocks() for key in before[block.a :][: block.size]
    }
    return set(after) - kept


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "both" if value is None else str(value)
