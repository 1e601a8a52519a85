"""The search for plain text must find it where there is some, or finding nothing would mean nothing."""

import base64
from pathlib import Path

import pytest

from tests.plaintext import telling, traces

WRITTEN = {
    "as text": b"so Marzipan it was",
    "wide": "so Marzipan it was".encode("utf-16-le"),
    "hex": b"x" + b"so marzipan it was".hex().encode(),
    "base64": base64.b64encode(b"so marzipan it was"),
    "base64, shifted by one": base64.b64encode(b"s marzipan it was"),
    "base64, shifted by two": base64.b64encode(b"marzipan it was"),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_word_is_found_however_it_is_written(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\0\1" + written)
    assert traces({"marzipan", "nougat"}, tmp_path) == {"marzipan"}


def test_a_file_name_counts(tmp_path: Path) -> None:
    (tmp_path / "Marzipan.ogg").touch()
    assert traces({"marzipan"}, tmp_path) == {"marzipan"}


def test_words_that_the_product_itself_uses_tell_nothing() -> None:
    assert telling(["The recording of Marzipan is there"]) == {"marzipan"}
