"""RapidOCR in two steps, finding lines and reading them, with the models of its own wheel: nothing is ever fetched.

The wheel's line-angle classifier is left out, because it turns upright lines. Lines are read one by one, since a batch
is as wide as its longest, but THREADS at a time: that uses two cores better than two threads inside each step of the
model, which mostly wait for each other.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.adapters.errors import WeightsMissing
from services.adapters.ocr.line_reader import LineReader, quick_model
from services.adapters.ocr.margins import WithoutMargins

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession

    Pixels = npt.NDArray[np.uint8]  # height, width, blue-green-red
    Corners = npt.NDArray[np.float32]  # 4 points x, y, clockwise from the line's upper left

# The models of rapidocr 3.10, as its own table of models lists them.
DETECTION = (
    "PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
RECOGNITION = (
    "PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
DETECTED_AT = 1536  # pixels of the longer side at which lines are looked for
LARGEST = 10_000  # pixels of a side: larger pictures are made smaller first
THREADS = 2

_weights_dir: Path | None = None


def use_quick_model(weights_dir: Path) -> None:
    """Of this folder, where there is one, for lines that are read from now on."""
    global _weights_dir
    _weights_dir = weights_dir
    _line_reader.cache_clear()


def check(weights_dir: Path) -> bool:
    """Whether lines are read by the quick model of that folder. Raises WeightsMissing unless all models are there and
    unaltered. Loads nothing of the library."""
    for name, sha256 in (DETECTION, RECOGNITION):
        model_file(name, sha256)
    return quick_model(weights_dir) is not None


def find_lines(pixels: "Pixels") -> list["Corners"]:
    """Raises WeightsMissing."""
    found = _engine()(pixels, use_det=True, use_cls=False, use_rec=False).boxes
    return [] if found is None else [corners.astype("float32") for corners in found]


def read_line(pixels: "Pixels", corners: "Corners") -> tuple[str, float]:
    """The text inside the four corners, and how sure the model is of it, 0 to 1."""
    from rapidocr.utils.process_img import get_rotate_crop_image

    return _line_reader().read(get_rotate_crop_image(pixels, corners.copy()))


def read_lines(pixels: "Pixels", lines: Sequence["Corners"]) -> list[tuple[str, float]]:
    """`read_line` of each."""
    longest_first = sorted(range(len(lines)), key=lambda at: -_length(lines[at]))
    read: list[tuple[str, float]] = [("", 0.0)] * len(lines)
    _line_reader()  # made here, and not by two threads at once
    with ThreadPoolExecutor(THREADS, "read-lines") as pool:
        found = pool.map(lambda at: read_line(pixels, lines[at]), longest_first)
        for at, said in zip(longest_first, found, strict=True):
            read[at] = said
    return read


def _length(corners: "Corners") -> float:
    return float(max(corners.max(axis=0) - corners.min(axis=0)))


@cache
def _engine() -> Any:
    import numpy as np
    from omegaconf import flag_override
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": LARGEST,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_AT,
        }
    )
    # With sessions of its own it looks nowhere else, so it never fetches.
    with flag_override(engine.cfg, "allow_objects", True):
        engine.cfg.Det.session = _session(model_file(*DETECTION), THREADS)
        engine.cfg.Rec.session = _session(model_file(*RECOGNITION), 1)
        # Its own lists of the same figures make it prepare the picture in 64 bits, for a third of a second.
        engine.cfg.Det.mean = engine.cfg.Det.std = np.float32(0.5)
    engine._load_det_model()
    engine._load_rec_model()
    engine.text_det.session = WithoutMargins(engine.text_det.session)
    return engine


@cache
def _line_reader() -> LineReader:
    quick = quick_model(_weights_dir)
    full = _engine().text_rec
    return LineReader(full, full.session.session, _session(quick, 1) if quick else None)


def _session(model: Path, threads: int) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 4  # its messages may quote shapes and paths
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.enable_cpu_mem_arena = False  # lines of every width would make it grow
    # Threads that have nothing to do would spin: twice the processor time, taken from whoever else needs it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Activations that fade out below the smallest normal float cost tens of times the others: half of finding the
    # lines (docs/decisions/0027). It holds for the threads of this session, and for the one that makes the first
    # session of a process.
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])


def model_file(name: str, sha256: str) -> Path:
    """Raises WeightsMissing unless it is there and unaltered."""
    package = find_spec("rapidocr")
    path = Path(package.origin if package and package.origin else "").parent / "models" / name
    if not path.is_file():
        raise WeightsMissing(f"The OCR model {name} is missing. Install rapidocr again.")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise WeightsMissing(f"The OCR model {name} was altered. Install rapidocr again.")
    return path
