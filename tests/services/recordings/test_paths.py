"""Paths of chunks: the contract's shape, and names that no storage takes amiss."""

import datetime as dt
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.recordings import paths

DAY = dt.date(2026, 11, 24)


@given(st.text(max_size=600))
@example("..")
@example("../../etc/passwd")
@example("C:\\Users\\nora\\session.WAV")
@example(".hidden")
@example("a" * 300 + "." + "b" * 300)
@example("\x00\n\u202e.webm")
@example("Пётр.m4a")
def test_any_name_becomes_a_safe_one(given_name: str) -> None:
    name = paths.safe(given_name)
    assert re.fullmatch(r"[A-Za-z0-9-][A-Za-z0-9._-]*", name)
    assert len(name) <= paths.LONGEST_NAME
    assert paths.safe(name) == name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("session.webm", "session.webm"),
        ("Monday 10:00 – Nora.WAV", "Monday_10_00_Nora.wav"),
        ("/home/nora/Séance é.mp3", "Seance_e.mp3"),
        ("...", "audio"),
        ("日本語.ogg", "ogg"),
        ("", "audio"),
        ("archive.tar.gz", "archive.tar.gz"),
    ],
)
def test_what_becomes_of_some_names(given_name: str, kept: str) -> None:
    assert paths.safe(given_name) == kept


def test_the_path_is_therapist_client_day_file() -> None:
    assert paths.audio(7, 12, DAY, "a b.webm") == "7/12/2026-11-24/a_b.webm"


def test_a_path_beside_another_keeps_folder_name_and_ending() -> None:
    first, second = (paths.beside("7/12/2026-11-24/chunk.webm") for _ in range(2))
    assert first != second
    for path in (first, second):
        assert re.fullmatch(r"7/12/2026-11-24/chunk-[0-9a-f]{8}\.webm", path)


def test_the_playback_file_lies_beside_the_first_chunk() -> None:
    path = paths.playback("7/12/2026-11-24/chunk.webm", 5)
    assert re.fullmatch(r"7/12/2026-11-24/playback-5-[0-9a-f]{8}\.ogg", path)
