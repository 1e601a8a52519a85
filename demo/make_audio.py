"""Speaks the dialogue "evenings" with two Flite voices into session.ogg. Needs Debian's `flite` package.

`python -m demo.make_audio`; run it only when the dialogue changes, the result is committed.
"""

import json
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

from services.adapters.audio.remuxing import encode_opus

HERE = Path(__file__).parent
VOICES = {"T": "slt", "C": "rms"}
PAUSE = 0.7  # seconds between turns
NOISE = 0.002  # a room is never silent


def main() -> None:
    lines = json.loads((HERE / "dialogues.json").read_text())["evenings"]
    random = np.random.default_rng(7)
    spoken = [_speak(text, VOICES[who]) for who, text in lines]
    gap = np.zeros(round(PAUSE * 16_000), np.float32)
    sound = np.concatenate([piece for line in spoken for piece in (line, gap)])
    sound += random.normal(0, NOISE, len(sound)).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(16_000)
            out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        with path.open("rb") as source, (HERE / "session.ogg").open("wb") as target:
            encode_opus([source], target.write)


def _speak(text: str, voice: str) -> np.ndarray:
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", out.name], check=True)  # noqa: S607
        with wave.open(out.name) as spoken:
            samples = np.frombuffer(spoken.readframes(spoken.getnframes()), "<i2")
            assert spoken.getframerate() == 16_000
    return samples.astype(np.float32) / 32768 * 0.6


if __name__ == "__main__":
    main()
