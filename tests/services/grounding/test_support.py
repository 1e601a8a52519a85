"""How well a passage carries a paraphrase, and whom it speaks of."""

import numpy as np
import pytest

from services.grounding import coverage, likeness, score, sentences, support
from services.grounding.checking import Checker
from services.grounding.findings import Claim
from services.grounding.session import Session
from services.notes.content import Evidence, Level, Statement
from tests.services.grounding import planted
from tests.services.grounding.test_checking import SPEAKERS, said

TALK = [
    ("T", "What did the physician say about the tablets?"),
    ("C", "She put me up to twenty milligrams. I've been dizzy ever since."),
    ("T", "And your mum?"),
    ("C", "Mum rang every night. She's been a rock, honestly."),
    ("T", "How is the allotment?"),
    ("C", "I dug two beds and planted the garlic. It got me out of the house."),
    ("T", "Did the bus stop worry you?"),
    ("C", "We did two stops, Camden to Euston. They offered a refund but I've not used it."),
    ("T", "Any drinking at the weekend?"),
    ("C", "I had a beer on Friday and then four more on Saturday."),
]


def level(text: str, *lines: int) -> tuple[Level, list[str]]:
    one = Checker(Session(said(TALK), SPEAKERS)).statement(
        Statement("1", text, "client", (Evidence(lines),))
    )
    return one.level, [reason.code for reason in one.reasons]


def measured(text: str, *lines: int) -> support.Support:
    session = Session(said(TALK), SPEAKERS)
    claim = Claim(
        Statement("1", text, "client", (Evidence(lines),)), "", session, session.passage(lines)
    )
    return coverage.beside(claim, coverage.Weights(session)).support()


def test_alike_words_point_the_same_way() -> None:
    doctor, physician, garlic, unknown = likeness.vectors(
        ["doctor", "physician", "garlic", "zzxqv"]
    )
    assert doctor @ physician > 0.5 > doctor @ garlic
    assert not unknown.any()
    assert np.linalg.norm(doctor) == pytest.approx(1.0, abs=1e-3)


def test_a_paraphrase_fits_its_own_passage_better_than_another() -> None:
    text = "Gardening offered an occasion to leave home."
    here, elsewhere = measured(text, 5, 6), measured(text, 9, 10)
    assert here.score > 0 > elsewhere.score
    assert here.margin > 0 > elsewhere.margin
    assert measured("Client planted garlic in her garden.", 10).place == 5


def test_what_is_verbatim_asks_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(sentences, "sentence_model", none)
    assert level("Client planted the garlic in the beds.", 6) == (Level.SUPPORTED, [])
    with pytest.raises(AssertionError, match="asked"):
        level("Client planted the garlic in the beds.", 10)
    with pytest.raises(AssertionError, match="asked"):
        level("Gardening offered an occasion to leave home.", 6)


def test_words_of_the_lines_in_another_place_are_no_proof() -> None:
    found = level("Client planted the garlic in the beds.", 10)
    assert found == (Level.CHECK, ["better-elsewhere"])


def test_every_feature_has_its_number() -> None:
    assert len(score.fitted(support.FILE)["coefficients"]) == len(support.FEATURES)


@pytest.mark.parametrize(
    "text",
    [
        "Her mother phoned nightly.",
        "Client was told by her mother to hold on to hope.",
    ],
)
def test_the_same_person_in_another_word_is_no_other(text: str) -> None:
    assert "other-person" not in level(text, 3, 4)[1]


def test_somebody_else_is_amber() -> None:
    assert level("Her brother phoned every night.", 4) == (Level.CHECK, ["other-person"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Client drank five beers.", (9, 10)),
        ("Client drank on two days.", (9, 10)),
        ("Client did two stops from Camden to Euston.", (7, 8)),
        ("Client has not used the refund that was offered.", (7, 8)),
    ],
)
def test_what_adds_up_passes(text: str, lines: tuple[int, ...]) -> None:
    assert level(text, *lines) == (Level.SUPPORTED, [])


def test_what_does_not_add_up_is_red() -> None:
    assert level("Client drank six beers.", 9, 10)[0] is Level.CONTRADICTED
    assert level("Client drank on three days.", 9, 10)[0] is Level.CONTRADICTED


def test_parts_of_the_planted_set_share_no_passage() -> None:
    """The paraphrases are other statements about dialogues of `tuning`; what is kept aside has its own."""
    seen = {name for half in planted.SEEN for name in planted.told(half)}
    unread = [set(planted.told(half)) for half in ("kept_aside", *planted.FRESH)]
    assert all(unread)
    assert len(seen.union(*unread)) == len(seen) + sum(len(names) for names in unread)
