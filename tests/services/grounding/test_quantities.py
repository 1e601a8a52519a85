"""What is counted, in its many spellings."""

import pytest

from services.grounding.quantities import quantities


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fifty milligrams", "50 mg"),
        ("two fifty milligrams", "250 mg"),
        ("0.5 grams", "500 milligrams"),
        ("a couple of days", "2 days"),
        ("fourteen days", "two weeks"),
        ("a fortnight", "two weeks"),
        ("a year and a half", "18 months"),
        ("half an hour", "30 minutes"),
        ("nineteen ninety-eight", "1998"),
        ("half past six", "6:30"),
        ("twice a week", "two times a week"),
        ("seventeen years old", "a 17-year-old"),
        ("eighty per cent", "80 %"),
        ("four hundred quid", "£400"),
        ("the seventies", "the 1970s"),
        ("six", "six weeks"),  # an answer to "how many weeks"
        ("half eleven", "11:30"),
        ("up at half eleven", "23:30"),
        ("quarter to one", "12:45"),
        ("at ten to nine", "8:50"),
        ("five past two", "2:05"),
        ("two in the afternoon", "14:00"),
        ("thirty-odd years", "30 years"),
        ("eight weeks", "2 months"),
        ("a nine-year-old", "9 years"),
        ("thirty-one years", "three decades"),
        ("twenty-nine years", "three decades"),
    ],
)
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert quantities(other)[0].agrees(quantities(one)[0])
    assert quantities(one)[0].agrees(quantities(other)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two years", "2 days"),
        ("50 mg", "50 g"),
        ("five hours", "five days"),
        ("three", "four"),
        ("$20", "20 %"),
        ("half eleven", "11:00"),
        ("two hours", "14:00"),
        ("two kids", "14:00"),
        ("two weeks", "2 pm"),
        ("half 10 mg", "10:30"),
        ("two weeks", "2 months"),
        ("twelve weeks", "2 months"),
        ("forty years", "three decades"),
        ("thirty-one days", "three decades"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    assert not quantities(one)[0].agrees(quantities(other)[0])


def test_a_pronoun_is_no_number() -> None:
    assert not any(found.is_exact for found in quantities("No one knows, and one of them left."))
    assert quantities("wait a second") == ()


def test_scales_can_be_left_out() -> None:
    assert [found.value for found in quantities("7 out of 10", with_scales=False)] == [7]
    assert [found.value for found in quantities("7 out of 10")] == [7, 10]


def test_a_range_is_no_time() -> None:
    assert [one.value for one in quantities("from ten to twelve people")] == [10, 12]
    assert [one.value for one in quantities("five to ten minutes")] == [5, 10]
    assert [one.value for one in quantities("About five to ten.")] == [5, 10]
