"""One greedy pass over as little sound as there is: captions of what was just said.

Whisper's window is 30 s, and faster-whisper fills it with silence. The encoder takes shorter ones: its work falls
with the window (half of it takes a quarter of the processor time, base model, and hears the same words), and without
times for each word the decoder runs once. The words' times are spread over the speech by their length.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.speech import Recognition, Span, Word
from services.adapters.speech.hallucination import SpokenSegment, believable
from services.adapters.speech.packing import pack

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FRAMES = 100  # of features in a second
STEP = 5.0  # seconds: windows come in a few sizes, none below ROOM more than the sound itself
ROOM = 1.0
LONGEST = 30.0  # seconds: the model's window
TOKENS = 12  # in a second of sound at most: faster speech is a decoder that runs on
PROMPT = 8  # tokens: more than what stands before the words


def quick_recognition(
    model: "WhisperModel", samples: Samples, speech: Sequence[Span], *, language: str | None
) -> Recognition:
    """As `SpeechRecogniser.recognise(quick=True)`. Raises RuntimeError of CTranslate2."""
    heard = pack(samples, speech).samples[: round(LONGEST * SAMPLE_RATE)]
    encoded = model.encode(_features(model, heard))
    probability = 1.0
    if language is None:
        language, probability = _language(model, encoded)
    segment = _decoded(model, encoded, language, len(heard) / SAMPLE_RATE)
    text, no_speech, log_probability, compression = segment
    words = tuple(spread(text, speech, float(np.exp(min(log_probability, 0.0)))))
    if not words:
        return Recognition(language, probability, ())
    kept = believable([SpokenSegment(words, no_speech, log_probability, compression)])
    return Recognition(language, probability, tuple(word for one in kept for word in one.words))


def spread(text: str, speech: Sequence[Span], probability: float) -> list[Word]:
    """The words of a text over spans of speech, each as long as its letters are of all."""
    spoken = text.split()
    letters = sum(len(word) + 1 for word in spoken)
    seconds = sum(end - start for start, end in speech)
    out, before = [], 0
    for word in spoken:
        start, span_end = _placed(seconds * before / letters, speech)
        before += len(word) + 1
        length = seconds * (len(word) + 1) / letters
        end = min(start + length, span_end)
        out.append(Word(word, round(start, 3), round(end, 3), round(probability, 3)))
    return out


def _placed(at: float, speech: Sequence[Span]) -> tuple[float, float]:
    """Where the moment `at` of nothing but speech lies, and where that span ends."""
    for start, end in speech:
        if at < end - start:
            return start + at, end
        at -= end - start
    return speech[-1][1], speech[-1][1]


def _features(model: "WhisperModel", heard: Samples) -> Any:
    seconds = len(heard) / SAMPLE_RATE + ROOM
    window = min(LONGEST, STEP * np.ceil(seconds / STEP))
    size = round(window * FRAMES)
    features = model.feature_extractor(heard)[:, :size]
    return np.pad(features, ((0, 0), (0, size - features.shape[1])))


def _language(model: "WhisperModel", encoded: Any) -> tuple[str, float]:
    if not model.model.is_multilingual:
        return "en", 1.0
    token, probability = model.model.detect_language(encoded)[0][0]
    return str(token)[2:-2], float(probability)


def _decoded(
    model: "WhisperModel", encoded: Any, language: str, seconds: float
) -> tuple[str, float, float, float]:
    """(text, probability of no speech, mean log probability, compression ratio)"""
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens

    tokenizer = Tokenizer(
        model.hf_tokenizer,
        model.model.is_multilingual,
        task="transcribe",
        language=language,
    )
    found = model.model.generate(
        encoded,
        [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
        beam_size=1,
        max_length=min(model.max_length, PROMPT + TOKENS + round(TOKENS * seconds)),
        return_scores=True,
        return_no_speech_prob=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
    )[0]
    tokens = found.sequences_ids[0]
    text = tokenizer.decode(tokens).strip()
    log_probability = found.scores[0] * len(tokens) / (len(tokens) + 1)
    return text, float(found.no_speech_prob), log_probability, get_compression_ratio(text)
