"""The summary of a session, for now extractive: sentences quoted verbatim, nothing concluded.

Sentences are ranked by LexRank's idea (Erkan and Radev 2004): how central each is among all, by the cosine of
tf-idf vectors; maximal marginal relevance (Carbonell and Goldstein 1998) keeps them from repeating each other.
"""

from typing import Any

AUTHOR = "extractive-1"
QUOTES = 8  # sentences of a summary
FEWEST_WORDS = 6  # a sentence that says something
TOO_SHORT = 30.0  # seconds of speech below which nothing is summarised
RELEVANCE = 0.7  # weight of centrality against novelty, the usual middle of MMR's range


def summarise(utterances: list[dict[str, Any]], speakers: list[dict[str, Any]]) -> str:
    """Up to QUOTES sentences in the order spoken, each with its place and speaker.
    Says so when there was too little speech."""
    spoken = sum(utterance["end"] - utterance["start"] for utterance in utterances)
    if spoken < TOO_SHORT:
        return "No summary: under 30 seconds of speech."
    names = {speaker["key"]: speaker["name"] for speaker in speakers}
    candidates = _worth_quoting(utterances)
    if not candidates:
        return "No summary: nothing longer than a few words was said."
    chosen = sorted(_choose([candidate["text"] for candidate in candidates]))
    quotes = [
        f"{_clock(candidates[i]['start'])} {names[candidates[i]['speaker']]}: "
        f"“{candidates[i]['text']}”"
        for i in chosen
    ]
    return "\n".join(["Quoted from the session, not interpreted:", *quotes])


def _worth_quoting(utterances: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Utterances that say something, each wording once, where it was said first."""
    first: dict[str, dict[str, Any]] = {}
    for utterance in utterances:
        if len(utterance["text"].split()) >= FEWEST_WORDS:
            first.setdefault(utterance["text"].casefold(), utterance)
    return list(first.values())


def _choose(sentences: list[str]) -> list[int]:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(sentences)
    except ValueError:  # nothing but stop words
        return list(range(min(QUOTES, len(sentences))))
    similarity: np.ndarray[Any, Any] = (vectors @ vectors.T).toarray()
    central = similarity.sum(axis=1) / max(float(similarity.sum(axis=1).max()), 1e-9)
    chosen: list[int] = []
    while len(chosen) < min(QUOTES, len(sentences)):
        repeated = similarity[:, chosen].max(axis=1) if chosen else np.zeros(len(sentences))
        score = RELEVANCE * central - (1 - RELEVANCE) * repeated
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
    return chosen


def _clock(seconds: float) -> str:
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
