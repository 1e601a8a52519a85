"""Sending chunks as a recorder would."""

from collections.abc import Callable
from typing import Any

from services import clients, recordings
from services.access import Actor
from services.recordings import Received
from services.vault import new_spool
from tests.sounds import live_webm, tone


class Recorder:
    """A client of `actor`, and a recorder for sessions with them."""

    def __init__(self, actor: Actor, **client: Any) -> None:
        self.actor = actor
        self.client_id = clients.create_client(actor, "Nora Feldt", **client)

    def send(
        self,
        data: bytes,
        *,
        sequence: int | None = None,
        last: bool = False,
        session_id: str = "monday-10",
        actor: Actor | None = None,
        **other: Any,
    ) -> Received:
        chunk = {
            "therapist_id": self.actor.user_id,
            "client_id": self.client_id,
            "session_id": session_id,
            "is_last": last,
            "filename": "chunk.webm",
            "sequence": sequence,
        } | other
        with new_spool() as spool:
            spool.write(data)
            return recordings.add_chunk(
                actor or self.actor, recordings.Chunk(**chunk, content=spool)
            )


def webm_chunks(seconds: float = 6.0, parts: int = 3) -> list[bytes]:
    """What MediaRecorder hands over: one live stream, cut where the slices end."""
    whole = live_webm(tone(seconds))
    size = -(-len(whole) // parts)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


Send = Callable[..., Received]
