"""Fits the score of services/grounding/support.py and writes its numbers to support.toml.

Logistic regression over the features of `Support`, on the planted statements that were seen while the rules were
written (planted.SEEN): true paraphrases against statements that cite a wrong place, deny what nobody asked about, or
conclude. Quotations are left out, they have a rule of their own. The intercept is moved so that LET_PASS of the true
statements that paraphrase (all but `tuning`) score over 0, each scored by a fit on other dialogues.

`python -m benchmarks.grounding_support`: prints what was found; `--write` writes the file.
"""

import math
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from services.grounding import coverage, denials, support
from services.grounding.checking import Checker
from services.grounding.findings import Claim
from services.grounding.session import Session
from tests.services.grounding import planted

WRONG = ("right statement, wrong place", "unsupported conclusion", "denied, never asked")
LET_PASS = 0.93
WEIGHT = 3.0  # of a case that paraphrases, of which there are fewer
FOLDS = 8


def main() -> None:
    cases = [(half, case, row) for half in planted.SEEN for case, row in _rows(half)]
    features = np.array([row for _, _, row in cases])
    is_true = np.array([case.kind == planted.TRUE for _, case, _ in cases])
    is_new = np.array([half != "tuning" for half, _, _ in cases])
    groups = np.array([case.dialogue for _, case, _ in cases])
    weights = np.where(is_new, WEIGHT, 1.0)
    scores = np.zeros(len(cases))
    for train, test in GroupKFold(FOLDS).split(features, is_true, groups):
        coefficients, intercept = _fit(features[train], is_true[train], weights[train])
        scores[test] = features[test] @ coefficients + intercept
    threshold = float(np.quantile(scores[is_true & is_new], 1 - LET_PASS))
    _report(scores >= threshold, [(half, case) for half, case, _ in cases])
    coefficients, intercept = _fit(features, is_true, weights)
    if "--write" in sys.argv:
        _write(coefficients, intercept - threshold, int(is_true.sum()), int((~is_true).sum()))


def _rows(half: str) -> Iterator[tuple[planted.Case, tuple[float, ...]]]:
    checkers = {
        name: Checker(Session(said, planted.SPEAKERS))
        for name, said in planted.dialogues(half).items()
    }
    weights = {name: coverage.Weights(one.session) for name, one in checkers.items()}
    for case in planted.cases(half):
        session = checkers[case.dialogue].session
        claim = Claim(case.statement, "", session, session.passage(case.lines))
        if case.kind not in (planted.TRUE, *WRONG) or "“" in case.text:
            continue
        if claim.contents and not denials.is_about_risk(claim):
            yield case, coverage.beside(claim, weights[case.dialogue]).support().features


def _fit(features: Any, is_true: Any, weights: Any) -> tuple[Any, float]:
    """Coefficients and intercept for features as they are, not scaled."""
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(class_weight="balanced")
    model.fit(scaler.transform(features), is_true, sample_weight=weights)
    coefficients = model.coef_[0] / scaler.scale_
    return coefficients, float(model.intercept_[0] - coefficients @ scaler.mean_)


def _report(passes: Any, cases: list[tuple[str, planted.Case]]) -> None:
    for half in planted.SEEN:
        for kind in (planted.TRUE, *WRONG):
            of = [
                bool(one)
                for one, (at, case) in zip(passes, cases, strict=True)
                if at == half and case.kind == kind
            ]
            print(f"{half} | {kind} | pass {sum(of)}/{len(of)}")


def _write(coefficients: Any, intercept: float, true: int, wrong: int) -> None:
    names = ", ".join(support.FEATURES)
    lines = (
        f"# Written by benchmarks/grounding_support.py, on {true} true and {wrong} wrong statements. Not by hand.",
        f"# Of the features {names} (support.py).",
        f"coefficients = [{', '.join(f'{one:.4f}' for one in coefficients)}]",
        f"intercept = {intercept:.4f}",
    )
    assert all(math.isfinite(one) for one in (*coefficients, intercept))
    support.FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
