"""The decoder that waits for the next chunk, and whoever takes what it decodes."""

import io
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from services.adapters.errors import IntegrationError
from services.processing.live import LiveAudio
from tests.sounds import live_webm, tone


@pytest.fixture
def audio() -> Iterator[LiveAudio]:
    live = LiveAudio(skip=0.0)
    yield live
    live.close()


def test_what_was_offered_is_taken_and_the_rest_after_the_end(audio: LiveAudio) -> None:
    audio.offer(io.BytesIO(live_webm(tone(4.0))))
    first = sum(len(block) for block in audio.blocks())
    assert not list(audio.blocks())
    audio.end()
    assert first + sum(len(block) for block in audio.blocks()) == pytest.approx(64_000, abs=4_000)
    assert not list(audio.blocks())


def test_whoever_takes_from_a_decoder_that_is_closed_is_told_and_does_not_wait_for_ever(
    audio: LiveAudio,
) -> None:
    told: list[BaseException] = []
    taken = threading.Event()

    def take() -> None:
        try:
            while True:
                for _ in audio.blocks():
                    taken.set()
        except IntegrationError as error:
            told.append(error)

    audio.offer(io.BytesIO(live_webm(tone(4.0))))
    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    assert taken.wait(10)
    audio.close()
    taker.join(10)
    assert [error.retryable for error in told] == [True]  # type: ignore[attr-defined]


def test_nothing_that_is_closed_decodes_on(audio: LiveAudio) -> None:
    audio.offer(io.BytesIO(live_webm(np.zeros(16_000 * 60, np.float32), rate=16_000)))
    audio.close()
    assert not [one for one in threading.enumerate() if one is audio._thread]
