"""The summary of a session, made as a note is made: what the client brought, risk, what was done, what was agreed.

Its instruction is the catalogue's progress note, shortened. Quoted where no model is chosen or the model fails.
Plain text for the contract's `transcript_summary`, read by programs and by people who see no marks beside it: so it
says itself that nobody has checked it, what failed, and where risk was mentioned; then one statement a line with its
place, those that their evidence contradicts left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from services import drafting
from services.adapters.llm import Drafter, clock
from services.instructions import Instruction, Style, catalogue
from services.notes.content import Level, NoteContent, RiskMention, Section, Statement

AUTHOR = "extractive-1"
LONGEST_AUTHOR = 40  # characters, as the history keeps it
SECTIONS = ("presenting_issue", "risk", "interventions", "plan")  # of the progress note
PURPOSE = "What a colleague needs to know of this one session, in two minutes."

UNCHECKED = "Draft, not checked by a clinician."
CONTRADICTED = "{} {} left out: not borne out by the passages cited."


@dataclass(frozen=True)
class Summary:
    text: str
    author: str  # the drafter, or the model as the server named it
    tokens: tuple[int, int] = (0, 0)  # read, written by a model


def summarise(
    utterances: Sequence[Mapping[str, Any]], speakers: Sequence[Mapping[str, Any]]
) -> str:
    """The summary that only quotes. Says so when there was too little speech."""
    return draft(utterances, speakers, drafter="extractive").text


def draft(
    utterances: Sequence[Mapping[str, Any]],
    speakers: Sequence[Mapping[str, Any]],
    *,
    identifiers: Sequence[str] = (),
    language: str = "en",
    drafter: Drafter | str | None = None,
) -> Summary:
    """The summary by the chosen drafter; parameters as of `drafting.compose`. May take as long as a note does."""
    content = drafting.compose(
        instruction(),
        utterances,
        speakers,
        identifiers=identifiers,
        language=language,
        drafter=drafter,
    )
    return Summary(
        _text(content, utterances),
        (content.drafter or AUTHOR)[:LONGEST_AUTHOR],
        (content.tokens_in, content.tokens_out),
    )


@cache
def instruction() -> Instruction:
    note = catalogue.built_in("clinical_notes")
    return replace(
        note,
        type="session_summary",
        title="Session summary",
        purpose=PURPOSE,
        sections=tuple(section for section in note.sections if section.key in SECTIONS),
        style=Style(length="short"),
    )


def _text(content: NoteContent, utterances: Sequence[Mapping[str, Any]]) -> str:
    starts = {utterance["id"]: float(utterance["start"]) for utterance in utterances}
    notice = content.notice.replace("No note was drafted", "No summary")
    notice = notice.replace(drafting.INSTEAD, "This summary quotes the session instead.")
    lines = [UNCHECKED, notice, _mentioned(content.risk), _hinted(content.hints)]
    kept = [(section, _kept(section)) for section in content.sections]
    if content.quotes_only and any(said for _, said in kept):
        lines.append("Quoted from the session, not interpreted:")
    for section, said in kept:
        if said:
            lines.append(section.title)
            lines += [_line(one, starts) for one in said]
    left_out = len(content.statements()) - sum(len(said) for _, said in kept)
    if left_out:
        lines.append(CONTRADICTED.format(left_out, "sentence" if left_out == 1 else "sentences"))
    return "\n".join(line for line in lines if line)


def _mentioned(risk: Sequence[RiskMention]) -> str:
    """Each category with its places, in the order of the session. Silence would read as "no risk"."""
    places: dict[str, list[str]] = {}
    for one in sorted(risk, key=lambda one: one.at):
        at = places.setdefault(one.category, [])
        said = clock(one.at) + (" (denied)" if one.is_negated else "")
        if said not in at:
            at.append(said)
    told = "; ".join(f"{category} {', '.join(at)}" for category, at in places.items())
    return f"Risk was mentioned: {told}." if told else ""


def _hinted(hints: Sequence[RiskMention]) -> str:
    """The places, without a category: a guess."""
    told = ", ".join(dict.fromkeys(clock(one.at) for one in sorted(hints, key=lambda one: one.at)))
    return f"Risk may be hinted at: {told}." if told else ""


def _kept(section: Section) -> list[Statement]:
    return [one for one in section.statements if one.level is not Level.CONTRADICTED]


def _line(statement: Statement, starts: Mapping[int, float]) -> str:
    mark = " (check)" if statement.level is Level.CHECK else ""
    return f"{_place(statement, starts)} {statement.text}{mark}"


def _place(statement: Statement, starts: Mapping[int, float]) -> str:
    cited = [ident for evidence in statement.evidence for ident in evidence.utterances]
    return clock(min((starts[ident] for ident in cited if ident in starts), default=0.0))
