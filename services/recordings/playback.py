"""The sound of a recording, for the player: authorised first, then decrypted range by range."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.recording import Recording
from services import vault
from services.access import Action, Actor, acting
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
            raise NotFound("The audio of this session is not ready yet.")
    return Playback(path, content_type, vault.blobs().stat(path).size)


def audio(found: Playback, start: int, end: int) -> Iterator[bytes]:
    """Plaintext bytes [start, end) of what `playback` authorised."""
    return vault.blobs().read(found.path, start, end)
