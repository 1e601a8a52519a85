"""What may hint at risk: how much of it is found by writers that nothing was fitted to, and where it is shown."""

import pytest

from services import risk
from services.adapters import sentence_model
from services.risk import hints
from services.risk.phrases import CATEGORIES
from tests.services.risk.listed import lines
from tests.services.risk.test_finding import SPEAKERS, UNNAMED, said

ORDER = "I gave my dog to my sister, she'll look after him better than I ever could."
BUS = "The bus was late again and I missed half of the lesson."


def found(*talk: tuple[str, str]) -> list[tuple[int, str]]:
    """The utterance and the words of every hint."""
    session = said(*talk)
    mentions, _ = risk.find(session, SPEAKERS)
    return [(one.utterance, one.words) for one in risk.find_hints(session, SPEAKERS, mentions)]


def shown(phrases: list[str]) -> int:
    """How many the lexicon finds or a hint is seen in."""
    guessed = hints.guess(phrases)
    return sum(
        bool(risk.categories(phrase)) or (guess is not None and guess.score > 0)
        for phrase, guess in zip(phrases, guessed, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "least", "by_lexicon"),
    [("oblique_2026_11_29", 118, 67), ("fresh_2026_11_29", 64, 49), ("fresh_2026_11_28", 15, 8)],
)
def test_far_more_is_shown_than_the_lexicon_finds(name: str, least: int, by_lexicon: int) -> None:
    phrases = [line.split(" | ", 1)[1] for line in lines(name)]
    assert sum(bool(risk.categories(one)) for one in phrases) == by_lexicon
    assert shown(phrases) >= least


def test_little_of_what_is_harmless_is_hinted_at() -> None:
    harmless = lines("harmless_oblique_2026_11_29")
    by_lexicon = sum(bool(risk.categories(one)) for one in harmless)
    assert shown(harmless) <= by_lexicon + 14  # of 302
    flat = lines("harmless_flat_2026_11_29")
    assert shown(flat) <= sum(bool(risk.categories(one)) for one in flat) + 14  # of 331
    sessions = lines("sessions_2026_11_29")
    by_lexicon = sum(bool(risk.categories(one)) for one in sessions)
    assert shown(sessions) <= by_lexicon + 11  # of 423, nearly two hours of clients


def test_a_hint_is_the_passage_and_its_second() -> None:
    session = said(("S2", f"{BUS} {ORDER}"))
    session[0]["words"] = [
        (word, 10.0 + at, 10.5 + at, 1.0) for at, word in enumerate(str(session[0]["text"]).split())
    ]
    (hint,) = risk.find_hints(session, SPEAKERS, ())
    assert (hint.words, hint.at, hint.by) == (ORDER, 22.0, "client")
    assert hint.category in CATEGORIES


def test_the_therapist_hints_at_nothing_and_whoever_is_unnamed_may() -> None:
    assert found(("S1", ORDER), ("S2", BUS)) == []
    assert found(("S2", ORDER)) == [(1, ORDER)]
    assert risk.find_hints(said(("S1", ORDER)), UNNAMED, ())


def test_what_is_mentioned_is_no_hint() -> None:
    assert found(("S2", f"I want to kill myself. {ORDER}")) == []


def test_one_hint_an_utterance_in_the_order_of_the_session() -> None:
    talk = found(("S2", f"{ORDER} {ORDER}"), ("S1", "Go on."), ("S2", ORDER))
    assert [utterance for utterance, _ in talk] == [1, 3]


@pytest.mark.parametrize(
    "text", ["", "Yes.", "Mm-hmm.", "Jeg ga bort hunden min til søsteren min i går."]
)
def test_nothing_short_and_no_other_language(text: str) -> None:
    assert found(("S2", text)) == []


def test_ordinary_talk_does_not_ask_the_sentence_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def loaded(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(hints, "sentence_model", loaded)
    assert found(("S2", "We had pasta for dinner and watched the football.")) == []
    with pytest.raises(AssertionError, match="asked"):
        found(("S2", ORDER))


def test_passages_are_sentences_pairs_of_them_and_pieces_of_long_ones() -> None:
    text = "Oh. I do. I wrote all of the letters. " + "and then " * 45
    cut = [text[start:end].strip() for start, end in hints.passages(text)]
    assert cut[0] == "I wrote all of the letters."
    assert "I do. I wrote all of the letters." in cut
    assert all(hints.SHORTEST <= len(one.split()) <= hints.LONGEST for one in cut)
    assert "".join(cut[1:4]).split().count("and") >= 43
    assert list(hints.passages("")) == []


def test_the_file_fits_the_code() -> None:
    weights = hints.fitted()
    assert weights.categories == CATEGORIES
    assert weights.meaning.shape == (1 + len(CATEGORIES), 2 * 384 + 1)
    assert len(weights.words) == len(weights.vectorizer.vocabulary_) + 1
    assert sentence_model.LONGEST > 4 * hints.LONGEST
