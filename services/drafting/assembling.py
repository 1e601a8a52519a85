"""A draft as sections of a note: statements with ids of their own, each quotation tied to the lines it stands in."""

import re
import uuid
from collections.abc import Mapping, Sequence

from services.adapters.llm import Draft, DraftedStatement, DraftRequest, Line, clock
from services.notes.content import Evidence, RiskMention, Section, Statement

QUOTATION = re.compile(r"“([^”]+)”|\"([^\"]+)\"")
SPEAKERS = ("client", "therapist", "other")


def sections(draft: Draft, request: DraftRequest) -> tuple[Section, ...]:
    """Every section of the request in its order; one that nobody spoke about is not assessed. Ids are new with each
    draft: versions are compared by them, and the first sentence of one draft has nothing to do with another's."""
    prefix = f"d{uuid.uuid4().hex[:8]}"
    drafted = {section.key: section.statements for section in draft.sections}
    lines = {line.id: line for line in request.lines}
    out: list[Section] = []
    for number, wanted in enumerate(request.sections):
        statements = tuple(
            _statement(f"{prefix}-{number + 1}-{at + 1}", one, lines)
            for at, one in enumerate(drafted.get(wanted.key, ()))
        )
        out.append(Section(wanted.key, wanted.title, statements, is_assessed=bool(statements)))
    return tuple(out)


def mentions(
    draft: Draft, request: DraftRequest, found: Sequence[RiskMention]
) -> tuple[RiskMention, ...]:
    """The mentions of risk that were found, and those that the drafter took for one besides, in order."""
    known = {(one.utterance, one.category) for one in found}
    lines = {line.id: line for line in request.lines}
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


def _statement(ident: str, drafted: DraftedStatement, lines: Mapping[int, Line]) -> Statement:
    return Statement(
        id=ident,
        text=_text(drafted, lines),
        speaker=drafted.speaker if drafted.speaker in SPEAKERS else None,
        evidence=_evidence(drafted, lines),
    )


def _text(drafted: DraftedStatement, lines: Mapping[int, Line]) -> str:
    """What rests on nothing but unclear lines says so, whether its drafter did or not."""
    text = " ".join(drafted.text.split())
    cited = [lines[ident] for ident in drafted.evidence if ident in lines]
    if not cited or "unclear" in text.casefold() or not all(line.is_unclear for line in cited):
        return text
    return f"{text} Unclear ({clock(min(line.start for line in cited))})."


def _evidence(drafted: DraftedStatement, lines: Mapping[int, Line]) -> tuple[Evidence, ...]:
    """One piece for each quotation with the lines it stands in, one for the other lines. A quotation that stands
    nowhere keeps all lines: it is for the grounding to say so."""
    ids = tuple(sorted(set(drafted.evidence)))
    quotes = list(dict.fromkeys([*_quotations(drafted.text), *_given(drafted)]))
    pieces: list[Evidence] = []
    quoted: set[int] = set()
    for quote in quotes:
        where = _where(quote, ids, lines)
        quoted.update(where)
        pieces.append(Evidence(utterances=where or ids, quote=quote))
    rest = tuple(ident for ident in ids if ident not in quoted)
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
