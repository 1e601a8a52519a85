"""The planted set as a whole: the rules may get better at it, not worse. docs/clinical-safety.md has the figures."""

import functools

import pytest

from services.grounding.checking import Checker
from services.grounding.session import Session
from services.notes.content import Evidence, Level, Statement
from tests.services.grounding import planted

# Of dialogues of our own making, which are always at hand; of all of them where the others are there as well.
LEAST_CAUGHT = 0.95
MOST_FALSE_ALARMS = 0.05


@functools.cache
def verdicts() -> list[tuple[planted.Case, Level]]:
    checkers = {
        name: Checker(Session(told, planted.SPEAKERS))
        for name, told in planted.dialogues("tuning").items()
    }
    return [
        (case, checkers[case.dialogue].statement(case.statement).level)
        for case in planted.cases("tuning")
    ]


def test_errors_are_caught_and_the_truth_passes() -> None:
    true = [level for case, level in verdicts() if case.kind == planted.TRUE]
    errors = [level for case, level in verdicts() if case.kind != planted.TRUE]
    assert len(true) > 60
    assert len(errors) > 200
    caught = sum(level is not Level.SUPPORTED for level in errors)
    alarms = sum(level is not Level.SUPPORTED for level in true)
    assert caught >= LEAST_CAUGHT * len(errors)
    assert alarms <= MOST_FALSE_ALARMS * len(true)


@pytest.mark.parametrize(
    "kind", ["invented quotation", "changed number", "denied, never asked", "name from elsewhere"]
)
def test_hard_rules_are_red(kind: str) -> None:
    levels = [level for case, level in verdicts() if case.kind == kind]
    red = sum(level is Level.CONTRADICTED for level in levels)
    assert red >= 0.9 * len(levels)


def test_denials_that_are_wrong_are_caught_and_true_ones_are_never_red() -> None:
    levels: dict[bool, list[Level]] = {True: [], False: []}
    for text, said, is_true in planted.denials():
        cited = tuple(int(one["id"]) for one in said)
        statement = Statement("1", text, "client", (Evidence(cited),))
        checker = Checker(Session(said, planted.SPEAKERS))
        levels[is_true].append(checker.statement(statement).level)
    assert levels[False].count(Level.SUPPORTED) <= 1
    assert levels[False].count(Level.CONTRADICTED) >= 16
    assert Level.CONTRADICTED not in levels[True]
    assert levels[True].count(Level.SUPPORTED) >= 12


def test_no_true_statement_is_red() -> None:
    assert Level.CONTRADICTED not in {
        level for case, level in verdicts() if case.kind == planted.TRUE
    }
