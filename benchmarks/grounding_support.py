"""Fits the score of services/grounding/support.py and writes its numbers to support.toml.

Logistic regression over the features of `Support`, on the planted statements that were seen while the rules were
written (planted.SEEN): true paraphrases against statements that cite a wrong place, deny what nobody asked about, or
conclude. Quotations are left out, they have a rule of their own. The intercept is moved so that LET_PASS of the true
statements that paraphrase (all but `tuning`) score over 0, each scored by fits on other dialogues.

`python -m benchmarks.grounding_support`: prints what was found; `--write` writes the file.
"""

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks import grounding_fit
from services.grounding import coverage, denials, support
from services.grounding.checking import Checker
from services.grounding.findings import Claim
from services.grounding.session import Session
from tests.services.grounding import planted

WRONG = ("right statement, wrong place", "unsupported conclusion", "denied, never asked")
LET_PASS = 0.93
WEIGHT = 3.0  # of a case that paraphrases, of which there are fewer


def main() -> None:
    cases = [(half, case, row) for half in planted.SEEN for case, row in _rows(half)]
    features = np.array([row for _, _, row in cases])
    is_true = np.array([case.kind == planted.TRUE for _, case, _ in cases])
    is_new = np.array([half != "tuning" for half, _, _ in cases])
    groups = [case.dialogue for _, case, _ in cases]
    weights = np.where(is_new, WEIGHT, 1.0)
    scores = grounding_fit.scored_by_others(features, is_true, weights, groups)
    threshold = float(np.quantile(scores[is_true & is_new], 1 - LET_PASS))
    _report(scores >= threshold, [(half, case) for half, case, _ in cases])
    coefficients, intercept = grounding_fit.fit(features, is_true, weights)
    if "--write" in sys.argv:
        on = f"{is_true.sum()} true and {(~is_true).sum()} wrong statements"
        fitted = (coefficients, intercept - threshold)
        grounding_fit.write(support.FILE, "grounding_support.py", on, support.FEATURES, fitted)


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


def _report(passes: Any, cases: list[tuple[str, planted.Case]]) -> None:
    for half in planted.SEEN:
        for kind in (planted.TRUE, *WRONG):
            of = [
                bool(one)
                for one, (at, case) in zip(passes, cases, strict=True)
                if at == half and case.kind == kind
            ]
            print(f"{half} | {kind} | pass {sum(of)}/{len(of)}")


if __name__ == "__main__":
    main()
