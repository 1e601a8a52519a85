"""How many planted errors does a language model doubt that the rules let pass, and how often does it doubt the truth?

Statements of tests/services/grounding/planted, true ones and the kinds of error that rules do not see: meanings turned
round and changed details. The reader is the product's own, over the network, of the model that the settings name
(VERBATIM_LLM=openai, VERBATIM_LLM_MODEL or VERBATIM_LLM_SECOND_MODEL, VERBATIM_LLM_BASE_URL ...), and gets the
statements of a dialogue together as a draft's. What it holds against one is counted as it is, and together with the
rules' marks.

`python -m benchmarks.second_reading [part ...] [--each N] [--together N]`: `--each`, of each kind N statements of a
part (default all; the same ones each time); `--together`, at most so many in one request. Statements and lines of the
parts leave this machine for the model's server.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from services.adapters import wiring
from services.adapters.llm import Line, SecondReader, Told, second_reader
from services.grounding.checking import Checker
from services.grounding.session import Session
from services.notes.content import Level
from tests.services.grounding import planted

KINDS = (planted.TRUE, "flipped negation", "changed detail")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.second_reading")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(planted.HALVES))
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--together", type=int, default=second_reader.MOST)
    chosen = parser.parse_args()
    second_reader.MOST = chosen.together
    reader = wiring.second_reader()
    if reader is None:
        print("No model to measure: set VERBATIM_LLM=openai and what it needs (README).")
        return
    if unknown := set(chosen.parts) - set(planted.HALVES):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for part in chosen.parts or planted.HALVES:
        _report(part, _cases(part, chosen.each), reader)


def _cases(part: str, each: int) -> list[planted.Case]:
    """Quotations left out: those the rules compare word for word."""
    by_kind: defaultdict[str, list[planted.Case]] = defaultdict(list)
    for case in planted.cases(part):
        if case.kind in KINDS and "“" not in case.text:
            by_kind[case.kind].append(case)
    chance = random.Random(part)
    return [
        case
        for cases in by_kind.values()
        for case in (chance.sample(cases, each) if 0 < each < len(cases) else cases)
    ]


def _report(part: str, cases: Sequence[planted.Case], reader: SecondReader) -> None:
    said = planted.dialogues(part)
    counted: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)  # by rules, by reader
    unread = tokens = 0
    began = time.monotonic()
    for name, utterances in said.items():
        asked = [case for case in cases if case.dialogue == name]
        random.Random(name).shuffle(asked)  # one kind in a row would be easier, or harder
        if not asked:
            continue
        told = [Told(one.text, one.speaker, one.lines) for one in asked]
        reading = reader.read(told, _lines(utterances))
        checker = Checker(Session(utterances, planted.SPEAKERS))
        doubted = {doubt.statement for doubt in reading.doubts}
        unread += len(reading.unread)
        tokens += reading.tokens_in + reading.tokens_out
        for at, case in enumerate(asked):
            marked = checker.statement(case.statement).level is not Level.SUPPORTED
            counted[case.kind].append((marked, at in doubted))
    seconds = time.monotonic() - began
    print(f"\n| {part} | rules | model | either |\n|---|---|---|---|")
    for kind, found in counted.items():
        rules, model = sum(one for one, _ in found), sum(one for _, one in found)
        either = sum(any(one) for one in found)
        print(f"| {kind} | {rules}/{len(found)} | {model}/{len(found)} | {either}/{len(found)} |")
    print(
        f"\n{len(cases)} statements, {unread} of them unread, {seconds / max(1, len(cases)):.1f} s and"
        f" {tokens / max(1, len(cases)):.0f} tokens each."
    )


def _lines(utterances: Sequence[dict[str, Any]]) -> list[Line]:
    spoken = {one["key"]: (one["role"], one["name"]) for one in planted.SPEAKERS}
    return [
        Line(one["id"], *spoken[one["speaker"]], one["start"], one["text"]) for one in utterances
    ]


if __name__ == "__main__":
    main()
