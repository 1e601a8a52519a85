"""A draft of a note from what was said: request, placeholders, drafter, evidence, grounding, risk.

`compose` takes and returns plain values. It knows no users and no rows, and it may take minutes: never call it
inside a transaction.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services import grounding, risk
from services import speakers as recognised
from services.adapters import wiring
from services.adapters.errors import Busy, Declined, IntegrationError, UnreadableAnswer
from services.adapters.llm import Draft, Drafter, DraftRequest
from services.drafting import assembling, papers, requests, second_reading
from services.drafting.papers import Numbered as Numbered
from services.drafting.papers import Paper as Paper
from services.drafting.papers import PaperLine as PaperLine
from services.drafting.placeholders import Placeholders
from services.instructions.structure import Instruction
from services.notes.content import NoteContent, RiskMention, RiskQuestion, Source

log = logging.getLogger("verbatim.drafting")

SHORTEST = 30.0  # seconds of speech below which there is no note
NOTHING_SAID = "No note was drafted: nothing was said."
TOO_SHORT = "No note was drafted: under 30 seconds of speech."
NOTHING_FOUND = "No note was drafted: nothing longer than a few words was said."
INSTEAD = (
    "This draft quotes the session instead. The transcript is safe; draft again to try the model."
)
LEFT_OUT = "{} of the model’s sentences named no passage of the session and were left out."


def compose(
    instruction: Instruction,
    utterances: Sequence[Mapping[str, Any]],
    speakers: Sequence[Mapping[str, Any]],
    *,
    goals: Sequence[str] = (),
    identifiers: Sequence[str] = (),
    language: str = "en",
    drafter: Drafter | str | None = None,
    sources: Sequence[Paper] = (),
) -> NoteContent:
    """The note that the instruction asks for, each statement with its evidence.

    `utterances` ({"id", "speaker", "start", "end", "text", "words"}) and `speakers` ({"key", "name", "role"}) are a
    transcript's. `identifiers`, names and numbers of the client record, do not leave this machine. `drafter`: one, or
    its name; None: the chosen one. Where it fails the quoting one takes over; `notice` says so. What a model wrote is
    read once more, where that is chosen. Too little speech makes no note, and `notice` says that, unless `sources`,
    documents of the client, say something."""
    speakers = _with_roles(utterances, speakers)
    mentions, questions = risk.find(utterances, speakers)
    found = tuple(Source(one.document_id, one.filename) for one in sources)
    content = NoteContent(
        instruction.type,
        risk=mentions,
        asked=questions,
        hints=risk.find_hints(utterances, speakers, mentions),
        goals=tuple(goals),
        documents=found,
    )
    written = papers.numbered(sources, 1 + max((one["id"] for one in utterances), default=0))
    if (silent := _too_little(utterances)) and not written.lines:
        return replace(content, notice=f"{silent} {papers.notice(sources, written)}".strip())
    request = requests.request(
        instruction,
        utterances,
        speakers,
        goals=goals,
        language=language,
        at_risk=_by_utterance(mentions, questions),
        written=written.lines,
    )
    names = [*identifiers, *(speaker["name"] for speaker in speakers)]
    draft, notice = _drafted(_chosen(drafter), request, names)
    notice = f"{notice} {papers.notice(sources, written, draft.risk)}".strip()
    drafted = replace(_filled(content, draft, request, written), notice=notice)
    reader = wiring.second_reader()
    if reader is not None and not draft.quotes_only:
        drafted = second_reading.doubted(drafted, request.lines, written.places, names, reader)
    return _checked(_without_mentioned(drafted), written, utterances, speakers)


def _without_mentioned(content: NoteContent) -> NoteContent:
    """What the drafter takes for a mention of risk is no hint any more."""
    mentioned = {one.utterance for one in content.risk}
    kept = tuple(one for one in content.hints if one.utterance not in mentioned)
    return replace(content, hints=kept)


def _checked(
    drafted: NoteContent,
    written: Numbered,
    utterances: Sequence[Mapping[str, Any]],
    speakers: Sequence[Mapping[str, Any]],
) -> NoteContent:
    """Held against what was said and what the cited lines say, whose words its evidence keeps."""
    if not drafted.statements():
        return replace(drafted, sections=(), notice=f"{drafted.notice} {NOTHING_FOUND}".strip())
    evidence = [piece for one in drafted.statements() for piece in one.evidence]
    cited = written.at({(one.document_id, one.page, one.line) for one in evidence})
    checked = grounding.check(drafted, utterances, speakers, cited or None)
    return assembling.with_words(checked, cited)


def _filled(
    content: NoteContent, draft: Draft, request: DraftRequest, written: Numbered
) -> NoteContent:
    return replace(
        content,
        sections=assembling.sections(draft, request, written.places),
        risk=assembling.mentions(draft, request, content.risk),
        drafter=draft.drafter,
        quotes_only=draft.quotes_only,
        parts=draft.parts,
        tokens_in=draft.tokens_in,
        tokens_out=draft.tokens_out,
    )


def _with_roles(
    utterances: Sequence[Mapping[str, Any]], speakers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The speakers; where nobody has said who is who (an older transcript), as it is recognised."""
    if any(speaker.get("role") for speaker in speakers):
        return [dict(speaker) for speaker in speakers]
    roles = recognised.roles(utterances, speakers)
    return [{**speaker, "role": roles[speaker["key"]]} for speaker in speakers]


def _by_utterance(
    mentions: Sequence[RiskMention], questions: Sequence[RiskQuestion]
) -> dict[int, frozenset[str]]:
    """Categories of risk by the utterance that mentions them or asks about them."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for mention in mentions:
        found[mention.utterance].add(mention.category)
    for question in questions:
        found[question.utterance].add(question.category)
    return {utterance: frozenset(categories) for utterance, categories in found.items()}


def _too_little(utterances: Sequence[Mapping[str, Any]]) -> str:
    """Why there is no note, or nothing."""
    said = [utterance for utterance in utterances if utterance["text"].strip()]
    if not said:
        return NOTHING_SAID
    spoken = sum(max(utterance["end"] - utterance["start"], 0.0) for utterance in said)
    return TOO_SHORT if spoken < SHORTEST else ""


def _chosen(drafter: Drafter | str | None) -> Drafter:
    return wiring.drafter(drafter) if drafter is None or isinstance(drafter, str) else drafter


def _drafted(
    drafter: Drafter, request: DraftRequest, identifiers: Sequence[str]
) -> tuple[Draft, str]:
    """The draft, and what the reader should know about how it came about."""
    try:
        draft = _asked(drafter, request, identifiers)
    except IntegrationError as error:
        log.warning("drafting.failed", exc_info=error)
        return wiring.drafter("extractive").draft(request), f"{_told(error)} {INSTEAD}"
    if not draft.quotes_only and not any(section.statements for section in draft.sections):
        quoted = wiring.drafter("extractive").draft(request)
        # What the model took for a mention of risk counts, though it wrote nothing that could be kept.
        kept = replace(
            quoted, risk=draft.risk, tokens_in=draft.tokens_in, tokens_out=draft.tokens_out
        )
        return kept, f"{_left_out(draft) or 'The language model wrote nothing.'} {INSTEAD}"
    return draft, _left_out(draft)


def _left_out(draft: Draft) -> str:
    return LEFT_OUT.format(draft.left_out) if draft.left_out else ""


def _asked(drafter: Drafter, request: DraftRequest, identifiers: Sequence[str]) -> Draft:
    if not drafter.sends_words_out:
        return drafter.draft(request)
    placeholders = Placeholders(identifiers)
    return placeholders.back(drafter.draft(placeholders.out(request)))


def _told(error: IntegrationError) -> str:
    """What happened, for the reader."""
    if isinstance(error, Declined):
        return "The language model declined to write this note."
    if isinstance(error, UnreadableAnswer):
        return "The language model’s answer could not be read."
    if isinstance(error, Busy):
        return f"The language model is busy and asks to wait {_minutes(error.seconds)}."
    if error.retryable:
        return "The language model did not answer in time."
    return "The language model could not be used; tell your administrator."


def _minutes(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
