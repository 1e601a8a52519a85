"""Recordings whose sound stopped coming without a last chunk: finish with what arrived, or wait."""

import datetime as dt

from sqlalchemy import update

from models.base import now
from models.recording import Recording, RecordingState
from services.access import Action, Actor, acting
from services.errors import Conflict

QUIET = dt.timedelta(minutes=3)  # without a new part
WAIT = dt.timedelta(hours=1)  # that "wait" puts the question off


def is_abandoned(recording: Recording, at: dt.datetime) -> bool:
    """Whether its owner is to be asked what to do with it."""
    if recording.state is not RecordingState.RECEIVING or at - recording.updated_at <= QUIET:
        return False
    return recording.wait_until is None or recording.wait_until <= at


def wait(actor: Actor, recording_id: int) -> None:
    """The rest will come, from a browser that was closed perhaps: asks again after WAIT."""
    with acting(actor, Action.RECORDING_WAIT) as work:
        recording = work.get(Recording, recording_id, lock=True)
        if recording.state is not RecordingState.RECEIVING:
            raise Conflict("This recording has already ended.")
        # updated_at says when a part last came, so it stays as it is.
        work.session.execute(
            update(Recording)
            .where(Recording.id == recording_id)
            .values(wait_until=now() + WAIT, updated_at=Recording.updated_at)
        )
