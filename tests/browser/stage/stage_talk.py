"""Invented talks of two to six people, their sound, and the corrections done to them."""

import math
import random
import struct
import tempfile
import wave
from functools import cache
from pathlib import Path
from typing import Any

from services import corrections
from services.errors import Invalid

UPLOADS: list[dict[str, Any]] = []
LINES = (
    "Good to see you. Last time we said we would look at the week, and at the evenings. Where to start?",
    "With the evenings, I think. They were the worst part again.",
    "Tell me about one of them.",
    "Tuesday. I came home from work, and I sat in the car for maybe forty minutes before I could go in.",
    "I wasn't crying or anything. I just could not open the door.",
    "What was going through your mind while you sat there?",
    "That it would be quiet in there. And that I would have to fill it.",
    "And when you noticed that thought, what did you feel in the body?",
    "Tight. Here, in the chest. And tired, as if I had been carrying something all day.",
    "On the scale we use, zero to ten?",
    "A seven. Maybe an eight when I saw the light in the neighbours' kitchen.",
    "What did you do then?",
    "I did the breathing, the long one out. Six times, like on the card.",
    "It did not go away but it went down. Then I went in and put the radio on first thing.",
    "You used the card on your own, in the car, at a seven. That is new.",
    "I suppose it is. I did not think of it as a success.",
    "What would you call it?",
    "Getting in the door.",
    "How have the nights been since we changed the bedtime?",
    "Better. I fall asleep before midnight most days. I still wake at four.",
    "How long are you awake then?",
    "An hour. Sometimes I get up and make tea, like we said, instead of lying there.",
    "And the sertraline, have you kept to the fifty milligrams?",
    "Yes, every morning. Doctor Halvorsen wants to see me again in two weeks.",
    "You mentioned on the phone that Sunday was difficult.",
    "My sister called. She asked if I was coming at Christmas, and I said I don't know.",
    "After that there was just silence, and I lay on the sofa for the rest of the day.",
    "I'm glad you are telling me. What made the seven become something you could move with?",
    "Counting. It gave me something that was not the quiet.",
    "So it may be less about calming down and more about having a first step.",
)
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
        return [{**s, "role": roles.get(s["key"], "other")} for s in self.speakers]

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
        match wish["act"]:
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
