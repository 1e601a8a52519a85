"""What the pipeline reads in the sound of a recording: word error rates of what was recorded and of what was played.

Where passages are cut is chance, worth a point, so every sound is read at several OFFSETS.
"""

from collections.abc import Sequence
from typing import BinaryIO, cast

import numpy as np

from services.adapters.audio import SAMPLE_RATE, Samples
from tests.product import Product

OFFSETS = (0.0, 0.1, 0.2)  # seconds of silence in front


def error_rates(meant: Sequence[str], sounds: Sequence[Samples]) -> list[float]:
    """In per cent over all words after Whisper's English normaliser, for each of the OFFSETS."""
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    plain = EnglishTextNormalizer()
    said = [plain(text) for text in meant]
    return [
        100 * float(jiwer.wer(said, [plain(_heard(sound, offset)) for sound in sounds]))
        for offset in OFFSETS
    ]


def stored_sound(product: Product, recording_id: int) -> Samples:
    """A recording as it is stored, at SAMPLE_RATE. The product has stopped, or has no worker."""
    with product.opened():
        from sqlalchemy import select

        from models.database import sessions
        from models.recording import AudioBlob
        from services import vault
        from services.adapters.audio.decoding import decode

        with sessions()() as session:
            rows = select(AudioBlob.path).where(AudioBlob.recording_id == recording_id)
            paths = session.scalars(rows.order_by(AudioBlob.sequence)).all()
            chunks = [cast(BinaryIO, vault.blobs().reader([path])) for path in paths]
            return np.concatenate(list(decode(chunks)))


def _heard(sound: Samples, offset: float) -> str:
    """What the product's pipeline makes of it after `offset` seconds of silence."""
    from services.adapters import wiring
    from services.transcriber import Transcriber

    transcriber = Transcriber(
        wiring.speech_recogniser(), wiring.speaker_embedder(), language="en", at_once=2
    )
    silence = np.zeros(round(offset * SAMPLE_RATE), np.float32)
    passages = (
        transcriber.feed(np.concatenate([silence, sound]), ending=True) + transcriber.finish()
    )
    return " ".join(word.text for passage in passages for word in passage.words)
