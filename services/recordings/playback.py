"""The sound of a recording, for the player: authorised first, then decrypted range by range."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.recording import AudioBlob, Recording
from services import vault
from services.access import Action, Actor, Work, acting
from services.errors import NotFound


@dataclass(frozen=True)
class Playback:
    """Proof that `playback` let this actor hear this recording."""

    path: str
    content_type: str
    size: int  # bytes of plaintext


def playback(actor: Actor, recording_id: int) -> Playback:
    """Where the audio of a recording is. Raises NotFound while it is not ready to be played."""
    with acting(actor, Action.RECORDING_PLAY) as work:
        recording = work.get(Recording, recording_id)
        path, content_type = recording.playback_path, recording.playback_type
        if path is None or content_type is None:
            if _is_purged(work, recording_id):
                raise NotFound("The audio of this session was removed by the retention policy.")
            raise NotFound("The audio of this session is not ready yet.")
    return Playback(path, content_type, vault.blobs().stat(path).size)


def _is_purged(work: Work, recording_id: int) -> bool:
    gone = work.visible(AudioBlob).where(
        AudioBlob.recording_id == recording_id, AudioBlob.purged_at.is_not(None)
    )
    return work.session.scalars(gone.limit(1)).first() is not None


def audio(found: Playback, start: int, end: int) -> Iterator[bytes]:
    """Plaintext bytes [start, end) of what `playback` authorised."""
    return vault.blobs().read(found.path, start, end)
