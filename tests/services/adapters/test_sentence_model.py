"""The sentence model of set-up: vectors of texts and of their pieces."""

from pathlib import Path

import numpy as np
import pytest

from config import settings
from services.adapters.errors import WeightsMissing
from services.adapters.sentence_model import (
    FILES,
    FOLDER,
    LONGEST,
    TOGETHER,
    SentenceModel,
    sentence_model,
)

DOCTOR = "The doctor gave me tablets."
PHYSICIAN = "My physician prescribed medication."
GARLIC = "I planted the garlic."


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    return sentence_model(settings().weights_dir)


def test_what_means_the_same_points_the_same_way(model: SentenceModel) -> None:
    doctor, physician, garlic = (one.whole for one in model.read([DOCTOR, PHYSICIAN, GARLIC]))
    assert doctor @ physician > 0.5 > doctor @ garlic + 0.1
    assert np.linalg.norm(doctor) == pytest.approx(1.0, abs=1e-4)


def test_pieces_stand_where_they_are_said_to(model: SentenceModel) -> None:
    (read,) = model.read([GARLIC])
    assert [GARLIC[first:last] for first, last in read.spans][:2] == ["I", "planted"]
    assert read.pieces.shape == (len(read.spans), 384)
    assert np.linalg.norm(read.pieces, axis=1) == pytest.approx(1.0, abs=1e-4)


def test_a_text_is_read_alike_whatever_stands_beside_it(model: SentenceModel) -> None:
    texts = [DOCTOR, "No.", GARLIC * 9, PHYSICIAN, *(f"Number {one}." for one in range(TOGETHER))]
    together = model.read(texts)
    assert [one.spans for one in together] == [model.read([text])[0].spans for text in texts]
    for text, read in zip(texts, together, strict=True):
        (alone,) = model.read([text])
        assert read.whole == pytest.approx(alone.whole, abs=1e-4)
        assert read.pieces == pytest.approx(alone.pieces, abs=1e-4)


def test_an_empty_and_an_endless_text_are_read(model: SentenceModel) -> None:
    empty, endless = model.read(["", GARLIC * 400])
    assert empty.pieces.shape[0] == 0
    assert endless.pieces.shape[0] == LONGEST - 2


def test_what_set_up_did_not_make_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsMissing, match=rf"{FILES[0]}, {FILES[1]} is missing.*commands\.weights"
    ):
        sentence_model(tmp_path)


def test_an_altered_model_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    kept = settings().weights_dir / FOLDER
    for name in (*FILES, "verified.json"):
        (folder / name).write_bytes((kept / name).read_bytes())
    (folder / FILES[1]).write_bytes(b"{}")
    with pytest.raises(WeightsMissing, match="altered"):
        sentence_model(tmp_path)
