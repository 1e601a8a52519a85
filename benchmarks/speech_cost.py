"""What does a transcript with speakers cost beside the words alone? Processor time of whole processes.

Product: decoding, voice activity, words, voices, clustering. Beside it, on the same files and in turns: faster-whisper
on each whole file with the same model and options, and openai-whisper where it is installed. A process loads its
model and transcribes all files; user and system time of it and all its threads count, wall time is for information.

`python benchmarks/speech_cost.py`. With `pip install openai-whisper` (about 2 GB, with PyTorch) that runs as well, on
the very same weights; set VERBATIM_OTHER_PYTHON to the Python that has it, if that is another environment's (which
then needs av, numpy and pydantic-settings as well).
"""

import os
import re
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio" / "sessions"
OTHER = os.environ.get("VERBATIM_OTHER_PYTHON", sys.executable)
RUNS = int(os.environ.get("RUNS", "3"))
MOST = 1.3  # times the words alone
LEAST = 4.0  # times less than openai-whisper
RENAMED = [  # in this order: names of CTranslate2, names of openai-whisper
    (r"/layer_(\d+)/", r"/blocks/\1/"),
    (r"self_attention/layer_norm", "attn_ln"),
    (r"attention/layer_norm", "cross_attn_ln"),
    (r"self_attention/linear_0", "attn/qkv"),
    (r"self_attention/linear_1", "attn/out"),
    (r"attention/linear_0", "cross_attn/query"),
    (r"attention/linear_1", "cross_attn/kv"),
    (r"attention/linear_2", "cross_attn/out"),
    (r"ffn/layer_norm", "mlp_ln"),
    (r"ffn/linear_0", "mlp/0"),
    (r"ffn/linear_1", "mlp/2"),
    (r"encoder/layer_norm", "encoder/ln_post"),
    (r"decoder/layer_norm", "decoder/ln"),
    (r"decoder/embeddings/weight", "decoder/token_embedding/weight"),
    (r"position_encodings/encodings", "positional_embedding"),
    (r"gamma$", "weight"),
    (r"beta$", "bias"),
]


@dataclass(frozen=True)
class Spent:
    cpu: float  # seconds
    wall: float
    memory: float  # MB at the highest


def product(files: Sequence[str]) -> None:
    from services.adapters import wiring
    from services.adapters.audio.decoding import decode
    from services.transcriber import Transcriber
    from services.transcription import conclude

    for path in files:
        transcriber = Transcriber(
            wiring.speech_recogniser(), wiring.speaker_embedder(), language="en"
        )
        with open(path, "rb") as stream:
            passages = [
                p for block in decode([stream]) for p in transcriber.feed(block, ending=True)
            ]
        passages += transcriber.finish()
        assert conclude(passages, speakers=2, duration=passages[-1].end).turns


def faster_whisper(files: Sequence[str]) -> None:
    from faster_whisper import WhisperModel

    from config import settings

    chosen = settings()
    folder = chosen.speech_model_dir or chosen.weights_dir / "whisper-base"
    model = WhisperModel(
        str(folder.resolve()),
        device="cpu",
        compute_type="int8",
        cpu_threads=1,
    )
    for path in files:
        segments, _ = model.transcribe(
            path, language="en", beam_size=5, word_timestamps=True, vad_filter=True
        )
        assert list(segments)


def openai_whisper(files: Sequence[str]) -> None:
    import torch
    from whisper.model import ModelDimensions, Whisper

    from config import settings
    from services.adapters.audio.decoding import decode

    torch.set_num_threads(2)
    model = Whisper(ModelDimensions(80, 1500, 512, 8, 6, 51865, 448, 512, 8, 6)).eval()  # base
    weights = _openai_names(_stored(settings().weights_dir / "whisper-base" / "model.bin"))
    state = {name: torch.from_numpy(np.array(value, np.float32)) for name, value in weights.items()}
    model.load_state_dict(state)
    for path in files:
        with open(path, "rb") as stream:
            samples = np.concatenate(list(decode([stream])))
        assert model.transcribe(samples, language="en", beam_size=5, fp16=False)["text"]


def _stored(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a CTranslate2 model: counts, then name, shape, type and bytes of each."""
    content, at = path.read_bytes(), 0

    def number(kind: str) -> int:
        nonlocal at
        at += struct.calcsize("<" + kind)
        return int(struct.unpack_from("<" + kind, content, at - struct.calcsize("<" + kind))[0])

    def text() -> str:
        nonlocal at
        size = number("H")
        at += size
        return content[at - size : at].rstrip(b"\0").decode()

    number("I"), text(), number("I")  # version, kind of model, revision
    found: dict[str, NDArray[Any]] = {}
    for _ in range(number("I")):
        name, shape = text(), [number("I") for _ in range(number("B"))]
        kind, size = number("B"), number("I")
        if kind == 4:  # half floats; the rest are settings
            found[name] = np.frombuffer(content, np.float16, size // 2, at).reshape(shape)
        at += size
    return found


def _openai_names(stored: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """CTranslate2 keeps query, key and value as one array; the key has no bias in OpenAI's model."""
    found: dict[str, NDArray[Any]] = {}
    for name, array in stored.items():
        for ours, theirs in RENAMED:
            name = re.sub(ours, theirs, name)
        name = name.replace("/", ".")
        parts = re.fullmatch(r"(.*)\.(qkv|kv)\.(weight|bias)", name)
        if parts is None:
            found[name] = array
            continue
        letters = {"q": "query", "k": "key", "v": "value"}
        for letter, part in zip(parts[2], np.split(array, len(parts[2])), strict=True):
            if (letter, parts[3]) != ("k", "bias"):
                found[f"{parts[1]}.{letters[letter]}.{parts[3]}"] = part
    return found


SIDES: dict[str, Callable[[Sequence[str]], None]] = {
    "product": product,
    "faster-whisper": faster_whisper,
    "openai-whisper": openai_whisper,
}


def main() -> None:
    if not EVAL.is_dir():
        print(f"No evaluation audio in {EVAL}: nothing measured.")
        return
    files = [str(path) for path in sorted(EVAL.glob("*.flac"))]
    installed = OTHER != sys.executable or find_spec("whisper") is not None
    sides = [name for name in SIDES if name != "openai-whisper" or installed]
    spent: dict[str, list[Spent]] = {name: [] for name in sides}
    for _ in range(RUNS):
        for name in sides:
            spent[name].append(_run(name, files))
    _print(spent)
    if not installed:
        print(
            "\nopenai-whisper is not installed and was not measured: `pip install openai-whisper`."
        )


def _run(name: str, files: Sequence[str]) -> Spent:
    python = OTHER if name == "openai-whisper" else sys.executable
    began = time.monotonic()
    child = os.posix_spawn(
        python,
        [python, __file__, name, *files],
        os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit(f"{name} ended with {os.waitstatus_to_exitcode(status)}.")
    wall = time.monotonic() - began
    return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def _print(spent: dict[str, list[Spent]]) -> None:
    cost = {name: median(run.cpu for run in runs) for name, runs in spent.items()}
    print(f"Medians of {RUNS} runs each, in turns.\n")
    print("| side | processor time, s | runs | wall, s | peak memory, MB |\n|---|---|---|---|---|")
    for name, runs in spent.items():
        each = ", ".join(f"{run.cpu:.1f}" for run in runs)
        wall, memory = median(run.wall for run in runs), median(run.memory for run in runs)
        print(f"| {name} | {cost[name]:.1f} | {each} | {wall:.1f} | {memory:.0f} |")
    ratio = cost["product"] / cost["faster-whisper"]
    print(f"\nProduct to faster-whisper: {ratio:.2f}, target at most {MOST}: {_met(ratio <= MOST)}")
    if "openai-whisper" in cost:
        ratio = cost["openai-whisper"] / cost["product"]
        print(
            f"openai-whisper to product: {ratio:.1f}, target at least {LEAST}: {_met(ratio >= LEAST)}"
        )


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        SIDES[sys.argv[1]](sys.argv[2:])
    else:
        main()
