"""What the two fits of grounding share: a logistic regression over numbers as they are, and its file."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

FOLDS, REPEATS = 8, 4


def fit(features: Any, answers: Any, weights: Any) -> tuple[Any, float]:
    """Coefficients and intercept for features as they are, not scaled."""
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(class_weight="balanced")
    model.fit(scaler.transform(features), answers, sample_weight=weights)
    coefficients = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_)


def scored_by_others(features: Any, answers: Any, weights: Any, dialogues: Sequence[str]) -> Any:
    """A score for every row by fits on other dialogues only, the mean over some ways to divide them."""
    # "annomi-84b" is another part of "annomi-84".
    groups = np.array([name.rstrip("b") for name in dialogues])
    scores = np.zeros(len(groups))
    for repeat in range(REPEATS):
        parts = GroupKFold(FOLDS, shuffle=True, random_state=repeat)
        for train, test in parts.split(features, answers, groups):
            coefficients, intercept = fit(features[train], answers[train], weights[train])
            scores[test] += (features[test] @ coefficients + intercept) / REPEATS
    return scores


def write(file: Path, by: str, on: str, names: Sequence[str], fitted: tuple[Any, float]) -> None:
    coefficients, intercept = fitted
    assert all(math.isfinite(one) for one in (*coefficients, intercept))
    lines = (
        f"# Written by benchmarks/{by}, on {on}. Not by hand.",
        f"# Of the features {', '.join(names)}.",
        f"coefficients = [{', '.join(f'{one:.4f}' for one in coefficients)}]",
        f"intercept = {intercept:.4f}",
    )
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
