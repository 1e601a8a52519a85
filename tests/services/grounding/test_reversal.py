"""Does the passage say the opposite? By words where they stand, not only by words that are shared."""

import pytest

from services.adapters.sentence_model import SentenceModel
from services.grounding import reversal, score
from services.grounding.checking import Checker
from services.grounding.findings import Claim
from services.grounding.session import Session
from services.notes.content import Evidence, Statement
from tests.services.grounding.test_checking import SPEAKERS, said

TALK = [
    ("T", "Do you still see your brother?"),
    ("C", "I don't speak to him any more, but I do miss our dog."),
    ("T", "And the choir?"),
    ("C", "I love it. I was never late, not once."),
    ("T", "How do you keep off your phone at night?"),
    ("C", "By not having it in the room."),
    ("T", "Would you go back to the pool?"),
    ("C", "No."),
    ("T", "How are the afternoons?"),
    ("C", "I used to nap, two hours, every afternoon. I've cut that right out now."),
]


def claim(text: str, *lines: int) -> Claim:
    session = Session(said(TALK), SPEAKERS)
    statement = Statement("1", text, "client", (Evidence(lines),))
    return Claim(statement, "", session, session.passage(lines))


def measured(text: str, *lines: int) -> reversal.Reversal:
    found = reversal.measure(claim(text, *lines))
    assert found is not None
    return found


def codes(text: str, *lines: int) -> list[str]:
    statement = Statement("1", text, "client", (Evidence(lines),))
    checked = Checker(Session(said(TALK), SPEAKERS)).statement(statement)
    return [reason.code for reason in checked.reasons]


@pytest.mark.parametrize(
    ("true", "turned_round", "lines"),
    [
        ("Client no longer speaks to him.", "Client still speaks to him.", (2,)),
        ("Client misses her dog.", "Client does not miss her dog.", (2,)),
        ("Client loves the choir.", "Client does not love the choir.", (3, 4)),
        ("Client was never late.", "Client was late.", (4,)),
        ("Client would not go back to the pool.", "Client would go back to the pool.", (7, 8)),
    ],
)
def test_what_was_turned_round_is_found(
    true: str, turned_round: str, lines: tuple[int, ...]
) -> None:
    assert "negation" not in codes(true, *lines)
    assert codes(turned_round, *lines) == ["negation"]


def test_another_word_counts_by_how_alike_it_is() -> None:
    """ "Talks" is "speak" there, which is denied; "adores" is no word of the passage either, and is not."""
    talks, adores = measured("Client talks to him.", 2), measured("Client adores her dog.", 2)
    assert talks.against > adores.against
    assert talks.score > adores.score


def test_a_word_that_denies_by_itself_is_no_opposite() -> None:
    found = measured("Client removed the phone from the room.", 6)
    assert found.implied
    assert found.turned == 0
    assert "negation" not in codes("Client removed the phone from the room.", 5, 6)


def test_a_no_that_stands_alone_is_told() -> None:
    assert measured("Client does not see her brother.", 1).alone
    assert not measured("Client never goes to the choir.", 4).alone  # "never late"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Therapist asked about her brother.", (1,)),  # no side has a negation
        ("Client was never late, not once.", (4,)),  # as it stands there
    ],
)
def test_where_nothing_can_be_turned_no_model_is_asked(
    text: str, lines: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(SentenceModel, "read")
    assert reversal.measure(claim(text, *lines)) is None


def test_every_feature_has_its_number() -> None:
    assert len(score.fitted(reversal.FILE)["coefficients"]) == len(reversal.FEATURES)


def test_what_one_used_to_do_is_done_no_longer() -> None:
    assert codes("Client no longer naps in the afternoon.", 10) == []
    assert codes("Client still naps in the afternoon.", 10) == ["negation"]
