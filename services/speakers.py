"""Who of a session's speakers is the therapist? By cheap signs that hold in most talking therapies; people can
change it.

The therapist asks and reflects, speaks of "you" where the client speaks of "I", and opens and closes the meeting.
Each sign is a rate or a yes; the speaker with the highest sum is the therapist. Weights were set by reading, not
fitted. Words are English; in other languages question marks, opening and closing decide.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

THERAPIST, CLIENT, OTHER = "therapist", "client", "other"
ROLES = (THERAPIST, CLIENT, OTHER)

QUESTION = re.compile(r"[?？؟]\W*$")
ASKING = re.compile(
    r"^\W*(?:(?:and|so|okay|well|um|uh)\W+)*(?:what|how|when|where|who|which|why|"
    r"do you|did you|are you|have you|would you|could you|can you|tell me)\b",
    re.IGNORECASE,
)
REFLECTING = re.compile(
    r"\b(?:sounds like|it seems|so you|you feel|you're feeling|you felt|you mentioned|you said|i hear|i wonder|"
    r"what i'm hearing|help me understand|tell me more|on a scale|let's|shall we|last time we|thank you for)\b",
    re.IGNORECASE,
)
OF_THE_OTHER = re.compile(r"\b(?:you|your|yours|you're|you've|you'd|you'll)\b", re.IGNORECASE)
OF_ONESELF = re.compile(r"\b(?:i|me|my|mine|i'm|i've|i'd|i'll)\b", re.IGNORECASE)
FILLERS = re.compile(r"\byou know\b|\bi mean\b", re.IGNORECASE)

# What each sign counts; each is between 0 and 1.
ASKS, REFLECTS, SPEAKS_OF_THE_OTHER, OPENS, CLOSES, SAYS_LESS = 1.0, 1.0, 1.5, 0.3, 0.2, 0.2
FEWEST_WORDS = 20  # of a speaker who is taken for more than a voice in passing
SMALL_SHARE = 0.02  # of all words; below it, with others there, a voice in passing


@dataclass(frozen=True)
class _Voice:
    texts: tuple[str, ...]
    words: int


def roles(
    utterances: Sequence[Mapping[str, Any]], speakers: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """ "therapist", "client" or "other" by speaker key. One therapist where at least two people speak; a single
    speaker is "other", for nobody was told apart; so is a voice that says next to nothing beside two others."""
    voices = {speaker["key"]: _voice(utterances, speaker["key"]) for speaker in speakers}
    total = sum(voice.words for voice in voices.values())
    spoke = {
        key: voice
        for key, voice in voices.items()
        if voice.words >= FEWEST_WORDS and voice.words >= SMALL_SHARE * total
    }
    if len(spoke) < 2:  # a short session: everybody who said anything
        spoke = {key: voice for key, voice in voices.items() if voice.words}
    found = dict.fromkeys(voices, OTHER)
    if len(spoke) < 2:
        return found
    said = [utterance["speaker"] for utterance in utterances if utterance["speaker"] in spoke]
    scores = {key: _score(key, voice, said, total) for key, voice in spoke.items()}
    therapist = max(scores, key=lambda key: scores[key])
    return found | dict.fromkeys(spoke, CLIENT) | {therapist: THERAPIST}


def _voice(utterances: Sequence[Mapping[str, Any]], key: str) -> _Voice:
    texts = tuple(
        utterance["text"].replace("’", "'")
        for utterance in utterances
        if utterance["speaker"] == key
    )
    return _Voice(texts, sum(len(text.split()) for text in texts))


def _score(key: str, voice: _Voice, said: Sequence[str], total: int) -> float:
    longer = [text for text in voice.texts if len(text.split()) > 2] or list(voice.texts)
    asks = sum(1 for text in longer if QUESTION.search(text) or ASKING.search(text)) / len(longer)
    reflects = sum(1 for text in longer if REFLECTING.search(text)) / len(longer)
    whole = FILLERS.sub(" ", " ".join(voice.texts))
    other, self = len(OF_THE_OTHER.findall(whole)), len(OF_ONESELF.findall(whole))
    return (
        ASKS * asks
        + REFLECTS * reflects
        + SPEAKS_OF_THE_OTHER * (other / (other + self) if other + self else 0.5)
        + OPENS * (said[0] == key)
        + CLOSES * (said[-1] == key)
        + SAYS_LESS * (1 - voice.words / total)
    )
