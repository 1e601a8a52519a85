"""A note and a transcript as they are laid out on paper: plain words in order, whatever the file format."""

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# XML, and with it DOCX and FHIR, allows no control characters but tab and line feed.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Said:
    """One statement: its words, and where in the recording and in documents they come from ("13:53, 14:09; Referral
    letter, p. 2")."""

    text: str
    places: str = ""
    flag: str = ""  # why it is still to be checked


@dataclass(frozen=True)
class Part:
    title: str
    statements: tuple[Said, ...]
    empty: str = "Not assessed"  # what stands there when there are no statements


@dataclass(frozen=True)
class Signature:
    deed: str  # Signed, Countersigned
    name: str
    at: dt.datetime
    sha256: str = ""


@dataclass(frozen=True)
class Addendum:
    name: str
    at: dt.datetime
    text: str


@dataclass(frozen=True)
class NoteSheet:
    """Everything that a note's file says."""

    title: str  # of the format: "SOAP note"
    client: str
    author: str
    starts_at: dt.datetime
    seconds: float
    place: str  # In person, Telehealth
    attendees: tuple[str, ...]
    state: str  # draft, returned, signed, countersigned
    parts: tuple[Part, ...]
    signatures: tuple[Signature, ...]
    addenda: tuple[Addendum, ...]
    drafter: str
    clinic: str
    zone: ZoneInfo
    note_uid: str
    language: str = "en"

    @property
    def is_signed(self) -> bool:
        return self.state in ("signed", "countersigned")

    @property
    def banner(self) -> str:
        return "" if self.is_signed else "DRAFT, NOT SIGNED"

    def header(self) -> tuple[tuple[str, str], ...]:
        """The rows above every note, in the order of clinical practice."""
        ends_at = self.starts_at + dt.timedelta(seconds=self.seconds)
        rows = [
            ("Client", self.client),
            ("Date", day(self.starts_at, self.zone)),
            (
                "Time",
                f"{clock(self.starts_at, self.zone)} to {clock(ends_at, self.zone)} ({self.zone.key}), "
                f"{round(self.seconds / 60)} min",
            ),
            ("Present", ", ".join(self.attendees)),
            ("Place", self.place),
            ("Format", self.title),
            ("Author", self.author),
            ("State", self.state.capitalize()),
        ]
        if self.clinic:
            rows.insert(0, ("Clinic", self.clinic))
        return tuple((name, value) for name, value in rows if value)


@dataclass(frozen=True)
class Turn:
    speaker: str
    start: float  # seconds
    end: float
    text: str


@dataclass(frozen=True)
class TranscriptSheet:
    client: str
    author: str
    starts_at: dt.datetime
    seconds: float
    turns: tuple[Turn, ...]
    clinic: str
    zone: ZoneInfo
    language: str = "en"

    def header(self) -> tuple[tuple[str, str], ...]:
        rows = (
            ("Clinic", self.clinic),
            ("Client", self.client),
            ("Date", f"{day(self.starts_at, self.zone)}, {clock(self.starts_at, self.zone)}"),
            ("Length", f"{round(self.seconds / 60)} min"),
            ("Therapist", self.author),
        )
        return tuple((name, value) for name, value in rows if value)


def printable(text: str) -> str:
    """The text without what no file may hold."""
    return CONTROL.sub("", text)


def day(at: dt.datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def clock(at: dt.datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: dt.datetime, zone: ZoneInfo) -> str:
    return f"{day(at, zone)}, {clock(at, zone)} ({zone.key})"


def position(seconds: float) -> str:
    """0:33, 25:49, 1:24:50"""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
