"""The clinic's own settings: its name, and the words that transcription should listen for."""

from dataclasses import dataclass

from models.clinic import Clinic
from services.access import Action, Actor, acting
from services.adapters.visible_text import visible
from services.errors import Invalid

MOST_WORDS = 100  # more hotwords crowd out the recogniser's own context


@dataclass(frozen=True)
class ClinicSettings:
    name: str
    vocabulary: tuple[str, ...]


def read(actor: Actor) -> ClinicSettings:
    with acting(actor, Action.CLINIC_READ) as work:
        row = work.session.get_one(Clinic, 1)
        return ClinicSettings(row.name, tuple(filter(None, row.vocabulary.splitlines())))


def change(actor: Actor, *, name: str, vocabulary: list[str]) -> None:
    """Words, names of drugs and methods; not names of clients: everyone's recogniser sees them."""
    words = list(dict.fromkeys(filter(None, map(visible, vocabulary))))
    if len(words) > MOST_WORDS or any(len(word) > 60 for word in words):
        raise Invalid(f"Up to {MOST_WORDS} words of 60 characters each.")
    if len(name.strip()) > 120:
        raise Invalid("The clinic's name may have 120 characters.")
    with acting(actor, Action.CLINIC_CHANGE) as work:
        row = work.session.get_one(Clinic, 1, with_for_update=True)
        row.name, row.vocabulary = name.strip(), "\n".join(words)
