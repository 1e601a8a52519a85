"""What is left of a name or a line of text: what people see of it."""

import pytest

from services.adapters.visible_text import visible


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("  Nora   Feldt ", "Nora Feldt"),
        ("No\u200bra Fe\u2060ldt\ufeff", "Nora Feldt"),
        ("Mood\U000e0041\U000e0042 low", "Mood low"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x00b\ud800\tc\x1b[31m", "ab c[31m"),
        ("letter\u202efdp.exe", "letterfdp.exe"),
        ("Zo\u00eb\u00a0Ash", "Zo\u00eb Ash"),
        ("\x00\u200b", ""),
    ],
)
def test_what_nobody_sees_is_left_out(given: str, seen: str) -> None:
    assert visible(given) == seen
