"""Who is the therapist: by questions, reflections and whom one speaks of."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.speakers import roles

ROOT = Path(__file__).parents[2]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-dialogues"


def spoken(*said: tuple[str, str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    keys = list(dict.fromkeys(who for who, _ in said))
    utterances = [
        {"id": n, "speaker": who, "start": 5.0 * n, "end": 5.0 * n + 4, "text": text}
        for n, (who, text) in enumerate(said)
    ]
    return utterances, [{"key": key, "name": key} for key in keys]


ASKS = "So you felt alone in the evenings. How was that for you, and what did you do then?"
TELLS = "I sat in the car for an hour because I did not want my wife to see me like that."


def test_the_one_who_asks_and_reflects_is_the_therapist() -> None:
    utterances, speakers = spoken(("S1", TELLS), ("S2", ASKS), ("S1", TELLS), ("S2", "I see."))
    assert roles(utterances, speakers) == {"S1": "client", "S2": "therapist"}


def test_demo_dialogues() -> None:
    dialogues = json.loads((ROOT / "demo" / "dialogues.json").read_text())
    for said in dialogues.values():
        found = roles(*spoken(*map(tuple, said)))
        assert found.pop("T") == "therapist"
        assert set(found.values()) == {"client"}


def test_a_couple_has_one_therapist_and_two_clients() -> None:
    utterances, speakers = spoken(("S1", ASKS), ("S2", TELLS), ("S3", TELLS), ("S1", ASKS))
    assert roles(utterances, speakers) == {"S1": "therapist", "S2": "client", "S3": "client"}


def test_a_voice_in_passing_is_somebody_else() -> None:
    said = [("S1", ASKS), ("S2", TELLS)] * 5
    utterances, speakers = spoken(*said, ("S3", "Sorry, wrong door."))
    assert roles(utterances, speakers)["S3"] == "other"


def test_one_speaker_is_nobody_in_particular() -> None:
    assert roles(*spoken(("S1", ASKS), ("S1", TELLS))) == {"S1": "other"}
    assert roles([], []) == {}
    assert roles([], [{"key": "S1", "name": "Speaker 1"}]) == {"S1": "other"}


def test_another_language_goes_by_question_marks_and_who_opens() -> None:
    utterances, speakers = spoken(
        ("S1", "Wie ging es in der letzten Woche mit dem Schlafen?"),
        ("S2", "Schlecht, ich bin jede Nacht um vier Uhr aufgewacht und lag dann da."),
        ("S1", "Und was ging Ihnen dabei durch den Kopf?"),
        ("S2", "Dass es so weitergeht und dass ich am Morgen wieder nicht kann."),
    )
    assert roles(utterances, speakers) == {"S1": "therapist", "S2": "client"}


def test_real_counselling() -> None:
    """Whole dialogues, and windows of twenty utterances of them: no cue of who opens or closes."""
    if not EVAL.is_dir():
        pytest.skip(f"no evaluation dialogues ({EVAL.name}): nothing measured")
    whole, windows = [], []
    for path in sorted(EVAL.glob("*.json")):
        said = [(one["speaker"], one["text"]) for one in json.loads(path.read_text())["utterances"]]
        whole.append(_is_right(said))
        windows += [_is_right(said[at : at + 20]) for at in range(0, max(len(said) - 20, 1), 10)]
    assert all(whole)
    assert sum(windows) / len(windows) >= 0.97


def _is_right(said: list[tuple[str, str]]) -> bool:
    return all(key == role for key, role in roles(*spoken(*said)).items())
