"""Scores of the PHQ-9 and the GAD-7: arithmetic and bands as published."""

import pytest

from models.treatment import MeasureKind
from services.errors import Invalid
from services.treatment.scales import SCALES, band, scored

PHQ9, GAD7, GOAL = MeasureKind.PHQ9, MeasureKind.GAD7, MeasureKind.GOAL


@pytest.mark.parametrize(
    ("kind", "first", "last", "word"),
    [
        (PHQ9, 0, 4, "minimal"),
        (PHQ9, 5, 9, "mild"),
        (PHQ9, 10, 14, "moderate"),
        (PHQ9, 15, 19, "moderately severe"),
        (PHQ9, 20, 27, "severe"),
        (GAD7, 0, 4, "minimal"),
        (GAD7, 5, 9, "mild"),
        (GAD7, 10, 14, "moderate"),
        (GAD7, 15, 21, "severe"),
        (GOAL, 0, 10, ""),
    ],
)
def test_bands(kind: MeasureKind, first: int, last: int, word: str) -> None:
    assert {band(kind, total) for total in range(first, last + 1)} == {word}


def test_items_add_up_to_the_highest_total() -> None:
    for scale in (SCALES[PHQ9], SCALES[GAD7]):
        assert scored(scale.kind, None, (3,) * len(scale.items)) == (
            scale.most,
            (3,) * len(scale.items),
        )


def test_what_is_kept() -> None:
    assert scored(PHQ9, 12, ()) == (12, ())
    assert scored(PHQ9, None, (1, 2, 0, 1, 0, 0, 3, 0, 1)) == (8, (1, 2, 0, 1, 0, 0, 3, 0, 1))
    ninth_known = (*[None] * 8, 2)
    assert scored(PHQ9, 12, ninth_known) == (12, ninth_known)
    assert scored(PHQ9, 12, (None,) * 9) == (12, ())


@pytest.mark.parametrize(
    ("kind", "total", "items", "says"),
    [
        (PHQ9, 28, (), "from 0 to 27"),
        (GAD7, -1, (), "from 0 to 21"),
        (GOAL, 11, (), "from 0 to 10"),
        (PHQ9, None, (), "Enter the total"),
        (PHQ9, None, (*[None] * 8, 2), "Enter the total"),
        (PHQ9, 5, (1,) * 7, "has 9 answers"),
        (GAD7, None, (4,) * 7, "counts 0 to 3"),
        (PHQ9, 10, (1,) * 9, "does not fit"),
        (PHQ9, 1, (*[None] * 8, 2), "does not fit"),
        (PHQ9, 27, (*[None] * 8, 2), "does not fit"),
    ],
)
def test_what_does_not_fit(
    kind: MeasureKind, total: int | None, items: tuple[int | None, ...], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        scored(kind, total, items)
