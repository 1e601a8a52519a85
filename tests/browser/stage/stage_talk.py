"""Invented talks of two to six people, their sound, and the corrections done to them."""

import math
import random
import struct
import tempfile
import wave
from functools import cache
from pathlib import Path
from typing import Any

import stage_note
from stage_lines import LINES

from services import corrections
from services.errors import Invalid

UPLOADS: list[dict[str, Any]] = []
ORDER = {  # who speaks, line after line
    "pair": "ABABBABABABABBABABABABABABBABA",
    "six": "ABCDEFABCADBECFABDCAFEBACDBFAE",
}
NAMES = {
    "A": "Therapist",
    "B": "Nora",
    "C": "Paul",
    "D": "Imke",
    "E": "Grandmother",
    "F": "Speaker 6",
}
ROLES = {"A": "therapist", "B": "client"}
HOSTILE = (
    "**bold** _it_ `code` ~~gone~~ # head",
    ":red[stop] :material/home: :smile: :blue-background[x]",
    "www.evil.example https://evil.example nora@evil.example",
    "$x^2$ and $$y$$ [a](https://evil.example) ![x](y)",
    "<b>bold</b> <img src=x onerror=alert(1)> &amp;",
    "a -> b <- c -- d >= e",
)
MARKUP = '<img src=x onerror="window.__broke=1"> she said'


class Talk:
    events: tuple[dict[str, Any], ...] = ()
    note: stage_note.StageNote | None = None

    def __init__(self, order: str, lines: tuple[str, ...], seed: int = 7) -> None:
        self.revision, self.acts = 1, []  # type: ignore[var-annotated]
        self.keys = sorted(set(order))
        self.speakers = [{"key": f"S{1 + self.keys.index(k)}", "name": NAMES[k]} for k in self.keys]
        self.utterances: list[dict[str, Any]] = []
        rng, at = random.Random(seed), 1.0
        for i, line in enumerate(lines):
            self.utterances.append(self._utterance(i, order[i % len(order)], line, at, rng))
            at = self.utterances[-1]["end"] + rng.uniform(0.2, 0.9)
            if i == 19:
                at += 5
        self.machine = [dict(u) for u in self.utterances]
        self.duration = round(at + 1, 2)
        self.gaps = (
            [{"at": self.utterances[20]["start"] - 5, "seconds": 5.0}] if len(lines) > 20 else []
        )

    def _utterance(
        self, i: int, who: str, line: str, at: float, rng: random.Random
    ) -> dict[str, Any]:
        words, t = [], at
        for word in line.split():
            end = t + 0.12 + 0.055 * len(word)
            sure = 0.31 if word in ("Halvorsen", "sertraline,", "neighbours'") else 0.97
            words.append([word, round(t, 2), round(end, 2), sure])
            t = end + rng.uniform(0.01, 0.06)
        key = f"S{1 + self.keys.index(who)}"
        return {
            "id": i, "speaker": key, "start": round(at, 2), "end": words[-1][2], "text": line,
            "words": words,
        }  # fmt: skip

    def people(self) -> list[dict[str, str]]:
        roles = {f"S{1 + i}": ROLES.get(k, "other") for i, k in enumerate(self.keys)}
        return [{"role": roles.get(s["key"], "other"), **s} for s in self.speakers]

    def as_json(self) -> dict[str, Any]:
        said = [
            {**u, "machine": corrections.machine_text(self.machine, u)} for u in self.utterances
        ]
        return {
            "revision": self.revision, "language": "en", "duration": self.duration,
            "speakers": self.speakers, "gaps": self.gaps, "utterances": said,
            "events": list(self.events),
        }  # fmt: skip

    def do(self, wish: dict[str, Any]) -> None:
        self.acts.append(wish)
        said, who = self.utterances, self.speakers
        if wish.get("text") == "refuse this":
            raise Invalid("This line cannot be changed.")
        if "note" in wish and self.note is not None:
            self.note.do(wish)
            return
        match wish["act"]:
            case "role":
                who = [
                    s | ({"role": wish["role"]} if s["key"] == wish["speaker"] else {}) for s in who
                ]
            case "rename":
                who = corrections.rename(who, wish["speaker"], wish["name"])
            case "reassign":
                said, who = corrections.reassign(said, who, wish["ids"], wish["speaker"])
            case "merge":
                said = corrections.merge(said, wish["id"])
            case "correct":
                said = corrections.correct(said, wish["id"], wish["text"])
            case "restore":
                said = corrections.restore(said, self.machine, wish["id"])
        self.utterances, self.speakers, self.revision = said, who, self.revision + 1


class Written(Talk):
    """One that has a note. `markup` puts markup where people write."""

    def __init__(self, times: int = 2, *, markup: bool = False) -> None:
        super().__init__(ORDER["pair"], LINES * times)
        self.note = stage_note.StageNote(self.utterances, MARKUP if markup else None)
        middle = self.utterances[12]["start"]
        self.events = ({"kind": "marker", "at": middle, "seconds": None, "word": "the card"},)


class Noted(Talk):
    """One that its recorder noted things about."""

    def __init__(self, order: str, lines: tuple[str, ...]) -> None:
        super().__init__(order, lines)
        middle = (self.utterances[3]["start"] + self.utterances[3]["end"]) / 2
        after = self.utterances[9]["end"] + 0.05
        self.events = (
            {"kind": "marker", "at": middle, "seconds": None, "word": MARKUP},
            {"kind": "sleep", "at": after, "seconds": 182.0, "word": None},
            {"kind": "marker", "at": after, "seconds": None, "word": None},
            {"kind": "connection", "at": self.duration + 60, "seconds": 8.2, "word": None},
            {"kind": "pause", "at": 0.0, "seconds": None, "word": None},
        )


@cache
def talk(name: str) -> Talk:
    """A talk by name; what follows a hyphen makes it one test's own (pair-find, six-colours, ...)."""
    kind = name.split("-")[0]
    if kind == "empty":
        return Talk("A", ())
    if kind == "markup":
        return Talk("AB", (MARKUP, "Yes.", MARKUP))
    if kind == "noted":
        return Noted(ORDER["pair"], LINES)
    if kind in ("written", "writtenlong", "writtenmarkup"):
        return Written(50 if kind == "writtenlong" else 2, markup=kind == "writtenmarkup")
    if kind == "long":
        return Talk(ORDER["pair"], LINES * 50)
    return Talk(ORDER[kind], LINES * 2)


@cache
def sound() -> Path:
    """Five minutes of a quiet tone that rises and falls: enough to be played and moved about in."""
    rate, seconds = 8000, 300
    path = Path(tempfile.mkdtemp()) / "tone.wav"
    cycle = [int(900 * math.sin(2 * math.pi * 200 * i / rate)) for i in range(rate)]
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        for _ in range(seconds):
            out.writeframes(struct.pack(f"<{rate}h", *cycle))
    return path
