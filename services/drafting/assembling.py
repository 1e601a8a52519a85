"""A draft as sections of a note: statements with ids of their own, each quotation tied to the lines it stands in."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.adapters.llm import Draft, DraftedStatement, DraftRequest, Line, clock
from services.drafting.papers import Place
from services.notes.content import Evidence, NoteContent, RiskMention, Section, Statement

QUOTATION = re.compile(r"“([^”]+)”|\"([^\"]+)\"")
SPEAKERS = ("client", "therapist", "other")


def sections(
    draft: Draft, request: DraftRequest, places: Mapping[int, Place] | None = None
) -> tuple[Section, ...]:
    """Every section of the request in its order; one that nobody spoke about is not assessed. Ids are new with each
    draft: versions are compared by them, and the first sentence of one draft has nothing to do with another's.
    `places`: where the lines of documents stand."""
    prefix = f"d{uuid.uuid4().hex[:8]}"
    drafted = {section.key: section.statements for section in draft.sections}
    lines = {line.id: line for line in request.lines}
    written = places or {}
    out: list[Section] = []
    for number, wanted in enumerate(request.sections):
        statements = tuple(
            _statement(f"{prefix}-{number + 1}-{at + 1}", one, lines, written)
            for at, one in enumerate(drafted.get(wanted.key, ()))
        )
        out.append(Section(wanted.key, wanted.title, statements, is_assessed=bool(statements)))
    return tuple(out)


def mentions(
    draft: Draft, request: DraftRequest, found: Sequence[RiskMention]
) -> tuple[RiskMention, ...]:
    """The mentions of risk that were found, and those that the drafter took for one besides, in order. Of what was
    said: what is written has no place in the sound."""
    known = {(one.utterance, one.category) for one in found}
    lines = {line.id: line for line in request.lines if not line.is_written}
    more = [
        RiskMention(
            category=category,
            utterance=ident,
            at=lines[ident].start,
            words=lines[ident].text,
            by=lines[ident].speaker,
        )
        for ident, category in draft.risk
        if ident in lines and (ident, category) not in known
    ]
    return tuple(sorted((*found, *more), key=lambda one: one.at))


def with_words(content: NoteContent, written: Mapping[Place, str]) -> NoteContent:
    """Each piece of evidence from a document with the words of its line, which the note keeps."""

    def kept(one: Evidence) -> Evidence:
        if one.document_id is None or one.page is None or one.line is None:
            return one
        return replace(one, quote=written.get((one.document_id, one.page, one.line)))

    return replace(
        content,
        sections=tuple(
            replace(
                section,
                statements=tuple(
                    replace(one, evidence=tuple(map(kept, one.evidence)))
                    for one in section.statements
                ),
            )
            for section in content.sections
        ),
    )


def _statement(
    ident: str,
    drafted: DraftedStatement,
    lines: Mapping[int, Line],
    places: Mapping[int, Place],
) -> Statement:
    cited = sorted({places[one] for one in drafted.evidence if one in places})
    written = tuple(Evidence(document_id=d, page=page, line=line) for d, page, line in cited)
    said = _evidence(drafted, lines, places)
    is_known = drafted.speaker in SPEAKERS and bool(said)
    if cited and drafted.speaker == "other":
        is_known = False  # a drafter's word for what is written, which has no speaker
    return Statement(
        id=ident,
        text=_text(drafted, lines),
        speaker=drafted.speaker if is_known else None,
        evidence=written + said,
    )


def _text(drafted: DraftedStatement, lines: Mapping[int, Line]) -> str:
    """What rests on nothing but unclear lines says so, whether its drafter did or not."""
    text = " ".join(drafted.text.split())
    cited = [lines[ident] for ident in drafted.evidence if ident in lines]
    if not cited or "unclear" in text.casefold() or not all(line.is_unclear for line in cited):
        return text
    said = [line.start for line in cited if not line.is_written]
    return f"{text} Unclear ({clock(min(said))})." if said else f"{text} Unclear."


def _evidence(
    drafted: DraftedStatement, lines: Mapping[int, Line], places: Mapping[int, Place]
) -> tuple[Evidence, ...]:
    """Of what was said one piece for each quotation with the lines it stands in, one for the other lines. A
    quotation that stands nowhere keeps all lines: it is for the grounding to say so."""
    ids = tuple(sorted(set(drafted.evidence)))
    said = tuple(ident for ident in ids if ident not in places)
    quotes = list(dict.fromkeys([*_quotations(drafted.text), *_given(drafted)])) if said else []
    pieces: list[Evidence] = []
    quoted: set[int] = set()
    for quote in quotes:
        where = _where(quote, ids, lines)
        if not where and _repeats(quote, drafted.text):
            continue  # small models fill the field with their own sentence: it quotes nobody
        spoken = tuple(ident for ident in where if ident not in places)
        if where and not spoken:
            continue  # it stands in a document, whose lines keep their words
        quoted.update(spoken)
        pieces.append(Evidence(utterances=spoken or said, quote=quote))
    rest = tuple(ident for ident in said if ident not in quoted)
    if rest and not any(rest == piece.utterances for piece in pieces):
        pieces.append(Evidence(utterances=rest))
    return tuple(pieces)


def _quotations(text: str) -> list[str]:
    return [curly or straight for curly, straight in QUOTATION.findall(text)]


def _given(drafted: DraftedStatement) -> list[str]:
    """The quotation that the drafter gives beside the text, unless the text has it already."""
    quote = (drafted.quote or "").strip(' “”"')
    said = _plain(" ".join(_quotations(drafted.text)))
    return [quote] if quote and _plain(quote) not in said else []


def _repeats(quote: str, text: str) -> bool:
    """Whether a quotation beside the text is the text itself, or a part of it that has no quotation marks there."""
    return f" {_plain(quote)} " in f" {_plain(QUOTATION.sub(' ', text))} "


def _where(quote: str, ids: Sequence[int], lines: Mapping[int, Line]) -> tuple[int, ...]:
    """The fewest neighbouring lines among `ids` that the quotation stands in, word for word."""
    wanted = f" {_plain(quote)} "
    for size in range(1, len(ids) + 1):
        for at in range(len(ids) - size + 1):
            some = [lines[ident] for ident in ids[at : at + size] if ident in lines]
            if wanted in f" {_plain(' '.join(line.text for line in some))} ":
                return tuple(line.id for line in some)
    return ()


def _plain(text: str) -> str:
    """Words alone: case, punctuation and kinds of apostrophes do not make a quotation another one."""
    return " ".join(re.findall(r"[\w]+", text.casefold().replace("’", "").replace("'", "")))
