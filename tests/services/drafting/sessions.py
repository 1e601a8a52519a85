"""Sessions of our own making, as a transcript holds them."""

from typing import Any

SPEAKERS = [
    {"key": "S1", "name": "Speaker 1", "role": "therapist"},
    {"key": "S2", "name": "Speaker 2", "role": "client"},
]
SAID = (
    "How was the week since we last met, Siobhan?",
    "I felt worn out. My sister Orla rang on Monday and I cried for an hour in the kitchen.",
    "Did you have any thoughts of hurting yourself?",
    "No.",
    "Let us do the slow breathing together for two minutes now.",
    "My shoulders came down a little while we were counting to seven.",
    "Would you do it every evening until next week as homework?",
    "Yes, I will do it after the news, with the radio off.",
)
NAMES = ("Siobhan Byrne", "Orla")


def utterances(*texts: str, probability: float = 0.95, pace: float = 0.4) -> list[dict[str, Any]]:
    """Turn about, the therapist first; `pace` seconds a word."""
    out: list[dict[str, Any]] = []
    at = 0.5
    for number, text in enumerate(texts or SAID):
        words = []
        for word in text.split():
            words.append([word, round(at, 2), round(at + pace - 0.02, 2), probability])
            at += pace
        start = words[0][1] if words else at
        out.append(
            {"id": number, "speaker": f"S{1 + number % 2}", "start": start, "end": round(at, 2)}
            | {"text": text, "words": words}
        )
        at += 0.5
    return out
