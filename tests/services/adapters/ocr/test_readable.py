"""What counts as text of a PDF's page."""

import pytest

from services.adapters.ocr.text_layer import readable


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("No\u200bra Fe\u2060ldt\ufeff", "Nora Feldt"),
        ("Mood\U000e0041\U000e0042 low", "Mood low"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x00b\ud800\tc", "ab c"),
        ("\u2610 yes \u2612 no", "[ ] yes [x] no"),
    ],
)
def test_signs_that_nobody_sees_are_left_out(given: str, text: str) -> None:
    assert readable(given) == text
