"""How long does a draft take offline, what does it quote, and who is taken for the therapist?

Time: `drafting.compose` with the quoting drafter, grounding and risk mentions, every type of the catalogue in turns;
once in a process of its own with all that has to be loaded. Beside it the bare library: tf-idf of the same lines.
Roles: share of whole dialogues, and of windows of twenty utterances of them, in which the therapist is found.
Dialogues are real counselling (AnnoMI); without them the project's own serve, and roles are not measured.

`python benchmarks/drafting.py`
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from services.drafting import compose
from services.instructions import catalogue
from services.notes.content import Level
from services.speakers import roles

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-dialogues"
RUNS = int(os.environ.get("RUNS", "7"))
MINUTES, HOURS = 50, 4
MOST = 3.0  # seconds for the 50 minutes
WORDS_A_SECOND = 2.5  # of calm speech
WINDOW = 20  # utterances
NOTE = "clinical_notes"

Said = Sequence[tuple[str, str]]  # (therapist or client, text)


def main() -> None:
    if sys.argv[1:] == ["cold"]:
        _compose(_lasting(_dialogues(), 60 * MINUTES), NOTE)
        return
    dialogues = _dialogues()
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n")
    print("| figure | Verbatim | beside it | target | |\n|---|---|---|---|---|")
    _time(_lasting(dialogues, 60 * MINUTES), f"{MINUTES} minutes", MOST)
    _time(_lasting(dialogues, 3600 * HOURS), f"{HOURS} hours", None)
    _cold()
    _supported(dialogues)
    if EVAL.is_dir():
        _roles(dialogues)
    else:
        print(f"\nNo evaluation dialogues in {EVAL}: roles not measured.")


def _dialogues() -> list[Said]:
    if EVAL.is_dir():
        files = [json.loads(path.read_text()) for path in sorted(EVAL.glob("*.json"))]
        return [[(one["speaker"], one["text"]) for one in file["utterances"]] for file in files]
    kinds = {"T": "therapist"}
    own = json.loads((ROOT / "demo" / "dialogues.json").read_text())
    return [[(kinds.get(who, "client"), text) for who, text in said] for said in own.values()]


def _lasting(dialogues: Sequence[Said], seconds: float) -> list[dict[str, Any]]:
    """Dialogues one after the other until the time is over."""
    out: list[dict[str, Any]] = []
    everything = [turn for said in dialogues for turn in said]
    at = 0.0
    while at < seconds:
        who, text = everything[len(out) % len(everything)]
        long = max(len(text.split()), 1) / WORDS_A_SECOND
        out.append(_utterance(len(out), who, at, at + long, text))
        at += long + 0.3
    return out


def _utterance(ident: int, who: str, start: float, end: float, text: str) -> dict[str, Any]:
    words = [[word, start, end, 0.95] for word in text.split()]
    return {"id": ident, "speaker": who, "start": start, "end": end, "text": text, "words": words}


SPEAKERS = [{"key": who, "name": who.title(), "role": who} for who in ("therapist", "client")]


def _compose(said: list[dict[str, Any]], kind: str) -> Any:
    return compose(catalogue.built_in(kind), said, SPEAKERS, drafter="extractive")


def _time(said: list[dict[str, Any]], what: str, most: float | None) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    product: list[float] = []
    library: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        _compose(said, NOTE)
        product.append(time.perf_counter() - began)
        began = time.perf_counter()
        vectors = TfidfVectorizer(stop_words="english").fit_transform([one["text"] for one in said])
        (vectors @ vectors.T).sum()
        library.append(time.perf_counter() - began)
    words = sum(len(one["words"]) for one in said)
    target = f"≤ {most:g} s | {_verdict(median(product) <= most)}" if most else "— | "
    print(
        f"| note of {what} ({words:,} words, {len(said):,} utterances), median of {RUNS} "
        f"| {median(product):.2f} s | tf-idf alone: {median(library):.2f} s | {target} |"
    )


def _cold() -> None:
    product = [_spent([__file__, "cold"]) for _ in range(3)]
    library = [_spent(["-c", "import sklearn.feature_extraction.text"]) for _ in range(3)]
    print(
        f"| the same {MINUTES} minutes in a new process, median of 3, processor time "
        f"| {median(product):.2f} s | loading scikit-learn: {median(library):.2f} s | — | |"
    )


def _spent(arguments: list[str]) -> float:
    """Processor seconds of a Python of its own: wall time would be that of whatever else runs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _supported(dialogues: Sequence[Said]) -> None:
    """A draft that only quotes must pass the grounding as it is."""
    statements = flagged = 0
    for said in dialogues:
        session = _lasting([said], sum(len(text.split()) for _, text in said) / WORDS_A_SECOND)
        for kind in catalogue.types():
            for one in _compose(session, kind).statements():
                statements += 1
                flagged += one.level is not Level.SUPPORTED
    print(
        f"| quotations that the grounding flags, all {len(catalogue.types())} types × {len(dialogues)} "
        f"dialogues | {flagged} of {statements:,} | — | 0 | {_verdict(not flagged)} |"
    )


def _roles(dialogues: Sequence[Said]) -> None:
    whole = [_is_right(said) for said in dialogues]
    windows = [
        _is_right(said[at : at + WINDOW])
        for said in dialogues
        for at in range(0, max(len(said) - WINDOW, 1), WINDOW // 2)
    ]
    print(
        f"| therapist found, whole dialogues | {sum(whole)} of {len(whole)} | chance: half | — | |"
    )
    print(
        f"| therapist found, windows of {WINDOW} utterances | {sum(windows)} of {len(windows)} "
        "| chance: half | — | |"
    )


def _is_right(said: Said) -> bool:
    keys = {"therapist": "S1", "client": "S2"}
    spoken = [
        _utterance(number, keys[who], number, number + 1, text)
        for number, (who, text) in enumerate(said)
    ]
    found = roles(spoken, [{"key": "S1", "name": "Speaker 1"}, {"key": "S2", "name": "Speaker 2"}])
    return found == {"S1": "therapist", "S2": "client"}


def _verdict(met: bool) -> str:
    return "met" if met else "missed"


if __name__ == "__main__":
    main()
