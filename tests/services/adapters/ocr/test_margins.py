"""What of a page the finder of lines is asked for."""

import numpy as np
import pytest
from numpy.typing import NDArray

from services.adapters.ocr.margins import WithoutMargins

WHITE, BLACK = 1.0, -1.0


class Finder:
    """Takes what is dark for a line, and keeps what it was shown."""

    shown: NDArray[np.float32] | None = None

    def __call__(self, page: NDArray[np.float32]) -> NDArray[np.float32]:
        assert page.flags.c_contiguous
        self.shown = page
        return (page[:, :1] < 0).astype(np.float32)


def sheet(paper: float = WHITE) -> NDArray[np.float32]:
    return np.full((1, 3, 640, 480), paper, np.float32)


@pytest.mark.parametrize("paper", [WHITE, 0.4, BLACK])
def test_blank_paper_around_is_left_out(paper: float) -> None:
    page, finder = sheet(paper), Finder()
    page[:, :, 100:300, 200:240] = BLACK if paper > 0 else WHITE
    found = WithoutMargins(finder)(page)
    assert finder.shown is not None
    assert finder.shown.shape == (1, 3, 288, 128)  # from 64 to 352, and from 160 to 288
    assert np.array_equal(found[:, :, 64:352, 160:288], finder.shown[:, :1] < 0)
    assert found.shape == (1, 1, 640, 480)
    assert found.sum() == (finder.shown[:, :1] < 0).sum()


def test_ink_of_any_colour_counts() -> None:
    page, finder = sheet(), Finder()
    page[:, 2, 610:620, 5:10] = BLACK
    WithoutMargins(finder)(page)
    assert finder.shown is not None
    assert finder.shown.shape == (1, 3, 64, 64)
    assert (finder.shown[0, 2] < 0).sum() == 50


def test_a_page_that_is_full_is_looked_at_as_it_is() -> None:
    page, finder = sheet(), Finder()
    page[:, :, 5, 5] = page[:, :, 635, 475] = BLACK
    WithoutMargins(finder)(page)
    assert finder.shown is page


def test_nothing_is_looked_for_on_an_empty_page() -> None:
    page, finder = sheet() + np.float32(0.05), Finder()
    page[:, :, ::7, ::5] -= np.float32(0.1)  # the grain of a scan
    assert not WithoutMargins(finder)(page).any()
    assert finder.shown is None
