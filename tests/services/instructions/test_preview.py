"""The preview of an instruction: the sample session, drafted by the drafter that quotes."""

from dataclasses import replace

from services.instructions import Section, preview
from services.instructions.catalogue import built_in


def test_the_sample_is_drafted_in_the_sections_asked_for() -> None:
    soap = built_in("soap")
    content = preview.preview(soap)
    assert [section.key for section in content.sections] == [one.key for one in soap.sections]
    assert content.quotes_only
    assert content.notice == ""
    spoken = {one["id"] for one in preview.sample()}
    statements = content.statements()
    assert len(statements) >= 4
    for statement in statements:
        assert {ident for one in statement.evidence for ident in one.utterances} <= spoken


def test_what_a_section_looks_for_decides_what_it_shows() -> None:
    nights = Section("nights", "Nights", "How the client sleeps.", cues=("asleep", "wake up"))
    content = preview.preview(replace(built_in("soap"), sections=(nights,)))
    assert "fall asleep before midnight" in content.sections[0].statements[0].text
