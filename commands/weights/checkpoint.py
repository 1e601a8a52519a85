"""Reads a PyTorch checkpoint of plain tensors without PyTorch, and without running what it may contain."""

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[Any]]

DTYPES = {"FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4"}


def read(path: Path) -> Tensors:
    """Name → array. Raises ValueError when the file is no such checkpoint or holds anything else."""
    try:
        with zipfile.ZipFile(path) as archive:
            root = archive.namelist()[0].split("/")[0]
            unpickler = _Tensors(archive, root)
            loaded = unpickler.load()
    except (zipfile.BadZipFile, pickle.UnpicklingError, KeyError, IndexError) as error:
        raise ValueError(f"{path.name} is not a checkpoint of plain tensors") from error
    return dict(loaded)


class _Tensors(pickle.Unpickler):
    """Knows tensors and dictionaries; every other class that a pickle names is refused."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(io.BytesIO(archive.read(f"{root}/data.pkl")))
        self._archive, self._root = archive, root

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in DTYPES:
            return name
        raise pickle.UnpicklingError("the checkpoint names a class that is not a tensor")

    def persistent_load(self, pid: Any) -> NDArray[Any]:
        _, storage, key, *_ = pid  # ("storage", type, key, device, elements)
        return np.frombuffer(self._archive.read(f"{self._root}/data/{key}"), DTYPES[storage])


def _tensor(
    storage: NDArray[Any], offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
) -> NDArray[Any]:
    """A tensor as its own array; sizes and strides count elements."""
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], size, steps).copy()
