"""An instruction as plain values: what a kind of note contains and how it is written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    key: str  # subjective, plan, ...
    title: str
    belongs: str  # what belongs there
    excluded: str = ""  # what must not
    is_required: bool = True
    speaker: str | None = None  # whose words it is mostly made of: client, therapist, None: both
    cues: tuple[str, ...] = ()  # words and phrases that point at it, for the extractive drafter
    is_clinicians: bool = (
        False  # a conclusion (diagnosis, risk level): only what was said is offered
    )


@dataclass(frozen=True)
class Style:
    length: str = "medium"  # short, medium, long
    person: str = "third"  # third ("the client"), first ("I"), second ("you", for the client)
    tense: str = "past"  # past, present
    quotes: str = "verbatim"  # verbatim, none
    modality: str = ""  # CBT, DBT, EMDR, ...
    language: str = ""  # ISO 639-1; empty: that of the session


@dataclass(frozen=True)
class Instruction:
    type: str  # soap, clinical_notes, ...
    title: str
    purpose: str
    group: str  # progress, assessment, plans, other
    sections: tuple[Section, ...]
    style: Style = Style()
    rules: tuple[str, ...] = ()
    version: int = 1
    source: str = "built-in"  # built-in, clinic, own, client
    instruction_id: int | None = None  # of the variant
    built_in_version: int = 1  # that the variant was made from
    attribution: str = ""  # whose method it follows, shown with it
