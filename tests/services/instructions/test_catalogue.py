"""The built-in catalogue: all the types that therapists expect, complete, and no change of words without a version."""

import hashlib
import json
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from services.errors import NotFound
from services.instructions import catalogue
from services.instructions.checks import checked
from services.instructions.structure import Instruction

PINNED = tomllib.loads((Path(__file__).parent / "digests.toml").read_text())
# type: titles of its sections, in order, as the sources of the formats have them
SECTIONS = {
    "soap": "Subjective Objective Assessment Plan",
    "dap": "Data Assessment Plan",
    "birp": "Behaviour Intervention Response Plan",
    "girp": "Goal Intervention Response Plan",
    "girpp": "Goal Intervention Response Progress Plan",
    "sirp": "Situation Intervention Response Plan",
    "pirp": "Problem Intervention Response Plan",
    "mental_status_exam": "Appearance Behaviour Mood Affect Speech Thought_process Thought_content Cognition "
    "Insight Judgement",
}
CONCLUSIONS = {
    ("soap", "assessment"), ("dap", "assessment"), ("intake", "diagnosis"), ("intake", "formulation"),
    ("risk_assessment", "level"), ("mental_status_exam", "insight"), ("mental_status_exam", "judgement"),
    ("clinical_notes", "risk"), ("treatment_plan", "problem"), ("treatment_plan_review", "need"),
    ("discharge_summary", "status"), ("letter", "assessment"),
}  # fmt: skip


def every() -> list[Instruction]:
    return [catalogue.built_in(one) for one in catalogue.types()]


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def test_all_of_them_are_there() -> None:
    assert set(catalogue.types()) == {
        "clinical_notes", "soap", "dap", "birp", "girp", "girpp", "sirp", "pirp", "intake",
        "mental_status_exam", "risk_assessment", "safety_plan", "treatment_plan",
        "treatment_plan_review", "discharge_summary", "contact_note", "group_note", "couples_note",
        "supervision_note", "client_summary", "letter",
    }  # fmt: skip
    assert len(catalogue.types()) == 21
    assert catalogue.default_type() == "clinical_notes"


@pytest.mark.parametrize("instruction_type", SECTIONS)
def test_the_formats_have_their_sections_in_order(instruction_type: str) -> None:
    titles = [section.title for section in catalogue.built_in(instruction_type).sections]
    assert titles == [one.replace("_", " ") for one in SECTIONS[instruction_type].split()]


@pytest.mark.parametrize("instruction", every(), ids=lambda one: one.type)
def test_each_is_one_that_a_person_could_have_saved(instruction: Instruction) -> None:
    """Complete, within the limits, with apart keys and titles: the same check as for variants changes nothing."""
    assert checked(instruction, instruction) == instruction
    assert instruction.source == "built-in"
    assert instruction.group in catalogue.GROUPS
    assert all(section.cues for section in instruction.sections)
    for section in instruction.sections:
        assert list(section.cues) == [cue.lower() for cue in section.cues]


def test_conclusions_are_the_clinicians() -> None:
    marked = {
        (instruction.type, section.key)
        for instruction in every()
        for section in instruction.sections
        if section.is_clinicians
    }
    assert marked >= CONCLUSIONS
    titles = ("Diagnosis", "Formulation", "Assessment")
    for instruction in every():
        for section in instruction.sections:
            assert section.is_clinicians or section.title not in titles, instruction.type


def test_the_rules_hold_for_every_type() -> None:
    assert len(catalogue.rules()) == 10
    assert all(one.rules == catalogue.rules() for one in every())


def test_the_safety_plan_says_whose_steps_it_follows() -> None:
    plan = catalogue.built_in("safety_plan")
    assert [one.title[0] for one in plan.sections[:6]] == list("123456")
    assert "Stanley" in plan.attribution
    assert "Brown" in plan.attribution
    assert "not their official form" in plan.attribution


def test_an_unknown_type_names_those_that_exist() -> None:
    with pytest.raises(NotFound, match=r"clinical_notes, soap, .*letter"):
        catalogue.built_in("soup")


@pytest.mark.parametrize("instruction", every(), ids=lambda one: one.type)
def test_what_a_version_says_is_pinned(instruction: Instruction) -> None:
    """Notes record the version that they were drafted with: other words need another number, and a line here."""
    said = asdict(instruction)
    del said["rules"]
    key = f"{instruction.type}-{instruction.version}"
    assert PINNED["instructions"].get(key) == digest(said), (
        f"{instruction.type} says something else than version {instruction.version} did: raise `version` "
        f'in its file and add `{instruction.type}-<version> = "{digest(said)}"` to digests.toml'
    )


def test_what_the_rules_say_is_pinned() -> None:
    assert PINNED["rules"] == digest(catalogue.rules())
