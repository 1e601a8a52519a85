"""Lines are looked for where the page is not blank: finding them takes as long as what is looked at is large."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

INK = 0.125  # of the 2 between black and white: what differs from the paper by less is paper
STEP = (
    32  # pixels: the finder's sides are multiples of it, and as much paper is left around the ink
)
WORTH = 0.9  # share of a page above which nothing is cut off


class WithoutMargins:
    """A finder as RapidOCR calls it: a page (1, 3, height, width), -1 to 1, to how likely each of its pixels lies in a
    line, 0 to 1 (1, 1, height, width)."""

    def __init__(self, finder: Callable[["Floats"], "Floats"]) -> None:
        self._finder = finder

    def __call__(self, page: "Floats") -> "Floats":
        import numpy as np

        high, wide = page.shape[2:]
        darkest, lightest = page[0].min(axis=0), page[0].max(axis=0)
        paper = np.median(page[0, :, ::8, ::8])
        ink = (paper - darkest > INK) | (lightest - paper > INK)
        top, bottom = _reach(ink.any(axis=1))
        left, right = _reach(ink.any(axis=0))
        if (bottom - top) * (right - left) > WORTH * high * wide:
            return self._finder(page)
        found = np.zeros((1, 1, high, wide), np.float32)
        if bottom > top:
            part = np.ascontiguousarray(page[:, :, top:bottom, left:right])
            found[:, :, top:bottom, left:right] = self._finder(part)
        return found


def _reach(inked: "npt.NDArray[np.bool_]") -> tuple[int, int]:
    """From where to where rows or columns with ink go, with some paper around, in whole steps; (0, 0) without any."""
    at = inked.nonzero()[0]
    if not len(at):
        return 0, 0
    first, last = int(at[0]) // STEP - 1, int(at[-1]) // STEP + 2
    return max(first, 0) * STEP, min(last * STEP, len(inked))
