"""Paths of chunks: the contract's shape, and names that no storage takes amiss."""

import datetime as dt
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services import vault
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
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name)
    assert len(name) <= paths.LONGEST_STEM + 5
    assert paths.safe(name) == name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("session.webm", "session.webm"),
        ("chunk-0007.WEBM", "chunk-0007.webm"),
        ("Recording 2026-11-24 (2).m4a", "recording_2026-11-24_2.m4a"),
        ("5f1e9a7c-83bd-4c1e-9a55-0d2f6b7a8c9d.ogg", "5f1e9a7c-83bd-4c1e-9a55-0d2f6b7a8c9d.ogg"),
        ("...", "audio"),
        ("", "audio"),
    ],
)
def test_a_recorders_own_name_stays(given_name: str, kept: str) -> None:
    assert paths.safe(given_name) == kept


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Monday 10:00 – Nora.WAV", "audio.wav"),
        ("/home/nora/Séance é.mp3", "audio.mp3"),
        ("日本語.ogg", "audio.ogg"),
        ("session.nora", "audio"),
        ("session-nora.tar.gz", "audio"),
    ],
)
def test_a_name_that_may_be_a_persons_does_not(given_name: str, kept: str) -> None:
    assert paths.safe(given_name) == kept


def test_the_path_is_therapist_client_day_file() -> None:
    assert paths.audio(7, 12, DAY, "part 7.webm") == "7/12/2026-11-24/part_7.webm"


def test_a_path_beside_another_keeps_folder_name_and_ending() -> None:
    first, second = (vault.beside("7/12/2026-11-24/chunk.webm") for _ in range(2))
    assert first != second
    for path in (first, second):
        assert re.fullmatch(r"7/12/2026-11-24/chunk-[0-9a-f]{8}\.webm", path)


def test_the_playback_file_lies_beside_the_first_chunk() -> None:
    path = paths.playback("7/12/2026-11-24/chunk.webm", 5)
    assert re.fullmatch(r"7/12/2026-11-24/playback-5-[0-9a-f]{8}\.ogg", path)
