"""How many planted errors does the grounding catch, and how often is it wrong about a true statement?

Statements and errors of tests/services/grounding/planted, part by part. An error counts as caught at "red" when it is
CONTRADICTED, at "red or amber" when it is anything but SUPPORTED. Which parts were seen while the rules were written,
and what a part gave when it was still fresh: docs/clinical-safety.md.

Denials of risk and the like, each with its own few lines, are counted apart (planted/denials.json): written when the
rules about them were finished, seen since.

`python -m benchmarks.grounding [part ...] [--show]`; `--show` prints what went wrong, of parts that were seen only.
"""

import statistics
import sys
import time
from collections import defaultdict

from services.grounding.checking import Checker
from services.grounding.session import Session
from services.notes.content import Evidence, Level, Statement
from tests.services.grounding import planted

Judged = tuple[planted.Case, Statement]


def main() -> None:
    wanted = [one for one in planted.HALVES if one in sys.argv[1:]] or list(planted.HALVES)
    for half in wanted:
        if missing := sorted(set(planted.told(half)) - set(planted.dialogues(half))):
            print(f"Not at hand, left out: {', '.join(missing)}")
        judged, milliseconds = judge(half)
        report(half, judged, milliseconds)
        if "--show" in sys.argv and half in planted.SEEN:
            show(judged)
    if len(wanted) == len(planted.HALVES):
        report_denials()


def report_denials() -> None:
    levels: dict[bool, list[Level]] = {True: [], False: []}
    for text, said, is_true in planted.denials():
        statement = Statement(
            "1", text, "client", (Evidence(tuple(int(one["id"]) for one in said)),)
        )
        levels[is_true].append(Checker(Session(said, planted.SPEAKERS)).statement(statement).level)
    print("\n| denials | red | red or amber |\n|---|---|---|")
    for name, of in (("wrong", levels[False]), ("true", levels[True])):
        print(f"| {name} | {_share(_red(of), of)} | {_share(_any(of), of)} |")


def judge(half: str) -> tuple[list[Judged], list[float]]:
    """Every case with the verdict, and the milliseconds of processor time that each took, without reading dialogues."""
    checkers = {
        name: Checker(Session(said, planted.SPEAKERS))
        for name, said in planted.dialogues(half).items()
    }
    judged, milliseconds = [], []
    for case in planted.cases(half):
        began = time.process_time()
        judged.append((case, checkers[case.dialogue].statement(case.statement)))
        milliseconds.append((time.process_time() - began) * 1000)
    return judged, milliseconds


def report(half: str, judged: list[Judged], milliseconds: list[float]) -> None:
    kinds: defaultdict[str, list[Level]] = defaultdict(list)
    for case, verdict in judged:
        kinds[case.kind].append(verdict.level)
    alarms = kinds.pop(planted.TRUE, [])
    print(f"\n| {half} | red | red or amber |\n|---|---|---|")
    for kind, levels in sorted(kinds.items()):
        print(f"| {kind} | {_share(_red(levels), levels)} | {_share(_any(levels), levels)} |")
    errors = [level for levels in kinds.values() for level in levels]
    print(
        f"| **all errors (recall)** | {_share(_red(errors), errors)} | {_share(_any(errors), errors)} |"
    )
    print(f"| **false alarms** | {_share(_red(alarms), alarms)} | {_share(_any(alarms), alarms)} |")
    red = [*errors, *alarms]
    print(
        f"| precision | {_red(errors) / max(1, _red(red)):.3f} | {_any(errors) / max(1, _any(red)):.3f} |"
    )
    print(
        f"\n{len(judged)} statements, {statistics.mean(milliseconds):.2f} ms each"
        f" (95th percentile {statistics.quantiles(milliseconds, n=20)[-1]:.2f})"
    )


def show(judged: list[Judged]) -> None:
    for case, verdict in judged:
        wrong = (verdict.level is Level.SUPPORTED) != (case.kind == planted.TRUE)
        if wrong:
            reasons = [reason.code + ": " + reason.text for reason in verdict.reasons]
            print(
                f"{case.kind} | {case.dialogue} {case.lines} | {case.text} | {verdict.level} {reasons}"
            )


def _red(levels: list[Level]) -> int:
    return sum(level is Level.CONTRADICTED for level in levels)


def _any(levels: list[Level]) -> int:
    return sum(level is not Level.SUPPORTED for level in levels)


def _share(count: int, levels: list[Level]) -> str:
    return f"{count}/{len(levels)} ({100 * count / max(1, len(levels)):.0f} %)"


if __name__ == "__main__":
    main()
