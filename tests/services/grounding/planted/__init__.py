"""Real statements and planted errors, in parts that share no passage ("…b": another part of a real dialogue).

`tuning.json` and `paraphrased.json` (a clinician's words, far from the client's) were looked at while the rules were
written. `repaired.json` was written when they were frozen, run once, and looked at since. `kept_aside.json` was written
after those repairs, is run to report and never looked at: once it is, it belongs to the others. So is FRESH: the first
written before the rules about words that exclude each other, the second by a writer of its own, who knew neither rules
nor reports, and who turns meanings round with other words than "not"; `second_writer.json` is the other half of that
one, run once and looked at since. `third_writer.json` and `third_writer_unread.json` are two halves in the same way.
`denials.json` has its own lines for each, and was looked at after its first run.
All hold statements in words of our own, with the numbers of the lines that they report: of dialogues of our own making
(`dialogues*.json`), and of the evaluation dialogues where those are. True quotations and most errors are made here by
rule, from what was said and from the true statements, always the same.
"""

import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.notes.content import Evidence, Statement

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[4]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-dialogues"
SEEN = (
    "tuning",
    "paraphrased",
    "repaired",
    "second_writer",
    "third_writer",
)  # looked at while the rules were written
FRESH = ("fresh_2026_11_28", "fresh_2026_11_29", "third_writer_unread")
HALVES = (*SEEN, "kept_aside", *FRESH)
TRUE = "true"
SPEAKERS = [
    {"key": "S1", "name": "Speaker 1", "role": "therapist"},
    {"key": "S2", "name": "Speaker 2", "role": "client"},
]
_KEYS = {"T": "S1", "C": "S2"}
_NUMBERS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve".split(),
        range(1, 13),
        strict=True,
    )
)
_STRANGERS = ("Priya", "Callum", "Henrike", "Bashir", "Lucinda", "Tobias")
_DENIALS = (
    "Client denies suicidal ideation.",
    "Client denied any history of psychosis or hallucinations.",
    "Client reports no homicidal ideation.",
    "Client denies gambling.",
    "No evidence of self-harm was reported.",
    "Client denied eating problems and purging.",
    "Client did not endorse flashbacks.",
)
_CONCLUSIONS = dict(json.loads((HERE / "conclusions.json").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Case:
    kind: str  # TRUE, or what was planted
    dialogue: str
    text: str
    speaker: str
    lines: tuple[int, ...]

    @property
    def statement(self) -> Statement:
        return Statement("1", self.text, self.speaker, (Evidence(self.lines),))


def dialogues(half: str) -> dict[str, list[dict[str, Any]]]:
    """The utterances of every dialogue of a half that is at hand, as the checks take them."""
    own: dict[str, Any] = {}
    for path in HERE.glob("dialogues*.json"):
        own |= json.loads(path.read_text(encoding="utf-8"))
    found = {}
    for name in told(half):
        if name in own:
            spoken = [(who, text, 7.0 * at) for at, (who, text) in enumerate(own[name])]
        elif (EVAL / f"{name.rstrip('b')}.json").is_file():  # "b": its second half
            read = json.loads((EVAL / f"{name.rstrip('b')}.json").read_text(encoding="utf-8"))[
                "utterances"
            ]
            spoken = [(one["speaker"][0].upper(), one["text"], float(one["start"])) for one in read]
        else:
            continue
        found[name] = [
            {
                "id": at,
                "speaker": "S1" if who == "T" else "S2",
                "start": start,
                "end": start + 5,
                "text": text,
                "words": [],
            }
            for at, (who, text, start) in enumerate(spoken, 1)
        ]
    return found


def cases(half: str) -> list[Case]:
    """All statements of a half, true ones and planted errors."""
    said = dialogues(half)
    found: list[Case] = []
    for name, statements in told(half).items():
        if name not in said:
            continue
        chance = random.Random(name)
        true = [
            Case(TRUE, name, one["text"], one["speaker"], tuple(one["lines"])) for one in statements
        ]
        quotes = list(_true_quotes(true, said[name]))
        found += [*true, *quotes]
        for one, entry in zip(true, statements, strict=True):
            if "flipped" in entry:
                found.append(replace(one, kind="flipped negation", text=entry["flipped"]))
            if "wrong" in entry:
                found.append(replace(one, kind="changed detail", text=entry["wrong"]))
        for one in true:
            found += _changed_number(one)
            found += _swapped_speaker(one)
            found += _wrong_place(one, said[name], chance)
        for number, one in enumerate(true):
            if number % 2 == 0:
                stranger = _STRANGERS[(number // 2) % len(_STRANGERS)]
                found.append(
                    replace(one, kind="name from elsewhere", text=_with_name(one.text, stranger))
                )
        found += _invented_quotes(quotes, said[name], chance)
        found += _attached("denied, never asked", _DENIALS, true)
        found += _attached("unsupported conclusion", _CONCLUSIONS[half], true)
    return found


def denials() -> list[tuple[str, list[dict[str, Any]], bool]]:
    """Statements that deny, the lines that each cites, and whether it is true."""
    listed = json.loads((HERE / "denials.json").read_text(encoding="utf-8"))
    return [
        (
            one["text"],
            [
                {"id": at, "speaker": _KEYS[line[0]], "start": 7.0 * at, "text": line[3:]}
                for at, line in enumerate(one["talk"], 1)
            ],
            one["true"],
        )
        for one in listed
    ]


def told(half: str) -> dict[str, list[dict[str, Any]]]:
    path = HERE / f"{half}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _true_quotes(true: list[Case], said: list[dict[str, Any]]) -> Iterator[Case]:
    """Eight words of a cited line, word for word, for every third statement."""
    for one in true[::3]:
        line = max((said[at - 1] for at in one.lines), key=lambda line: len(line["text"]))
        pieces = line["text"].split()
        if len(pieces) < 6:
            continue
        who = "Therapist" if line["speaker"] == "S1" else "Client"
        quote = " ".join(pieces[1:9]).strip(" ,.-")
        yield Case(TRUE, one.dialogue, f"{who} said: “{quote}”", who.lower(), one.lines)


def _invented_quotes(
    quotes: list[Case], said: list[dict[str, Any]], chance: random.Random
) -> Iterator[Case]:
    for number, one in enumerate(quotes):
        pieces = one.text.split(" ")
        if number % 2:  # one word changed for another that was said
            other = next(
                word
                for line in chance.sample(said, len(said))
                for word in re.findall(r"[a-z]{5,}", line["text"])
                if word not in one.text
            )
            middle = 2 + (len(pieces) - 2) // 2
            text = " ".join([*pieces[:middle], other, *pieces[middle + 1 :]])
        else:  # one word left out
            leave = next(
                at for at in range(4, len(pieces)) if re.match(r"(?!um|uh)\w{2,}", pieces[at])
            )
            text = " ".join([*pieces[:leave], *pieces[leave + 1 :]])
        yield replace(one, kind="invented quotation", text=text)


def _changed_number(one: Case) -> Iterator[Case]:
    match = re.search(r"(?<![\w-])(\d+(?:\.\d+)?|" + "|".join(_NUMBERS) + r")(?![\w-])", one.text)
    if match is None or (match.group(1) == "one" and " or " not in one.text):
        return
    word = match.group(1)
    if word in _NUMBERS:
        new = {number: name for name, number in _NUMBERS.items()}[_NUMBERS[word] % 9 + 3]
    else:
        new = str(int(float(word)) + 3)
    text = one.text[: match.start(1)] + new + one.text[match.end(1) :]
    yield replace(one, kind="changed number", text=text)


def _swapped_speaker(one: Case) -> Iterator[Case]:
    if not one.text.startswith(("Client ", "Therapist ")):
        return
    other = "therapist" if one.speaker == "client" else "client"
    text = re.sub(r"^(Client|Therapist)\b", other.capitalize(), one.text)
    yield replace(one, kind="swapped speaker", text=text, speaker=other)


def _wrong_place(one: Case, said: list[dict[str, Any]], chance: random.Random) -> Iterator[Case]:
    """The same statement, citing as many lines of the same speakers elsewhere."""
    first, last = min(one.lines), max(one.lines)
    span = last - first
    possible = [
        shift
        for shift in range(-first + 1, len(said) - last + 1)
        if abs(shift) > span + 5
        and all(said[at - 1]["speaker"] == said[at + shift - 1]["speaker"] for at in one.lines)
        and any(len(said[at + shift - 1]["text"].split()) > 5 for at in one.lines)
    ]
    if possible:
        shift = chance.choice(possible)
        yield replace(
            one, kind="right statement, wrong place", lines=tuple(at + shift for at in one.lines)
        )


def _with_name(text: str, stranger: str) -> str:
    named = re.sub(
        r"(?<=\s)(?!Client|Therapist|Mrs|Mr|July|Sunday|Friday|January|February|March|Wednesday|Ivy)[A-Z][a-z]{3,}\b",
        stranger,
        text,
    )
    return named if named != text else f"{text.rstrip('.')}, together with {stranger}."


def _attached(kind: str, texts: tuple[str, ...], true: list[Case]) -> Iterator[Case]:
    """Each text once a dialogue, citing the lines of one of its true statements."""
    for number, text in enumerate(texts[: len(true)]):
        one = true[(number * 5) % len(true)]
        yield replace(one, kind=kind, text=text, speaker="client")
