"""Names and medicines: said so, or by another name."""

import pytest

from services.grounding.names import is_said
from services.notes.content import Level
from tests.services.grounding.test_conclusions import of_memory


@pytest.mark.parametrize(
    ("name", "said", "is_there"),
    [
        ("callum", "call", False),
        ("callum", "calm", False),
        ("callum", "callem", True),
        ("katharine", "kathrin", True),
        ("priya", "prija", True),
    ],
)
def test_an_everyday_word_is_no_misspelt_name(name: str, said: str, is_there: bool) -> None:
    assert is_said(name, frozenset({said})) is is_there


def test_a_medicine_is_said_by_what_it_is_sold_as() -> None:
    assert of_memory("Takes lorazepam.") == (Level.SUPPORTED, [])
    assert of_memory("Takes quetiapine.")[0] is Level.CONTRADICTED
