"""What a drafter is asked: the instruction's sections, and what was said as numbered lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.adapters.llm import DraftRequest, Line, SectionRequest
from services.instructions.structure import Instruction

UNSURE = 0.5  # probability of a word below which the transcript marks it too
MOST_UNSURE = 0.4  # share of a line's words from which the line is unclear


def request(
    instruction: Instruction,
    utterances: Sequence[Mapping[str, Any]],
    speakers: Sequence[Mapping[str, Any]],
    *,
    goals: Sequence[str] = (),
    language: str = "en",
    at_risk: Mapping[int, frozenset[str]] | None = None,
    written: Sequence[Line] = (),
) -> DraftRequest:
    """`at_risk`: categories of risk by the id of the utterance that was found to mention or ask about it. `written`:
    lines of documents, which come after those of the session."""
    who = {speaker["key"]: speaker for speaker in speakers}
    found = at_risk or {}
    return DraftRequest(
        title=instruction.title,
        purpose=instruction.purpose,
        sections=tuple(
            SectionRequest(
                key=section.key,
                title=section.title,
                belongs=section.belongs,
                excluded=section.excluded,
                speaker=section.speaker,
                cues=section.cues,
                is_clinicians=section.is_clinicians,
            )
            for section in instruction.sections
        ),
        rules=instruction.rules,
        style={key: str(value) for key, value in asdict(instruction.style).items()},
        lines=(
            *(_line(one, who, found) for one in utterances if one["text"].strip()),
            *written,
        ),
        goals=tuple(goals),
        language=language,
    )


def is_unclear(utterance: Mapping[str, Any]) -> bool:
    """Whether the recogniser was unsure of too many of its words; words that a person wrote are sure."""
    probabilities = [word[3] for word in utterance.get("words", ())]
    unsure = sum(1 for probability in probabilities if probability < UNSURE)
    return bool(probabilities) and unsure / len(probabilities) >= MOST_UNSURE


def _line(
    utterance: Mapping[str, Any],
    speakers: Mapping[str, Mapping[str, Any]],
    at_risk: Mapping[int, frozenset[str]],
) -> Line:
    speaker = speakers.get(utterance["speaker"], {})
    return Line(
        id=utterance["id"],
        speaker=speaker.get("role") or "other",
        name=speaker.get("name") or "Speaker",
        start=utterance["start"],
        text=" ".join(utterance["text"].split()),
        is_unclear=is_unclear(utterance),
        risk=tuple(sorted(at_risk.get(utterance["id"], ()))),
    )
