"""What every speech recogniser promises, run against every one that the wiring names: the local model, and the real
SDK talking to a server that speaks OpenAI's protocol and has the same model behind it."""

from collections.abc import Iterator

import numpy as np
import pytest

from config import settings
from services.adapters.audio import SAMPLE_RATE
from services.adapters.speech import SpeechRecogniser, Word
from services.adapters.speech.openai_compatible import OpenAICompatible
from services.adapters.speech.silence import widened
from services.adapters.wiring import SPEECH
from tests.servers.openai_speech import KEY, MODEL, speech_server, whisper
from tests.services.adapters.speech.material import likeness, lines, passages, recogniser, seconds


@pytest.fixture(params=sorted(SPEECH), scope="module")
def heard_by(request: pytest.FixtureRequest) -> Iterator[SpeechRecogniser]:
    if request.param == "faster_whisper":
        yield recogniser()
        return
    recogniser()._model()  # says which weights are missing, if any
    with speech_server(whisper(settings().weights_dir / "whisper-base")) as server:
        remote = OpenAICompatible(base_url=server.base_url, api_key=KEY, model=MODEL)
        yield remote
        remote.close()


def test_says_what_was_said_when_it_was_said(heard_by: SpeechRecogniser) -> None:
    samples = passages()[0].samples[: round(13.5 * SAMPLE_RATE)]  # three lines
    speech = [span for span in passages()[0].speech if span[1] < 13.5]
    found = heard_by.recognise(samples, speech, language=None)
    assert (found.language, found.language_probability >= 0.5) == ("en", True)
    _are_in_order(found.words, seconds(samples))
    meant = " ".join(said for _, said in lines()[:3])
    assert likeness(" ".join(word.text for word in found.words), meant) > 0.85
    near = widened(speech, pad=0.3, join=0.0, end=seconds(samples))
    middles = [(word.start + word.end) / 2 for word in found.words]
    assert all(any(a <= middle <= b for a, b in near) for middle in middles)
    assert any(word.text.endswith((".", "?")) for word in found.words)  # sentences end somewhere


def test_a_long_silence_shifts_no_word(heard_by: SpeechRecogniser) -> None:
    samples, pause = passages()[0].samples, 10.0
    (at,) = [start for start, _ in passages()[0].speech if 6.5 < start < 9.5]
    before, after = (
        samples[: round((at - 0.2) * SAMPLE_RATE)],
        samples[round((at - 0.2) * SAMPLE_RATE) :],
    )
    after = after[: 6 * SAMPLE_RATE]
    silence = np.zeros(round(pause * SAMPLE_RATE), np.float32)
    spans = [span for span in passages()[0].speech if span[0] < at + 5]
    speech = [(a, b) if a < at else (a + pause, b + pause) for a, b in spans]
    found = heard_by.recognise(np.concatenate([before, silence, after]), speech, language="en")
    _are_in_order(found.words, seconds(before) + pause + seconds(after))
    tuesday = [word for word in found.words if word.text.startswith("Tuesday")]
    assert tuesday
    assert all(word.start > at + pause - 0.5 for word in tuesday)
    early = " ".join(word.text for word in found.words if word.end < at + 0.5)
    assert likeness(early, lines()[0][1]) > 0.85


def test_a_given_language_and_hotwords_are_taken(heard_by: SpeechRecogniser) -> None:
    samples, speech = passages()[2].samples, [span for span in passages()[2].speech if span[0] > 17]
    found = heard_by.recognise(samples, speech, language="en", hotwords=("sertraline", "EMDR"))
    assert found.language == "en"
    assert min(word.start for word in found.words) > 17
    text = " ".join(word.text for word in found.words)
    assert "sertraline" in text  # without the vocabulary this model hears "certainly"
    assert "two weeks" in text


def _are_in_order(words: tuple[Word, ...], end: float) -> None:
    assert words
    assert all(0 <= word.start <= word.end <= end + 0.01 for word in words)
    assert all(0 <= word.probability <= 1 for word in words)
    assert all(word.text == word.text.strip() != "" for word in words)
    starts = [word.start for word in words]
    assert starts == sorted(starts)
