"""The caption of what no passage holds yet, as the worker stores it; `services.recordings.captioning` reads it."""

from collections.abc import Sequence

from sqlalchemy import delete

from models.recording import LiveCaption, Recording, RecordingState
from services import encryption
from services.access import Action, Actor, acting
from services.adapters.speech.lines import Line
from services.recordings import captioning


def are_wanted(actor: Actor, recording_id: int) -> bool:
    """Whether somebody watches a recording that still goes on."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        recording = work.get(Recording, recording_id)
        is_live = recording.state is RecordingState.RECEIVING
        return is_live and captioning.wanted(work, recording_id)


def put(actor: Actor, recording_id: int, lines: Sequence[Line]) -> None:
    """In the place of the one before; nothing once the recording has ended."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        # Locked: a recording that ends just now must not keep a caption.
        recording = work.get(Recording, recording_id, lock=True)
        row = work.session.scalars(
            work.visible(LiveCaption).where(LiveCaption.recording_id == recording_id)
        ).first()
        if row is not None and recording.state is RecordingState.RECEIVING:
            row.content = encryption.seal_json(row, "content", lines)


def remove(actor: Actor, recording_id: int) -> None:
    """At the end: the transcript has it all."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        work.get(Recording, recording_id)
        work.session.execute(delete(LiveCaption).where(LiveCaption.recording_id == recording_id))
