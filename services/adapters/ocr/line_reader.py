"""The text of one line's picture: read by a quick model, and again by the full one where that is in doubt.

The quick model is the full one in bytes (commands/weights/line_reader.py): half the time on processors that multiply
bytes, and another letter in one line of forty, a third of them letters that it is not sure of itself. On processors
that do not, sums of bytes overflow unseen: there the full model reads everything, as it does where set-up made no quick
one. Figures: docs/decisions/0036.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.adapters import weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession

    from services.adapters.ocr.rapid import Pixels

    Floats = npt.NDArray[np.float32]

FOLDER, FILES = "line-reader", ("line-reader.onnx",)  # in the weights folder
DOUBT = 0.5  # probability of a letter below which its line is read by the full model
FIGURE_DOUBT = 0.8  # the same for what stands in a word with a figure in it: "$10,000" is no place for a likely letter
# Times as wide as high: narrower lines are filled up, as the model learnt them.
NARROWEST = 320 / 48
# Sums of products of bytes, on Intel, AMD and ARM.
INSTRUCTIONS, PROCESSORS = ("avx512_vnni", "avx_vnni", "asimddp"), Path("/proc/cpuinfo")


def quick_model(weights_dir: Path | None) -> Path | None:
    """The quick model, if set-up made one and this processor is right for it. Raises WeightsMissing where it was
    altered."""
    if not weights_dir or not (weights_dir / FOLDER).is_dir() or not _multiplies_bytes():
        return None
    weights.check(weights_dir / FOLDER, FILES)
    return weights_dir / FOLDER / FILES[0]


def _multiplies_bytes() -> bool:
    try:
        told = PROCESSORS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(each in told for each in INSTRUCTIONS)


class LineReader:
    """`recogniser`: RapidOCR's, which knows letters and prepares pictures."""

    def __init__(
        self, recogniser: Any, full: "InferenceSession", quick: "InferenceSession | None" = None
    ) -> None:
        self._prepared = recogniser.resize_norm_img
        self._letters = recogniser.postprocess_op.character  # the first stands for none
        self._full, self._quick = full, quick

    def read(self, picture: "Pixels") -> tuple[str, float]:
        """The text, and how sure the model is of its letters on average, 0 to 1."""
        import numpy as np

        given = self._prepared(picture, max(NARROWEST, picture.shape[1] / picture.shape[0]))
        given = given[np.newaxis].astype(np.float32)
        text, sure = "", np.zeros(0, np.float32)
        if self._quick:
            text, sure = self._decoded(self._quick.run(None, {"x": given})[0][0], are_logits=True)
        if _is_doubtful(text, sure):
            text, sure = self._decoded(self._full.run(None, {"x": given})[0][0])
        return text.strip(), round(float(sure.mean()), 5) if len(sure) else 0.0

    def _decoded(self, columns: "Floats", *, are_logits: bool = False) -> tuple[str, "Floats"]:
        """The likeliest letter of each column (column, letter), repeated ones once, and their probabilities.

        Connectionist temporal classification: Graves et al. 2006.
        """
        import numpy as np

        likeliest = columns.argmax(axis=1)
        kept = np.flatnonzero((likeliest != 0) & (np.diff(likeliest, prepend=-1) != 0))
        most = columns[kept, likeliest[kept]]
        if are_logits:
            others = columns[kept]
            others -= most[:, np.newaxis]
            most = 1 / np.exp(others, out=others).sum(axis=1)
        return "".join(self._letters[at] for at in likeliest[kept]), most


def _is_doubtful(text: str, sure: "Floats") -> bool:
    if not len(sure) or sure.min() < DOUBT:
        return True
    figures = re.finditer(r"\S*\d\S*", text)
    return any(sure[word.start() : word.end()].min() < FIGURE_DOUBT for word in figures)
