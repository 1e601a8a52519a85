"""What is said live, for captions before its chunk is stored: half a second at a time, sealed, kept for seconds.

The transcript is made of the chunks; a piece that is lost costs a caption some words. So pieces never wait: what
the database did not take in time goes as one with what came after, and what is too old is left out.
"""

import base64
import logging
import struct
import threading
from collections import deque
from collections.abc import Callable, Sequence

from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError

from models.recording import LivePiece, Recording, RecordingState
from services import encryption
from services.access import Action, Actor, acting
from services.errors import AppError
from services.recordings import captioning

log = logging.getLogger("verbatim.live_recorder")

PIECE = 0.5  # seconds of sound
KEPT = 30.0  # seconds of it that a worker who takes over finds; also what waits here at most
UNWATCHED = 2.0  # seconds before it is asked again whether somebody watches


class PieceSender:
    """Stores pieces on a thread of its own, while somebody watches the captions of `recording_id()`."""

    def __init__(self, actor: Actor, recording_id: Callable[[], int | None]) -> None:
        """`actor` acts as a worker does."""
        self._actor, self._recording_id = actor, recording_id
        self._waiting: deque[tuple[float, list[bytes]]] = deque(maxlen=round(KEPT / PIECE))
        self._news = threading.Condition()
        self._is_over = False
        self._has_begun = False
        self._position = 0

    def offer(self, start: float, packets: list[bytes]) -> None:
        """Returns at once."""
        with self._news:
            self._waiting.append((start, packets))
            self._news.notify()
        if not self._has_begun:
            self._has_begun = True
            threading.Thread(target=self._run, name="live-pieces", daemon=True).start()

    def end(self) -> None:
        """Nothing more comes; what is kept is let go."""
        with self._news:
            self._is_over = True
            self._news.notify()

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._is_over)
                if self._is_over:
                    break
                waiting, recording_id = list(self._waiting), self._recording_id()
                if recording_id is not None:
                    self._waiting.clear()
            if recording_id is None or not self._stored(recording_id, waiting):
                self._pause()
        recording_id = self._recording_id()
        if recording_id is not None:
            self._stored(recording_id, [])

    def _stored(self, recording_id: int, waiting: list[tuple[float, list[bytes]]]) -> bool:
        """Whether somebody watches."""
        try:
            if not waiting:
                drop(self._actor, recording_id)
                return True
            packets = [packet for _, each in waiting for packet in each]
            self._position += 1
            return put(self._actor, recording_id, self._position, waiting[0][0], packets)
        except (SQLAlchemyError, AppError) as error:
            log.warning("live_piece.lost", exc_info=error)
            return False

    def _pause(self) -> None:
        with self._news:
            self._news.wait_for(lambda: self._is_over, timeout=UNWATCHED)


def put(
    actor: Actor, recording_id: int, position: int, start: float, packets: Sequence[bytes]
) -> bool:
    """Stores one piece and lets the old ones go. False, and none is kept, when nobody watches a recording
    that goes on."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        # Locked: a recording that ends just now must not keep a piece.
        recording = work.get(Recording, recording_id, lock=True)
        of_it = delete(LivePiece).where(LivePiece.recording_id == recording_id)
        is_live = recording.state is RecordingState.RECEIVING
        if not (is_live and captioning.wanted(work, recording_id)):
            work.session.execute(of_it)
            return False
        work.session.execute(of_it.where(LivePiece.start < start - KEPT))
        row = LivePiece(
            therapist_id=recording.therapist_id,
            recording_id=recording_id,
            position=position,
            start=start,
        )
        row.content = encryption.seal(row, "content", base64.b64encode(_joined(packets)).decode())
        work.session.add(row)
        return True


def drop(actor: Actor, recording_id: int) -> None:
    """Lets all pieces of a recording go."""
    with acting(actor, Action.RECORDING_ADVANCE) as work:
        work.get(Recording, recording_id)
        work.session.execute(delete(LivePiece).where(LivePiece.recording_id == recording_id))


def packets_of(piece: LivePiece) -> list[bytes]:
    """Opus packets, 20 ms each."""
    content = base64.b64decode(encryption.unseal(piece, "content"))
    packets, at = [], 0
    while at < len(content):
        (size,) = struct.unpack_from("<H", content, at)
        packets.append(content[at + 2 : at + 2 + size])
        at += 2 + size
    return packets


def _joined(packets: Sequence[bytes]) -> bytes:
    return b"".join(struct.pack("<H", len(packet)) + packet for packet in packets)
