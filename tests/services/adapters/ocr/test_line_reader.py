"""Lines read by the model in bytes and, where it is in doubt, by the full one: the real models on drawn lines."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from config import settings
from services.adapters.errors import WeightsMissing
from services.adapters.ocr import line_reader, rapid
from services.adapters.ocr.line_reader import FILES, FOLDER, LineReader, quick_model
from tests.services.adapters.ocr.documents import Said, Sheet, picture

WORDS = "sleep mother worried Thursday the of evening again therapy note client session".split()


def line(text: str) -> NDArray[np.uint8]:
    """A picture of it, blue-green-red, as a scan of 150 dots an inch has it."""
    drawn = picture(Sheet((Said(text, 0.3, 0.3, 12),))).convert("RGB")
    return np.asarray(drawn)[40:85, 40:1240, ::-1].copy()


def texts() -> list[str]:
    chance = random.Random(3)
    words = [" ".join(chance.choices(WORDS, k=6)) for _ in range(20)]
    figures = [
        f"Invoice {n * 7919:,} of 0{n % 9 + 1}/11/2026: ${n * 1013:,}.50" for n in range(1, 11)
    ]
    return words + figures


@pytest.fixture(scope="module")
def full() -> LineReader:
    return rapid._line_reader()


class _Counted:
    """A model's session that counts its lines."""

    def __init__(self, session: object) -> None:
        self.session, self.lines = session, 0

    def run(self, *given: object) -> object:
        self.lines += 1
        return self.session.run(*given)  # type: ignore[attr-defined]


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Iterator[LineReader]:
    monkeypatch.setattr(line_reader, "_multiplies_bytes", lambda: True)
    rapid.use_quick_model(settings().weights_dir)
    reader = rapid._line_reader()
    for name in ("_full", "_quick"):
        setattr(reader, name, _Counted(getattr(reader, name)))
    yield reader
    rapid.use_quick_model(Path("nowhere"))


def test_the_quick_model_reads_what_the_full_one_reads(
    both: LineReader, full: LineReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_reader, "DOUBT", 0.0)
    monkeypatch.setattr(line_reader, "FIGURE_DOUBT", 0.0)
    pictures = [line(text) for text in texts()]
    one, other = ([reader.read(each) for each in pictures] for reader in (full, both))
    assert both._full.lines == 0  # type: ignore[union-attr]
    letters = sum(len(text) for text, _ in one)
    assert letters > 800
    apart = sum(Levenshtein.distance(a, b) for (a, _), (b, _) in zip(one, other, strict=True))
    assert apart <= letters / 200
    assert np.mean([abs(a - b) for (_, a), (_, b) in zip(one, other, strict=True)]) < 0.03


def test_a_line_in_doubt_is_read_by_the_full_model(
    both: LineReader, full: LineReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = line("Thursday")
    both.read(given)
    assert (both._quick.lines, both._full.lines) == (1, 0)  # type: ignore[union-attr]
    monkeypatch.setattr(line_reader, "DOUBT", 1.1)
    assert both.read(given) == full.read(given)
    assert (both._quick.lines, both._full.lines) == (2, 1)  # type: ignore[union-attr]


def test_an_empty_line_is_left_to_the_full_model(both: LineReader) -> None:
    text, sure = both.read(np.full((48, 320, 3), 255, np.uint8))
    assert (text, sure) == ("", 0.0)
    assert both._full.lines == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "sure", "doubtful"),
    [
        ("so I", (0.9, 0.9, 1.0, 0.6), False),
        ("so I", (0.9, 0.9, 1.0, 0.4), True),
        ("so $ 4", (0.9, 0.7, 1.0, 0.7, 1.0, 0.9), False),  # the doubt is beside the figure
        ("so $4.", (0.9, 0.9, 1.0, 0.9, 0.9, 0.7), True),
        ("4", (0.7,), True),
        ("", (), True),
    ],
)
def test_a_figure_needs_more_than_a_letter(
    text: str, sure: tuple[float, ...], *, doubtful: bool
) -> None:
    assert line_reader._is_doubtful(text, np.array(sure, np.float32)) is doubtful


def test_without_a_quick_model_the_full_one_reads(tmp_path: Path) -> None:
    assert quick_model(None) is None
    assert quick_model(tmp_path) is None
    rapid.use_quick_model(tmp_path)
    assert rapid._line_reader().read(line("Thursday"))[0] == "Thursday"


def test_a_processor_that_adds_bytes_otherwise_takes_the_full_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = settings().weights_dir
    monkeypatch.setattr(line_reader, "PROCESSORS", tmp_path / "cpuinfo")
    assert quick_model(here) is None
    (tmp_path / "cpuinfo").write_text("flags : avx2 avx512f\n")
    assert quick_model(here) is None
    (tmp_path / "cpuinfo").write_text("flags : avx2 avx512f avx512_vnni\n")
    assert quick_model(here) == here / FOLDER / FILES[0]


def test_an_altered_quick_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_reader, "_multiplies_bytes", lambda: True)
    (tmp_path / FOLDER).mkdir()
    with pytest.raises(WeightsMissing, match=r"line-reader\.onnx is missing"):
        quick_model(tmp_path)
