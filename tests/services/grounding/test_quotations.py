"""Quotations in the reasons that are given."""

from tests.services.grounding.test_checking import judged


def test_a_reason_names_the_beginning_of_a_long_quotation() -> None:
    short = "I never slept that week"
    (named,) = judged(f"Client said: “{short}”", 2).reasons
    assert named.text == f"“{short}” is not word for word in the passage it cites."
    (named,) = judged(f"Client said: “{', '.join([short] * 6)}”", 2).reasons
    assert named.code == "quote-not-verbatim"
    assert named.text.startswith(f"“{short}, {short}")
    assert " …” is not word for word" in named.text
    assert len(named.text) < 140
