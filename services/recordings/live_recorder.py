"""Recording on the server what a browser sends over WebRTC: every few seconds of it become a chunk like any other.

The frames come on a thread of the connection, which must not wait; another thread stores. What could not be
stored yet, because the database or the disk is away for a while, waits in memory and is tried again.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from services import vault
from services.access import Actor, Via
from services.adapters.errors import IntegrationError
from services.errors import AppError, Unavailable
from services.recordings.beginning import Begun
from services.recordings.chunks import Chunk, add_chunk
from services.recordings.live_pieces import PIECE, PieceSender

if TYPE_CHECKING:
    from services.adapters.audio.live_encoding import Frame

log = logging.getLogger("verbatim.live_recorder")

SLICE = 5.0  # seconds of sound in a chunk
LONGEST_PAUSE = 10.0  # seconds between two tries to store one
WAITS = "The server cannot store just now. Recording goes on; what was said waits here and is stored later."


@dataclass(frozen=True)
class LiveStatus:
    recorded: float  # seconds
    safe: float  # seconds of them that are stored
    has_ended: bool  # and everything is stored, or nothing more can be
    problem: str | None  # a sentence for the therapist


@dataclass(frozen=True)
class _Slice:
    sound: bytes
    until: float  # seconds
    is_last: bool


class LiveRecorder:
    """Takes frames until `end`, and calls `begin` at the first: without sound there is no recording.
    `status` and `recording_id` (None until then) may be asked from any thread."""

    def __init__(self, actor: Actor, client_id: int, begin: Callable[[], Begun]) -> None:
        from services.adapters.audio.live_encoding import LiveEncoder

        # The last words must be stored although whoever spoke them signed out in the same moment.
        self._actor = replace(actor, via=Via.WORKER, sign_in_id=None)
        self._client_id, self._begin = client_id, begin
        self._begun: Begun | None = None
        self._encoder = LiveEncoder()
        self._taking = threading.Lock()
        self._waiting: SimpleQueue[_Slice | None] = SimpleQueue()  # None: sound has come
        self._pieces = PieceSender(self._actor, lambda: self.recording_id)
        self._cut_at = self._shown_at = self._safe = 0.0
        self._is_over = self._has_ended = False
        self._problem: str | None = None
        self._sequence = 0
        threading.Thread(target=self._store_all, name="live-recorder", daemon=True).start()

    def on_frame(self, frame: "Frame") -> None:
        with self._taking:
            if self._is_over:
                return
            if not self._encoder.seconds:
                self._waiting.put(None)
            self._encoder.add(frame)
            if self._encoder.seconds - self._shown_at >= PIECE:
                self._pieces.offer(self._shown_at, self._encoder.take_packets())
                self._shown_at = self._encoder.seconds
            if self._encoder.seconds - self._cut_at >= SLICE:
                self._cut(self._encoder.take(), is_last=False)

    def end(self) -> None:
        """No more sound will come. Returns at once; what is left is stored by and by."""
        with self._taking:
            if self._is_over:
                return
            self._is_over = True
            self._pieces.end()
            if self._encoder.seconds:
                self._cut(self._encoder.close(), is_last=True)
            else:
                self._has_ended = True

    @property
    def recording_id(self) -> int | None:
        return self._begun.recording_id if self._begun else None

    @property
    def status(self) -> LiveStatus:
        return LiveStatus(self._encoder.seconds, self._safe, self._has_ended, self._problem)

    def _cut(self, sound: bytes, *, is_last: bool) -> None:
        self._cut_at = self._encoder.seconds
        self._waiting.put(_Slice(sound, self._cut_at, is_last))

    def _store_all(self) -> None:
        while True:
            one = self._waiting.get()
            if not self._until_it_works(self._start if one is None else partial(self._add, one)):
                break
            if one is not None:
                self._safe = one.until
                if one.is_last:
                    break
        self._has_ended = True

    def _until_it_works(self, step: Callable[[], None]) -> bool:
        """False when it never will: consent was withdrawn, or the recording was ended elsewhere."""
        pause = 0.5
        while True:
            try:
                step()
            except (SQLAlchemyError, IntegrationError, Unavailable) as error:
                log.warning("live_recorder.waits", exc_info=error)
                self._problem = WAITS
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except AppError as error:
                log.warning("live_recorder.ended", exc_info=error)
                self._problem = error.message
                return False
            else:
                self._problem = None
                return True

    def _start(self) -> None:
        self._begun = self._begin()

    def _add(self, one: _Slice) -> None:
        assert self._begun is not None  # the first step of all
        with vault.new_spool() as spool:
            spool.write(one.sound)
            add_chunk(
                self._actor,
                Chunk(
                    therapist_id=self._actor.user_id,
                    client_id=self._client_id,
                    session_id=self._begun.session_id,
                    is_last=one.is_last,
                    filename=f"chunk-{self._sequence:04d}.webm",
                    content=spool,
                    sequence=self._sequence,
                ),
            )
        self._sequence += 1
