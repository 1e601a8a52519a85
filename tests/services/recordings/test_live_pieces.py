"""Pieces of a live recording: sealed, kept for seconds and only for whoever watches, gone with its end."""

import base64
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from models.database import sessions
from models.recording import LivePiece, RecordingState
from models.retention import AudioKept
from services import recordings
from services.access import Via
from services.adapters.audio.live_decoding import PacketDecoder
from services.errors import NotAllowed, NotFound
from services.processing.housekeeping import keep_house
from services.recordings import live_pieces
from tests.people import People
from tests.services.recordings.begun import BrowserRecorder
from tests.services.recordings.test_captioning import as_worker, lapse
from tests.services.recordings.test_live_recorder import frames, recorder_for, until_stored
from tests.services.retention.kept import age, set_policy
from tests.services.written import change

SOUND = [b"one packet", b"another", bytes(range(256)) * 3]


@pytest.fixture
def recorder(people: People) -> BrowserRecorder:
    """Of a recording that somebody watches."""
    recorder = BrowserRecorder(people.alice)
    recordings.captions(recorder.actor, recorder.recording_id)
    return recorder


def put(recorder: BrowserRecorder, position: int, start: float) -> bool:
    actor = as_worker(recorder)
    return live_pieces.put(actor, recorder.recording_id, position, start, SOUND)


def kept() -> list[LivePiece]:
    with sessions()() as session:
        return list(session.scalars(select(LivePiece).order_by(LivePiece.position)))


def until(condition: Callable[[], object], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_piece_is_sealed_and_comes_back_packet_by_packet(recorder: BrowserRecorder) -> None:
    assert put(recorder, 0, 0.0)
    (piece,) = kept()
    assert live_pieces.packets_of(piece) == SOUND
    assert base64.b64encode(SOUND[0]).decode()[:12] not in piece.content.stored
    assert b"one packet" not in base64.b64decode(piece.content.stored)


def test_old_pieces_go_when_new_ones_come(recorder: BrowserRecorder) -> None:
    for position, start in enumerate((0.0, 10.0, 20.0, 35.0)):
        put(recorder, position, start)
    assert [piece.position for piece in kept()] == [1, 2, 3]


@pytest.mark.parametrize("state", ["unwatched", "ended"])
def test_nothing_is_kept_once_nobody_watches_or_it_has_ended(
    recorder: BrowserRecorder, state: str
) -> None:
    assert put(recorder, 0, 0.0)
    if state == "unwatched":
        lapse(recorder)
    else:
        change(recorder.recording_id, state=RecordingState.PROCESSING)
    assert not put(recorder, 1, 0.5)
    assert kept() == []


def test_only_a_worker_and_only_for_whose_recording_it_is(
    people: People, recorder: BrowserRecorder
) -> None:
    with pytest.raises(NotAllowed):
        live_pieces.put(people.alice, recorder.recording_id, 0, 0.0, SOUND)
    stranger = replace(people.bob, via=Via.WORKER)
    for call in (
        lambda: live_pieces.put(stranger, recorder.recording_id, 0, 0.0, SOUND),
        lambda: live_pieces.drop(stranger, recorder.recording_id),
    ):
        with pytest.raises(NotFound):
            call()
    assert kept() == []


def test_a_live_recorder_sends_them_while_somebody_watches_and_takes_them_back(
    people: People,
) -> None:
    recorder = recorder_for(people.alice)
    sound = frames(4.0)
    for _ in range(50):
        recorder.on_frame(next(sound))
    until(lambda: recorder.recording_id)
    assert kept() == []  # nobody has asked for captions yet
    recordings.captions(people.alice, recorder.recording_id or 0)
    until(lambda: [recorder.on_frame(frame) for frame in [next(sound)]] and kept())
    piece = kept()[0]
    assert PacketDecoder().decode(live_pieces.packets_of(piece)).size >= 0.4 * 16_000
    recorder.end()
    until_stored(recorder)
    until(lambda: kept() == [])


def test_they_are_purged_with_their_recording(recorder: BrowserRecorder, people: People) -> None:
    assert put(recorder, 0, 0.0)
    change(recorder.recording_id, state="done", stage="done")
    age(recorder.recording_id, 3651)
    set_policy(people, AudioKept.DAYS, 36_000, records=3650)
    assert keep_house() == 1
    assert kept() == []
