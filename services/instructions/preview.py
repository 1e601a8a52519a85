"""How an instruction drafts the sample session: an invented dialogue of the demo, by the drafter that quotes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from services import drafting
from services.instructions.structure import Instruction
from services.notes.content import NoteContent

DIALOGUES = Path(__file__).parents[2] / "demo" / "dialogues.json"
SAMPLE = "evenings"
PACE = 0.36  # seconds a word, about 165 words a minute
PAUSE = 0.8  # seconds between turns
SPEAKERS = (
    {"key": "T", "name": "Therapist", "role": "therapist"},
    {"key": "C", "name": "Client", "role": "client"},
)


def preview(instruction: Instruction) -> NoteContent:
    """The sample session as a note of this instruction. No client's words, no model."""
    return drafting.compose(
        instruction, sample(), [dict(one) for one in SPEAKERS], language="en", drafter="extractive"
    )


@cache
def sample() -> list[dict[str, Any]]:
    """What is said in the sample session, with the times that a calm speaker would take."""
    utterances: list[dict[str, Any]] = []
    at = 0.4
    for number, (who, text) in enumerate(json.loads(DIALOGUES.read_text("utf-8"))[SAMPLE]):
        words: list[list[Any]] = []
        for word in text.split():
            words.append([word, round(at, 2), round(at + PACE - 0.04, 2), 0.97])
            at += PACE
        utterances.append(
            {
                "id": number,
                "speaker": who,
                "start": words[0][1],
                "end": words[-1][2],
                "text": text,
                "words": words,
            }
        )
        at += PAUSE
    return utterances
