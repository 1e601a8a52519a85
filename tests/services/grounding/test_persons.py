"""Whom a statement speaks of."""

from tests.services.grounding.test_conclusions import of_memory


def test_somebody_whose_name_begins_a_sentence_may_be_meant() -> None:
    assert "other-person" not in of_memory("Partner knows; client saw the consultant.")[1]
