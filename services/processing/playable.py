"""What of a recording there is to be played, each read and written in one short transaction as its owner."""

from dataclasses import dataclass

from sqlalchemy import select

from models.recording import AudioBlob, Recording
from services.access import Action, Actor, acting
from services.recordings import lifecycle, paths


@dataclass(frozen=True)
class Sound:
    """What there is to be played."""

    chunks: tuple[tuple[str, str], ...]  # (blob path, content type), in order
    is_playable: bool  # already
    is_gapless: bool
    new_path: str  # for a file made of the chunks


def sound(actor: Actor, recording_id: int) -> Sound:
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id)
        rows = work.session.execute(
            select(AudioBlob.path, AudioBlob.content_type)
            .where(AudioBlob.recording_id == recording_id)
            .order_by(AudioBlob.sequence)
        )
        chunks = tuple(rows.all())
        return Sound(
            chunks=chunks,
            is_playable=recording.playback_path is not None,
            is_gapless=not lifecycle.missing(work, recording),
            new_path=paths.playback(chunks[0][0], recording_id) if chunks else "",
        )


def set_playback(actor: Actor, recording_id: int, path: str, content_type: str) -> None:
    with acting(actor, Action.RECORDING_PROCESS) as work:
        recording = work.get(Recording, recording_id, lock=True)
        recording.playback_path, recording.playback_type = path, content_type
