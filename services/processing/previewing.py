"""The worker's thread for live recordings: every second a quick pass over what was just said, while somebody watches.

It never queues: each pass takes everything that has come. A pass runs in one thread, so that a session costs one core
at most; while passages of others are transcribed, a tenth of one.
"""

import logging
import time
import uuid
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from services import jobs
from services.access import Actor
from services.adapters import wiring
from services.adapters.audio.live_decoding import PacketDecoder
from services.adapters.errors import IntegrationError
from services.errors import AppError
from services.processing import live_captions
from services.processing.preview import Preview
from services.processing.rounds import Rounds
from services.processing.transcribing import others_are_busy

log = logging.getLogger("verbatim.worker")

STEP = 1.0  # seconds between two passes at the least
LOOK = 0.1  # seconds between two looks for pieces while a session is live,
IDLE = 1.0  # and while none is
AFTER_ERROR = 5.0  # seconds
POLITE = 10  # times as long as a pass took until the next, while others' passages are transcribed


@dataclass
class _Live:
    owner: Actor
    preview: Preview
    decoder: PacketDecoder = field(default_factory=PacketDecoder)
    position: int = -1  # of the last piece
    due: float = 0.0  # monotonic: when the next pass may begin,
    stale: float = 0.0  # and when it is looked at although nothing came: its server may be gone


class Previewer(Rounds):
    """One thread of a worker."""

    def __init__(self) -> None:
        super().__init__("previews", missed="preview.missed", first=IDLE, after_error=AFTER_ERROR)
        self._name = uuid.uuid4().hex
        self._live: dict[int, _Live] = {}

    def once(self) -> int:
        """A look at all live recordings, and a pass over those that are due. How many there are."""
        found = jobs.live_recordings()
        for recording_id in self._live.keys() - found.keys():
            del self._live[recording_id]
        for recording_id, (owner, newest) in found.items():
            live = self._live.get(recording_id)
            if live is None:
                live = _Live(owner, Preview(wiring.speech_recogniser()))
                self._live[recording_id] = live
            at = time.monotonic()
            has_come = newest > live.position or at >= live.stale
            if has_come and at >= live.due and not self._stop.is_set():
                live.stale = at + IDLE
                self._look(recording_id, live)
        return len(found)

    def _round(self) -> float:
        return LOOK if self.once() else IDLE

    def _look(self, recording_id: int, live: _Live) -> None:
        began = time.monotonic()
        try:
            heard = self._caption(recording_id, live)
        except (IntegrationError, AppError, SQLAlchemyError) as error:
            log.warning("preview.failed", exc_info=error)
            self._live.pop(recording_id, None)  # begins anew
            self._stop.wait(AFTER_ERROR)
            return
        took = time.monotonic() - began
        if heard:
            rest = POLITE if others_are_busy(recording_id) else 1
            live.due = began + max(STEP, rest * took)

    def _caption(self, recording_id: int, live: _Live) -> bool:
        """Whether there was anything to hear."""
        found = live_captions.claim(live.owner, recording_id, self._name, live.position)
        if found is None:
            live.due = time.monotonic() + IDLE
            return False
        if not found.pieces:
            return False
        for piece in found.pieces:
            live.preview.add(piece.start, live.decoder.decode(piece.packets))
            live.position = piece.position
        guess = live.preview.listen(language=found.language, until=found.until)
        live_captions.put(live.owner, recording_id, guess)
        return True
