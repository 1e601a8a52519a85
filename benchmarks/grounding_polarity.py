"""Fits the score of services/grounding/reversal.py and writes its numbers to reversal.toml.

Logistic regression over the features of `Reversal`, on the planted statements that were seen while the rules were
written (planted.SEEN): true ones against the same turned round. The intercept is moved so that LET_PASS
of the true ones score under 0, each scored by fits on other dialogues.

`python -m benchmarks.grounding_polarity`: prints what was found; `--write` writes the file.
"""

import sys
from collections.abc import Iterator

import numpy as np

from benchmarks import grounding_fit
from services.grounding import denials, reversal
from services.grounding.findings import Claim
from services.grounding.session import Session
from tests.services.grounding import planted

FLIPPED = "flipped negation"
LET_PASS = 0.985


def main() -> None:
    cases = [(half, case, found) for half in planted.SEEN for case, found in _rows(half)]
    asked = [one for one in cases if one[2] is not None]  # of the others the score is not asked
    features = np.array([found.features for _, _, found in asked if found])
    is_flipped = np.array([case.kind == FLIPPED for _, case, _ in asked])
    weights = np.ones(len(asked))
    dialogues = [case.dialogue for _, case, _ in asked]
    scores = grounding_fit.scored_by_others(features, is_flipped, weights, dialogues)
    true = sum(case.kind == planted.TRUE for _, case, _ in cases)
    marked = round((1 - LET_PASS) * true)
    threshold = float(np.sort(scores[~is_flipped])[::-1][marked])
    for half in planted.SEEN:
        for kind in (planted.TRUE, FLIPPED):
            of = sum(at == half and case.kind == kind for at, case, _ in cases)
            found = [
                score > threshold
                for score, (at, case, _) in zip(scores, asked, strict=True)
                if at == half and case.kind == kind
            ]
            print(f"{half} | {kind} | marked {sum(found)}/{of}")
    coefficients, intercept = grounding_fit.fit(features, is_flipped, weights)
    if "--write" in sys.argv:
        on = f"{true} true statements and {len(cases) - true} turned round"
        fitted = (coefficients, intercept - threshold)
        grounding_fit.write(reversal.FILE, "grounding_polarity.py", on, reversal.FEATURES, fitted)


def _rows(half: str) -> Iterator[tuple[planted.Case, reversal.Reversal | None]]:
    sessions = {
        name: Session(said, planted.SPEAKERS) for name, said in planted.dialogues(half).items()
    }
    for case in planted.cases(half):
        session = sessions[case.dialogue]
        claim = Claim(case.statement, "", session, session.passage(case.lines))
        if case.kind not in (planted.TRUE, FLIPPED) or "“" in case.text:
            continue
        if not denials.is_about_risk(claim):
            yield case, reversal.measure(claim)


if __name__ == "__main__":
    main()
