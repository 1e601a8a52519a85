"""A recording that a browser began, and its recorder."""

from typing import Any

from models.client import Consent, SessionType
from services import clients, recordings
from services.access import Actor
from services.recordings import Begun, Received
from tests.services.recordings.sending import Recorder


def begin(actor: Actor, client_id: int, **how: Any) -> Begun:
    """In person, individual, without a note format, unless `how` says otherwise."""
    given = {"session_type": SessionType.INDIVIDUAL, "is_telehealth": False, "note_format": None}
    return recordings.begin(actor, client_id, **given | how)


class BrowserRecorder(Recorder):
    """A client who consented, and a recording with them that has begun."""

    def __init__(self, actor: Actor, **how: Any) -> None:
        super().__init__(actor)
        clients.record_consent(actor, self.client_id, Consent.GIVEN, "verbally")
        self.begun = begin(actor, self.client_id, **how)
        self.recording_id = self.begun.recording_id

    def part(self, data: bytes, sequence: int, *, last: bool = False) -> Received:
        return self.send(data, sequence=sequence, last=last, session_id=self.begun.session_id)
