"""What the client returns. Texts are in clear, and never part of a printed representation."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Identity:
    """Whose token this is."""

    user_id: int
    name: str
    role: str
    scope: str


@dataclass(frozen=True)
class Uploaded:
    recording_id: int
    session_id: str
    state: str
    missing: list[int]


@dataclass(frozen=True)
class Progress:
    state: str  # receiving, processing, done, failed
    stage: str
    progress: float  # 0 to 1
    error: str | None

    @property
    def has_ended(self) -> bool:
        return self.state in ("done", "failed")


@dataclass(frozen=True)
class Utterance:
    speaker: str
    start: float  # seconds
    end: float
    text: str = field(repr=False)


@dataclass(frozen=True)
class Transcript:
    language: str
    duration: float  # seconds
    utterances: list[Utterance] = field(repr=False)

    @property
    def text(self) -> str:
        """A line a turn: "Speaker 1: Good morning."."""
        lines: list[str] = []
        last = None
        for each in self.utterances:
            if each.speaker == last:
                lines[-1] += f" {each.text}"
            else:
                lines.append(f"{each.speaker}: {each.text}")
            last = each.speaker
        return "\n".join(lines)

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "Transcript":
        names = {each["key"]: each["name"] for each in answer["speakers"]}
        said = [
            Utterance(names[each["speaker"]], each["start"], each["end"], each["text"])
            for each in answer["utterances"]
        ]
        return cls(answer["language"], answer["duration"], said)


@dataclass(frozen=True)
class Document:
    document_id: int
    file_name: str = field(repr=False)
    file_url: str
    state: str
    problem: str | None
    content: str = field(repr=False)


@dataclass(frozen=True)
class HistoryVersion:
    id: int
    date: str  # RFC 3339
    summary: str = field(repr=False)
