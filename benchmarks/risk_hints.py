"""Fits the weights of services/risk/hints.py to services/risk/examples, and measures them.

Each writer's examples and sessions, and each real dialogue, are scored by a fit that saw nothing of them. Printed for
some numbers of hints in an hour of sessions and dialogues, which speak of no risk: how many examples are shown, by
the lexicon alone and with hints, and how many harmless ones. Harmless examples are joined by twos and threes as well,
since else a fit learns that risk is told at length.

`python -m benchmarks.risk_hints [--write]`: `--write` writes the weights of a fit to everything.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from config import settings
from services import risk
from services.adapters.sentence_model import sentence_model
from services.risk import hints
from services.risk.phrases import CATEGORIES

ROOT = Path(__file__).parents[1]
EXAMPLES = Path(risk.__file__).with_name("examples")
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-dialogues"
EXAMPLE, JOINED, SESSION, DIALOGUE = range(4)
SOURCES = {"examples": EXAMPLE, "passages of sessions": SESSION, "of dialogues": DIALOGUE}
NONE = "none"
KINDS = (NONE, *CATEGORIES)
FOLDS = 5
LIMITS = (4.0, 8.0, 12.0)  # hints in an hour of talk without risk
CHOSEN = 8.0
MOST_READ = 0.2  # of such passages, that the sentence model is asked about
CLIENT_WORDS = 4650  # in an hour of the dialogues; sessions have no times
RARE = 3  # examples that a word must stand in
OF_WORDS, OF_MEANING = 10.0, 4.0  # inverse strengths of regularisation
WEIGHT_OF_WORDS = np.array([1.0, 1.0, 2.0, 6.0])  # of a passage of each source
WEIGHT_OF_MEANING = np.array([1.0, 1.0, 3.0, 12.0])


@dataclass(frozen=True)
class Set:
    texts: list[str]
    kinds: Any  # numbers of KINDS
    groups: Any  # the writer's or dialogue's number
    sources: Any
    owners: Any  # number of the utterance, of passages by clients in sessions and dialogues; -1
    meaning: Any  # a row of features each


def main() -> None:
    if not EVAL.is_dir():
        sys.exit(f"No dialogues in {EVAL}: there is nothing to tell ordinary talk by.")
    known, hours = _known()
    scores, of_words = np.zeros(len(known.texts)), np.zeros(len(known.texts))
    kinds = np.zeros(len(known.texts), int)
    for fold in range(FOLDS):
        held = known.groups % FOLDS == fold
        weights = _fit(known, ~held)
        where = np.flatnonzero(held)
        of_words[where] = weights.of_words([known.texts[at] for at in where])
        by_kind = known.meaning[where] @ weights.meaning[:, :-1].T + weights.meaning[:, -1]
        kinds[where] = 1 + by_kind[:, 1:].argmax(axis=1)
        scores[where] = (
            of_words[where] + np.logaddexp.reduce(by_kind[:, 1:], axis=1) - by_kind[:, 0]
        )
    near = float(np.quantile(of_words[known.owners >= 0], 1 - MOST_READ))
    scores[of_words <= near] = -np.inf
    limits = {an_hour: _limit(known, scores, an_hour * hours) for an_hour in LIMITS}
    _report(known, scores, kinds, limits, hours)
    if "--write" in sys.argv:
        _write(_fit(known, np.ones(len(known.texts), bool)), limits[CHOSEN], near)


def _known() -> tuple[Set, float]:
    """All examples, sessions and dialogues, and the hours of the latter two."""
    rows: list[tuple[str, str, int, int, int]] = []
    shuffled = random.Random(5)
    for writer, path in enumerate(sorted(EXAMPLES.glob("writer_*.txt"))):
        told = [line.split(" | ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        rows += [(text, kind, writer, EXAMPLE, -1) for kind, text in told]
        harmless = [text for kind, text in told if kind == NONE]
        for _ in range(len(harmless) // 2):
            joined = " ".join(shuffled.sample(harmless, shuffled.choice((2, 2, 3))))
            rows.append((joined, NONE, writer, JOINED, -1))
    words = 0
    for owner, (number, text, source, is_clients) in enumerate((*_sessions(), *_dialogues())):
        counts = is_clients and not risk.categories(text)
        rows += [
            (text[start:end], NONE, number, source, owner if counts else -1)
            for start, end in hints.passages(text)
        ]
        words += len(text.split()) if is_clients else 0
    texts = [row[0] for row in rows]
    kinds = np.array([KINDS.index(row[1]) for row in rows])
    columns = [np.array([row[at] for row in rows]) for at in range(2, 5)]
    return Set(texts, kinds, *columns, _meaning(texts)), words / CLIENT_WORDS


def _sessions() -> Iterator[tuple[int, str, int, bool]]:
    """What clients say in invented sessions: the writer, the text, SESSION, True."""
    for number, path in enumerate(sorted(EXAMPLES.glob("sessions_*.txt"))):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield number, line, SESSION, True


def _dialogues() -> Iterator[tuple[int, str, int, bool]]:
    """What both say in real dialogues, and whether it was the client."""
    for number, path in enumerate(sorted(EVAL.glob("*.json"))):
        for one in json.loads(path.read_text(encoding="utf-8"))["utterances"]:
            yield number, one["text"], DIALOGUE, one["speaker"] != "therapist"


def _meaning(texts: list[str]) -> Any:
    model = sentence_model(settings().weights_dir)
    batches = (texts[at : at + 256] for at in range(0, len(texts), 256))
    return np.array([hints.features(one) for batch in batches for one in model.read(batch)])


def _fit(known: Set, of: Any) -> hints.Weights:
    """The words are those of examples and sessions; dialogues only weigh them."""
    where = np.flatnonzero(of)
    texts = [known.texts[at] for at in where]
    kinds, sources = known.kinds[where], known.sources[where]
    words = hints.vectorizer(min_df=RARE)
    words.fit([text for text, source in zip(texts, sources, strict=True) if source != DIALOGUE])
    by_words = LogisticRegression(C=OF_WORDS, max_iter=3000).fit(
        words.transform(texts), kinds > 0, sample_weight=WEIGHT_OF_WORDS[sources]
    )
    by_meaning = LogisticRegression(C=OF_MEANING, max_iter=3000).fit(
        known.meaning[where], kinds, sample_weight=WEIGHT_OF_MEANING[sources]
    )
    return hints.Weights(
        words,
        np.append(by_words.coef_[0], by_words.intercept_),
        np.column_stack([by_meaning.coef_, by_meaning.intercept_]),
        CATEGORIES,
        -np.inf,
    )


def _limit(known: Set, scores: Any, most: float) -> float:
    """The score over which as many utterances of clients in sessions and dialogues are hinted at."""
    return sorted(_best(known, scores).values(), reverse=True)[round(most)]


def _best(known: Set, scores: Any) -> dict[int, float]:
    """Of each such utterance, its highest score."""
    best: dict[int, float] = {}
    for owner, score in zip(known.owners, scores, strict=True):
        if owner >= 0:
            best[owner] = max(best.get(owner, -np.inf), score)
    return best


def _report(known: Set, scores: Any, kinds: Any, limits: dict[float, float], hours: float) -> None:
    counts = (f"{(known.sources == source).sum()} {name}" for name, source in SOURCES.items())
    print(f"{', '.join(counts)}; {hours:.1f} hours of clients")
    dialogues = _best(known, np.where(known.sources == DIALOGUE, scores, -np.inf)).values()
    for an_hour, limit in limits.items():
        print(f"{an_hour:g} an hour: {sum(one > limit for one in dialogues)} in the dialogues")
    is_example = known.sources == EXAMPLE
    found = np.array([bool(risk.categories(text)) for text in known.texts])
    heads = "".join(f" with hints, {an_hour:g} an hour |" for an_hour in limits)
    print(f"\n| examples shown | lexicon |{heads}\n|---|---|{'---|' * len(limits)}")
    for number, kind in (*enumerate(KINDS[1:], 1), (-1, "**all risk**"), (0, "harmless")):
        of = is_example & (known.kinds > 0 if number < 0 else known.kinds == number)
        shares = [100 * np.mean(found[of])]
        shares += [100 * np.mean((found | (scores > limit))[of]) for limit in limits.values()]
        print(f"| {kind} ({of.sum()}) |" + "".join(f" {share:.0f} % |" for share in shares))
    hinted = is_example & (known.kinds > 0) & ~found & (scores > limits[CHOSEN])
    right = 100 * np.mean(kinds[hinted] == known.kinds[hinted])
    print(f"\nOf risk that is only hinted at, {right:.0f} % as its category.")


def _write(weights: hints.Weights, limit: float, near: float) -> None:
    words, meaning = weights.words.copy(), weights.meaning
    words[-1] -= limit
    terms = weights.vectorizer.get_feature_names_out()
    assert np.isfinite(words).all()
    assert np.isfinite(meaning).all()
    np.savez_compressed(
        hints.FILE,
        terms=np.array("\n".join(terms)),
        rarity=weights.vectorizer.idf_.astype(np.float16),
        words=words.astype(np.float32),
        meaning=meaning.astype(np.float32),
        categories=np.array("\n".join(weights.categories)),
        near=np.array(near - limit),
    )
    print(f"{hints.FILE.name}: {len(terms)} words and pairs, {hints.FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
