"""A logistic regression that a benchmark fitted and wrote to a file, which says on what."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any


def score(file: Path, features: Sequence[float]) -> float:
    """Over 0, more like what the file is about. `features` in the order in which it was fitted."""
    model = fitted(file)
    terms = zip(features, model["coefficients"], strict=True)
    return float(sum(value * by for value, by in terms) + model["intercept"])


@cache
def fitted(file: Path) -> dict[str, Any]:
    """Its "coefficients" and its "intercept"."""
    return tomllib.loads(file.read_text(encoding="utf-8"))
