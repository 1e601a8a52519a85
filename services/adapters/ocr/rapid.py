"""RapidOCR in two steps, finding lines and reading them, with the models of its own wheel: nothing is ever fetched.

The wheel's line-angle classifier is left out, because it turns upright lines.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.adapters.errors import WeightsMissing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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


def find_lines(pixels: "Pixels") -> list["Corners"]:
    """Raises WeightsMissing."""
    found = _engine()(pixels, use_det=True, use_cls=False, use_rec=False).boxes
    return [] if found is None else [corners.astype("float32") for corners in found]


def read_line(pixels: "Pixels", corners: "Corners") -> tuple[str, float]:
    """The text inside the four corners, and how sure the model is of it, 0 to 1."""
    from rapidocr.utils.process_img import get_rotate_crop_image

    found = _engine().recognize_txt([get_rotate_crop_image(pixels, corners.copy())])
    return str(found.txts[0]).strip(), float(found.scores[0])


def read_lines(pixels: "Pixels", lines: Sequence["Corners"]) -> list[tuple[str, float]]:
    return [read_line(pixels, corners) for corners in lines]


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            # With paths of its own it looks nowhere else, so it never fetches.
            "Det.model_path": str(_model(*DETECTION)),
            "Rec.model_path": str(_model(*RECOGNITION)),
            "Global.max_side_len": LARGEST,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_AT,
            "EngineConfig.onnxruntime.intra_op_num_threads": 2,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _model(name: str, sha256: str) -> Path:
    import rapidocr

    path = Path(rapidocr.__file__).parent / "models" / name
    if not path.is_file():
        raise WeightsMissing(f"The OCR model {name} is missing. Install rapidocr again.")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise WeightsMissing(f"The OCR model {name} was altered. Install rapidocr again.")
    return path
