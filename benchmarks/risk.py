"""How many phrases that speak of risk does the lexicon find, how often is it wrong, how long does it take?

Phrases of tests/services/risk/phrases: `tuning`, `widened` and `families` were used to widen the lexicon; `kept_aside`
was written when it was frozen, run once, and looked at since; `held_out_…` and `fresh_…` were run before and after a
change and are not for tuning (docs/clinical-safety.md has these runs). False alarms are counted in everyday sentences
(`narrowed` was used to narrow the lexicon), and per hour in the evaluation dialogues, which speak of no risk.

`python -m benchmarks.risk [--show]`; `--show` prints what was missed in `tuning` and `families`, and the false alarms
but those of lists that are not for tuning.
"""

import json
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services import risk
from services.risk.hints import guess
from services.risk.phrases import phrases
from tests.services.risk.listed import PHRASES, lines

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-dialogues"
SESSIONS = "sessions_2026_11_29"
NOT_FOR_TUNING = (
    "held_out_2026_11_28",
    "fresh_2026_11_28",
    "fresh_2026_11_29",
    "oblique_2026_11_29",
)
HARMLESS_NOT_FOR_TUNING = (
    "harmless_2026_11_28",
    "harmless_fresh_2026_11_28",
    "harmless_fresh_2026_11_29",
    "harmless_oblique_2026_11_29",
    "harmless_flat_2026_11_29",
    SESSIONS,
)
SPEAKERS = [
    {"key": "therapist", "name": "Speaker 1", "role": "therapist"},
    {"key": "client", "name": "Speaker 2", "role": "client"},
]


def main() -> None:
    for half in ("tuning", "widened", "kept_aside", "families", *NOT_FOR_TUNING):
        if (PHRASES / f"{half}.txt").is_file():
            _recall(half)
    for name in ("everyday", "narrowed", *HARMLESS_NOT_FOR_TUNING):
        _everyday(name)
    if EVAL.is_dir():
        _dialogues()
    else:
        print(f"No dialogues in {EVAL}: false alarms per hour and speed not measured.")


def _recall(half: str) -> None:
    found: defaultdict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    told = [line.split(" | ", 1) for line in lines(half)]
    hinted = _is_hinted([phrase for _, phrase in told])
    for (category, phrase), is_hinted in zip(told, hinted, strict=True):
        seen = risk.categories(phrase)
        found[category].append((bool(seen), category in seen, bool(seen) or is_hinted))
        if not seen and "--show" in sys.argv and half in ("tuning", "families"):
            print("missed:", category, phrase)
    print(f"\n| {half} | found | as its category | or hinted at |\n|---|---|---|---|")
    everything = [one for several in found.values() for one in several]
    for category, several in (*found.items(), ("**all**", everything)):
        counts = (f"{sum(one[at] for one in several)}/{len(several)}" for at in range(3))
        print(f"| {category} | {' | '.join(counts)} |")


def _is_hinted(phrases: list[str]) -> list[bool]:
    return [found is not None and found.score > 0 for found in guess(phrases)]


def _everyday(name: str) -> None:
    phrases = lines(name)
    alarms = [phrase for phrase in phrases if risk.categories(phrase)]
    hinted = [
        phrase
        for phrase, is_hinted in zip(phrases, _is_hinted(phrases), strict=True)
        if is_hinted and phrase not in alarms
    ]
    print(
        f"\nEveryday sentences, {name}: {len(alarms)} of {len(phrases)} shown, {len(hinted)} more hinted at."
    )
    if "--show" in sys.argv and name not in HARMLESS_NOT_FOR_TUNING:
        print(*alarms, *hinted, sep="\n")


def _dialogues() -> None:
    read = [
        json.loads(path.read_text(encoding="utf-8"))["utterances"]
        for path in sorted(EVAL.glob("*.json"))
    ]
    sessions = [
        [
            {"id": at, "speaker": one["speaker"], "start": one["start"], "text": one["text"]}
            for at, one in enumerate(told)
        ]
        for told in read
    ]
    count = sum(len(session) for session in sessions)
    hours = sum(session[-1]["start"] - session[0]["start"] for session in sessions) / 3600
    alarms = [mention for session in sessions for mention in risk.find(session, SPEAKERS)[0]]
    print(
        f"\nDialogues: {len(alarms)} mentions in {hours:.1f} hours, {len(alarms) / hours:.1f} an hour,"
        f" {len(alarms) / count * 1000:.0f} in 1000 of {count} utterances."
    )
    hinted = [
        hint
        for session in sessions
        for hint in risk.find_hints(session, SPEAKERS, risk.find(session, SPEAKERS)[0])
    ]
    print(f"{len(hinted)} hints besides; their weights were fitted to these dialogues too.")
    if "--show" in sys.argv:
        print(*(f"{one.category}: {one.words[:110]}" for one in (*alarms, *hinted)), sep="\n")
    _speed([line for session in sessions for line in session])


def _speed(said: list[dict[str, Any]]) -> None:
    phrases()
    wanted = said[:1500]
    _timed(f"mentions of {len(wanted)} utterances", lambda: risk.find(wanted, SPEAKERS))
    clients = [  # that no weight was fitted to: what is known to be harmless is not read
        {"id": at, "speaker": "client", "start": float(at), "text": text}
        for at, text in enumerate(lines(SESSIONS))
    ]
    words = sum(len(one["text"].split()) for one in clients)
    mentions, _ = risk.find(clients, SPEAKERS)
    risk.find_hints(clients, SPEAKERS, mentions)
    _timed(
        f"hints of {words} words of clients",
        lambda: risk.find_hints(clients, SPEAKERS, mentions),
    )


def _timed(name: str, deed: Callable[[], object]) -> None:
    taken = []
    for _ in range(7):
        began = time.process_time()
        deed()
        taken.append((time.process_time() - began) * 1000)
    print(f"{name}: {statistics.median(taken):.0f} ms of processor time (median of {len(taken)})")


if __name__ == "__main__":
    main()
