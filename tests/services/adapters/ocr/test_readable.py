"""What counts as text of a PDF's page."""

import pytest

from services.adapters.ocr.text_layer import readable


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("Mood\U000e0041 low", "Mood low"),
        ("\u2610 yes \u2612 no", "[ ] yes [x] no"),
    ],
)
def test_signs_that_nobody_sees_are_left_out(given: str, text: str) -> None:
    assert readable(given) == text
