"""What is shown needlessly, what hides nothing, and what is shown as a denial."""

import pytest

from services import risk

CLIENT = [{"key": "S2", "name": "Speaker 2", "role": "client"}]


def mentions(text: str) -> dict[str, bool]:
    """The kinds of risk a client's sentence is shown with, and whether as a denial."""
    told = [{"id": 1, "speaker": "S2", "start": 0.0, "text": text, "words": []}]
    return {one.category: one.is_negated for one in risk.find(told, CLIENT)[0]}


@pytest.mark.parametrize(
    "text",
    [
        "Hot in the face.",
        "The last day.",
        "She called me last night.",
        "It hurt in the body.",
        "He told me to come here.",
        "I've had enough tests.",
        "I'm dying to see it.",
        "We were killing time.",
        "My back is killing me.",
        "I could murder a coffee.",
        "I hit traffic on the way.",
        "It hit me that I had forgotten the milk.",
        "I jumped at the chance.",
        "I nearly died of embarrassment.",
        "The nurse put a needle in my arm.",
        "I didn't wake up until nine.",
        "There's no point ringing before nine.",
        "I wrote a letter to the council.",
        "I'm done with the washing up.",
        "I can't go on Friday, I'm working.",
        "It's a real stabbing feeling.",
        "Tell me a bit about what now and again means, and how often.",
    ],
)
def test_a_figure_of_speech_is_not_shown(text: str) -> None:
    assert mentions(text) == {}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("At the end of the day I want to die.", "suicide"),
        ("I jumped in my car to go and end it.", "suicide"),
        ("I'm dying to see you, and then I want to kill myself.", "suicide"),
        ("I jumped off the bridge.", "suicide"),
        ("I hurt my back but I want to be dead.", "suicide"),
        ("This is my last day.", "suicide"),
        ("Let this be the last night.", "suicide"),
        ("He told me to hurt her.", "harm-to-others"),
        ("I put something hot on my arm.", "self-harm"),
        ("I want to hurt my body.", "self-harm"),
    ],
)
def test_a_figure_of_speech_hides_nothing_beside_it(text: str, category: str) -> None:
    assert category in mentions(text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I did not want to hurt myself.", "self-harm"),
        ("I didn't, you know, want to hurt myself.", "self-harm"),
        ("I did not, um, want to hurt myself.", "self-harm"),
        ("He never hit me.", "abuse"),
        ("I don't want to kill myself, or end my life.", "suicide"),
        ("I am not suicidal, but I hate it here.", "suicide"),
    ],
)
def test_a_denial_is_shown_as_one(text: str, category: str) -> None:
    assert mentions(text)[category] is True


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I can't stop hurting myself.", "self-harm"),
        ("I can't stop thinking about killing myself.", "suicide"),
        ("I don't know if I want to die.", "suicide"),
        ("Nobody knows I cut myself.", "self-harm"),
        ("I never told anyone he hit me.", "abuse"),
        ("I don't want to live.", "suicide"),
        ("I didn't want to hurt myself, but I cut my arms.", "self-harm"),
        ("I have no plans to end my life. Sometimes I want to die.", "suicide"),
    ],
)
def test_what_denies_something_else_is_no_denial(text: str, category: str) -> None:
    assert mentions(text)[category] is False


def test_the_words_shown_are_those_that_are_not_denied() -> None:
    told = [{"id": 1, "speaker": "S2", "start": 0.0, "text": "I'm not suicidal. I want to die."}]
    assert [one.words for one in risk.find(told, CLIENT)[0]] == ["I want to die."]
