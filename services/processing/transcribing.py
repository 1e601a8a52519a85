"""Transcribing a recording while it arrives, and its tail when it has ended."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from config import settings
from services import vault
from services.access import Actor
from services.adapters import wiring
from services.adapters.diarisation import clustering
from services.adapters.speech import Word
from services.processing import live_captions, stored
from services.processing.agreement import agreed_words, guesses
from services.processing.live import IDLE, LiveAudio
from services.transcriber import Transcriber
from services.transcription import Passage


@dataclass
class _Live:
    """What this worker keeps of a recording between chunks."""

    audio: LiveAudio
    transcriber: Transcriber
    passages: int  # stored so far; another number in the database means another worker took over
    came_live: bool  # transcribed while it came: what is left at its end is soon wanted
    offered: set[int] = field(default_factory=set)  # sequences
    guessed: list[Word] = field(default_factory=list)  # for the last caption


FRESH = 0.25  # seconds of a recording that goes on which may wait in its decoder
POLITE = 2.0  # seconds that a caption waits for other sessions' passages before it is left out,
CUT_IN = 15.0  # except one in so many seconds: a long upload loses a tenth, whoever watches sees something

_live: dict[int, _Live] = {}
_busy: Counter[int] = Counter()  # by recording, how many are at its passages
_cut_in_at = -CUT_IN  # when a caption last did
_locks: dict[int, threading.Lock] = {}
_guard = threading.Lock()


def transcribe(actor: Actor, recording_id: int, *, to_the_end: bool) -> None:
    """Transcribes and stores what has arrived and can be cut at a silence; `to_the_end` the rest too.

    Idempotent: what is stored already is not done again. Once a recording has ended, only `to_the_end`
    does anything: a look at new chunks that comes late would decode it all anew. Raises AudioUnreadable,
    WeightsMissing, IntegrationError, and IntegrityError when another worker was at the same recording.
    """
    with _at_work(recording_id):
        with _held(recording_id):
            _let_go_of_idle()
            live = _fed(actor, recording_id, to_the_end)
            if live is None:
                return
            if to_the_end:
                left = live.transcriber.finish(hurried=live.came_live)
                _store(actor, recording_id, live, left)
                return forget(recording_id)
            wait = live.transcriber.in_hand()
        wait()  # not held: neither the next chunk nor the end waits for the passages in hand
        with _held(recording_id):
            if _live.get(recording_id) is live:
                _store(actor, recording_id, live, live.transcriber.ready())


def caption(actor: Actor, recording_id: int) -> None:
    """Stores a guess at what was said since the last passage, if somebody watches and other sessions'
    passages leave the time. Raises WeightsMissing, IntegrationError."""
    if not (live_captions.are_wanted(actor, recording_id) and _has_its_turn(recording_id)):
        return
    with _lock(recording_id):
        live = _live.get(recording_id)
        if live is None:
            return
        before, live.guessed = live.guessed, live.transcriber.guess()
        guess = guesses(live.guessed, agreed_words(before, live.guessed))
    live_captions.put(actor, recording_id, guess)


def others_are_busy(recording_id: int) -> bool:
    """Whether this process is transcribing passages of another recording."""
    return any(ident != recording_id for ident in list(_busy))


def let_go(recording_id: int) -> None:
    """Closes the decoder of a recording once nobody takes sound from it."""
    with _lock(recording_id):
        forget(recording_id)


def forget(recording_id: int) -> None:
    """Closes the decoder of a recording, by whoever holds its lock."""
    live = _live.pop(recording_id, None)
    if live:
        live.transcriber.close()
        live.audio.close()


def _fed(actor: Actor, recording_id: int, to_the_end: bool) -> _Live | None:
    """Begins the passages that what has arrived makes; None where there is nothing to do any more."""
    arrived = stored.arrived(actor, recording_id, to_the_end=to_the_end)
    if not (to_the_end or arrived.goes_on):
        return None
    live = _opened(recording_id, arrived, to_the_end)
    for sequence, path in arrived.chunks:
        if sequence not in live.offered:
            live.offered.add(sequence)
            live.audio.offer(cast(BinaryIO, vault.blobs().reader([path])))
    if to_the_end:
        live.audio.end()
    for block in live.audio.blocks():
        _store(actor, recording_id, live, live.transcriber.feed(block, ending=to_the_end))
    return live


def _store(actor: Actor, recording_id: int, live: _Live, passages: Sequence[Passage]) -> None:
    for passage in passages:
        stored.add_passage(actor, recording_id, passage)
        live.passages += 1


def _opened(recording_id: int, arrived: stored.Arrived, to_the_end: bool) -> _Live:
    live = _live.get(recording_id)
    if live and live.passages == arrived.passages:
        return live
    forget(recording_id)
    transcriber = Transcriber(
        wiring.speech_recogniser(),
        wiring.speaker_embedder(),
        language=arrived.language,
        hotwords=arrived.vocabulary,
        start=arrived.until,
        index=arrived.passages,
        at_once=settings().speech_threads,
    )
    audio = LiveAudio(skip=arrived.until, block=1.0 if to_the_end else FRESH)
    came_live = arrived.passages > 0 or not to_the_end
    live = _Live(audio, transcriber, arrived.passages, came_live)
    _live[recording_id] = live
    clustering.prepare()
    return live


def _has_its_turn(recording_id: int) -> bool:
    """Whether a caption may be made now, after a short wait for other sessions."""
    end = time.monotonic() + POLITE
    while others_are_busy(recording_id):
        if time.monotonic() >= end:
            return _may_cut_in()
        time.sleep(0.05)
    return True


def _may_cut_in() -> bool:
    global _cut_in_at
    with _guard:
        is_due = time.monotonic() - _cut_in_at >= CUT_IN
        if is_due:
            _cut_in_at = time.monotonic()
        return is_due


@contextmanager
def _at_work(recording_id: int) -> Iterator[None]:
    with _guard:
        _busy[recording_id] += 1
    try:
        yield
    finally:
        with _guard:
            _busy[recording_id] -= 1
            if not _busy[recording_id]:
                del _busy[recording_id]


@contextmanager
def _held(recording_id: int) -> Iterator[None]:
    """The recording for oneself. After any error its decoder goes: the next try begins from what is stored."""
    with _lock(recording_id):
        try:
            yield
        except BaseException:
            forget(recording_id)
            raise


def _lock(recording_id: int) -> threading.Lock:
    with _guard:
        return _locks.setdefault(recording_id, threading.Lock())


def _let_go_of_idle() -> None:
    for ident, live in list(_live.items()):
        lock = _locks[ident]
        if time.monotonic() - live.audio.used_at > IDLE and lock.acquire(blocking=False):
            try:
                forget(ident)
            finally:
                lock.release()
