"""What words mean where they stand: all-MiniLM-L6-v2 of sentence-transformers, through ONNX Runtime.

Weights are kept in bytes and counted in floating point, so that a text's vectors depend neither on the processor nor on
the texts beside it, but for rounding. Loading takes 0.4 s and 190 MB, once a process.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.adapters import weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

FOLDER, FILES = "sentence-model", ("model.onnx", "tokenizer.json")  # in the weights folder
LONGEST = 256  # pieces of a text; the model learnt from no longer ones
TOGETHER = 8  # texts at a time: a call reads all weights, however short its text
PADDING = 16  # pieces that a text may be filled up with, for the sake of a longer one beside it
THREADS = 1  # the pages and the worker want the other core


@dataclass(frozen=True)
class Reading:
    """One text. Vectors are of length 1."""

    whole: "Vectors"
    pieces: "Vectors"  # a row each
    spans: tuple[tuple[int, int], ...]  # where each piece stands in the text


class SentenceModel:
    """`folder` is the one that set-up made. Raises WeightsMissing where it is not complete or was altered."""

    def __init__(self, folder: Path) -> None:
        weights.check(folder, FILES)
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = THREADS
        self._session = onnxruntime.InferenceSession(str(folder / FILES[0]), options)
        self._tokenizer = Tokenizer.from_file(str(folder / FILES[1]))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def vocabulary(self) -> dict[str, int]:
        """Pieces of words by their numbers; the lower the number, the more frequent the piece."""
        return dict(self._tokenizer.get_vocab())

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """In the order of the texts."""
        encoded = self._tokenizer.encode_batch(list(texts))
        found: dict[int, Reading] = {}
        for numbers in _together([len(one.ids) for one in encoded]):
            readings = self._read([encoded[number] for number in numbers])
            found.update(zip(numbers, readings, strict=True))
        return [found[number] for number in range(len(encoded))]

    def _read(self, encoded: Sequence[Any]) -> list[Reading]:
        import numpy as np

        ids = np.zeros((len(encoded), max(len(one.ids) for one in encoded)), np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, given)[0].astype(np.float32)
        return [
            Reading(
                _of_length_one(rows[: len(one.ids)].mean(axis=0)),
                _of_length_one(rows[1 : len(one.ids) - 1]),  # without the marks of begin and end
                tuple(one.offsets[1:-1]),
            )
            for rows, one in zip(states, encoded, strict=True)
        ]


@cache
def sentence_model(weights_dir: Path) -> SentenceModel:
    """The one of the weights folder, loaded when it is first asked for. Raises WeightsMissing."""
    return SentenceModel(weights_dir / FOLDER)


def _together(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of texts of about one length, at most TOGETHER at a time."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda number: lengths[number]):
        if batch and (len(batch) == TOGETHER or lengths[number] > lengths[batch[0]] + PADDING):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _of_length_one(vectors: "Vectors") -> "Vectors":
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
