"""Corrections of a transcript, as pure functions: utterances in, utterances out.

An utterance is {"id", "speaker", "start", "end", "text", "words": [[text, start, end, probability]]}.
Ids never change; what a machine heard stays in the transcript's `machine` list under the same ids.
"""

import difflib
from typing import Any

from services.errors import Invalid, NotFound
from services.speakers import ROLES

Utterance = dict[str, Any]
Speaker = dict[str, Any]  # {"key": "S1", "name": "Speaker 1", "role": "therapist"}
LONGEST_TEXT = 4000  # characters of one utterance
BY_HAND = 1.0  # the probability of a word that a person wrote


def rename(speakers: list[Speaker], key: str, name: str) -> list[Speaker]:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60:
        raise Invalid("A speaker needs a name of 1 to 60 characters.")
    if key not in {speaker["key"] for speaker in speakers}:
        raise NotFound("There is no such speaker in this session.")
    return [{**s, "name": name} if s["key"] == key else s for s in speakers]


def set_role(speakers: list[Speaker], key: str, role: str) -> list[Speaker]:
    """What a speaker is in the session; drafts and checks go by it."""
    if role not in ROLES:
        raise Invalid(f"A speaker is one of: {', '.join(ROLES)}.")
    if key not in {speaker["key"] for speaker in speakers}:
        raise NotFound("There is no such speaker in this session.")
    return [{**s, "role": role} if s["key"] == key else s for s in speakers]


def reassign(
    utterances: list[Utterance], speakers: list[Speaker], ids: list[int], key: str
) -> tuple[list[Utterance], list[Speaker]]:
    """Gives utterances to another speaker; key "new" adds one."""
    known = {utterance["id"] for utterance in utterances}
    if not ids or not set(ids) <= known:
        raise NotFound("There is no such passage in this session.")
    if key == "new":
        number = max((int(s["key"][1:]) for s in speakers), default=0) + 1
        key = f"S{number}"
        speakers = [*speakers, {"key": key, "name": f"Speaker {number}"}]
    elif key not in {speaker["key"] for speaker in speakers}:
        raise NotFound("There is no such speaker in this session.")
    changed = [{**u, "speaker": key} if u["id"] in ids else u for u in utterances]
    return changed, speakers


def merge(utterances: list[Utterance], ident: int) -> list[Utterance]:
    """Joins an utterance to the one before it, whose speaker it takes."""
    at = _index(utterances, ident)
    if at == 0:
        raise Invalid("The first passage has none before it to be joined to.")
    before, this = utterances[at - 1], utterances[at]
    joined = {
        **before,
        "end": max(before["end"], this["end"]),
        "text": f"{before['text']} {this['text']}".strip(),
        "words": before["words"] + this["words"],
        "joined": [*before.get("joined", []), this["id"], *this.get("joined", [])],
    }
    if this.get("corrected"):
        joined["corrected"] = True
    return [*utterances[: at - 1], joined, *utterances[at + 1 :]]


def correct(utterances: list[Utterance], ident: int, text: str) -> list[Utterance]:
    """Replaces the words of an utterance; times of words that stayed are kept, others lie between them."""
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"A passage may have {LONGEST_TEXT} characters.")
    if not text:
        raise Invalid("A passage needs words. To remove one, join it to the one before.")
    at = _index(utterances, ident)
    this = utterances[at]
    words = realign(this["words"], text.split(), this["start"], this["end"])
    changed = {**this, "text": text, "words": words, "corrected": True}
    return [*utterances[:at], changed, *utterances[at + 1 :]]


def restore(utterances: list[Utterance], machine: list[Utterance], ident: int) -> list[Utterance]:
    """The machine's words again, of the utterance and of those joined to it."""
    at = _index(utterances, ident)
    this = utterances[at]
    heard = _heard(machine, this)
    words = [word for utterance in heard for word in utterance["words"]]
    text = " ".join(utterance["text"] for utterance in heard)
    changed = {key: value for key, value in this.items() if key != "corrected"}
    changed |= {"text": text, "words": words}
    return [*utterances[:at], changed, *utterances[at + 1 :]]


def machine_text(machine: list[Utterance], utterance: Utterance) -> str | None:
    """What the machine heard, where a person has written something else."""
    if not utterance.get("corrected"):
        return None
    return " ".join(heard["text"] for heard in _heard(machine, utterance))


def realign(heard: list[list[Any]], texts: list[str], start: float, end: float) -> list[list[Any]]:
    """Times for corrected words: kept where a word stayed, spread evenly over the replaced stretch.
    Starts never go back, if those of `heard` do not."""
    matcher = difflib.SequenceMatcher(
        None, [plain(word[0]) for word in heard], [plain(t) for t in texts], autojunk=False
    )
    words: list[list[Any]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            words += [[text, *old[1:]] for text, old in zip(texts[c:d], heard[a:b], strict=True)]
        elif d > c:
            following = heard[b][1] if b < len(heard) else end
            closes = min(heard[b - 1][2], following) if b > a else following
            opens = heard[a][1] if b > a else min(words[-1][2] if words else start, closes)
            step = (closes - opens) / (d - c)
            words += [  # in milliseconds, as the machine's: coarser ones could go back before them
                [text, round(opens + i * step, 3), round(opens + (i + 1) * step, 3), BY_HAND]
                for i, text in enumerate(texts[c:d])
            ]
    return words


def as_text(utterances: list[Utterance], speakers: list[Speaker]) -> str:
    """The contract's string: "Speaker 1: Good morning. Speaker 2: ...", one label a turn."""
    names = {speaker["key"]: speaker["name"] for speaker in speakers}
    parts: list[str] = []
    last = None
    for utterance in utterances:
        if utterance["speaker"] != last:
            last = utterance["speaker"]
            parts.append(f"{names[last]}:")
        parts.append(utterance["text"])
    return " ".join(parts)


def _heard(machine: list[Utterance], utterance: Utterance) -> list[Utterance]:
    ids = [utterance["id"], *utterance.get("joined", [])]
    return [heard for heard in machine if heard["id"] in ids]


def _index(utterances: list[Utterance], ident: int) -> int:
    for at, utterance in enumerate(utterances):
        if utterance["id"] == ident:
            return at
    raise NotFound("There is no such passage in this session.")


def plain(word: str) -> str:
    """A word as it is compared: without what stands around it, in lower case."""
    return word.strip(".,;:!?…\"'“”’()").casefold()
