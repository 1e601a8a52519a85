"""One file that a browser can seek in, out of a recording's chunks.

A single uploaded file is played as it is. The chunks of a live recording are one stream without length
or index: its packets are copied into Ogg, which needs neither. Where that cannot be (parts missing,
several files, another codec) the sound is encoded anew, with silence where a part is missing, so that
the times of the transcript hold in the player.
"""

from collections.abc import Iterator
from typing import BinaryIO, cast

from services import vault
from services.access import Actor
from services.adapters.audio.remuxing import copy_opus, encode_opus
from services.processing import playable

PLAYBACK_TYPE = "audio/ogg"


def prepare(actor: Actor, recording_id: int) -> None:
    """Makes the recording playable. Idempotent. Raises AudioUnreadable, IntegrationError."""
    sound = playable.sound(actor, recording_id)
    if sound.is_playable or not sound.chunks:
        return
    if len(sound.chunks) == 1:
        path, content_type = sound.chunks[0]
        playable.set_playback(actor, recording_id, path, content_type)
        return
    paths = [path for path, _ in sound.chunks]
    if not (sound.is_gapless and _stored(sound.new_path, paths, encode=False)):
        _stored(sound.new_path, paths, encode=True)
    playable.set_playback(actor, recording_id, sound.new_path, PLAYBACK_TYPE)


def _stored(new_path: str, paths: list[str], *, encode: bool) -> bool:
    with vault.new_spool() as spool:
        if encode:
            encode_opus(_opened(paths), spool.write)
        elif not copy_opus(_opened(paths), spool.write):
            return False
        vault.blobs().put(new_path, spool.pieces(), PLAYBACK_TYPE)
        return True


def _opened(paths: list[str]) -> Iterator[BinaryIO]:
    for path in paths:
        yield cast(BinaryIO, vault.blobs().reader([path]))
