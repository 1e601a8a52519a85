"""Variants: whose holds when, who may change whose, versions, and the way back."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from models.access_log import AccessLog
from models.database import sessions
from models.user import Role
from services import clients
from services.access import Actor, Via
from services.errors import Invalid, NotAllowed, NotFound, Stale
from services.instructions import Instruction, Section, variants
from services.instructions.catalogue import built_in, rules, types
from tests.people import People, enrol

SOAP = built_in("soap")


def own(title: str, base: Instruction = SOAP) -> Instruction:
    return replace(base, title=title)


def client_of(actor: Actor) -> int:
    return clients.create_client(actor, "Nora Feldt")


def test_the_most_particular_one_holds(people: People) -> None:
    alice, nora, otto = people.alice, client_of(people.alice), client_of(people.alice)

    def held(client_id: int | None = None) -> tuple[str, str]:
        found = variants.effective(alice, "soap", client_id=client_id)
        return found.source, found.title

    assert held() == held(nora) == ("built-in", "SOAP")
    variants.publish(people.adam, own("The clinic's"))
    assert held() == held(nora) == ("clinic", "The clinic's")
    variants.save_variant(alice, own("Mine"))
    assert held() == held(nora) == ("own", "Mine")
    variants.save_variant(alice, own("Nora's"), client_id=nora)
    assert held() == held(otto) == ("own", "Mine")
    assert held(nora) == ("client", "Nora's")
    assert variants.effective(alice, "dap").source == "built-in"
    assert variants.effective(people.bob, "soap").title == "The clinic's"


def test_the_worker_gets_what_the_therapist_would(sqlite_people: People) -> None:
    nora = client_of(sqlite_people.alice)
    variants.save_variant(sqlite_people.alice, own("Nora's"), client_id=nora)
    worker = replace(sqlite_people.alice, via=Via.WORKER)
    assert variants.effective(worker, "soap", client_id=nora).title == "Nora's"


def test_who_may_ask_for_whose(people: People) -> None:
    alice = people.alice
    nora = client_of(alice)
    variants.save_variant(alice, own("Mine"))
    variants.save_variant(alice, own("Nora's"), client_id=nora)

    def held(actor: Actor, **more: int) -> str:
        return variants.effective(actor, "soap", user_id=alice.user_id, **more).title

    assert held(alice) == held(people.sam) == held(people.adam) == "Mine"
    assert held(people.sam, client_id=nora) == "Nora's"
    assert held(people.adam, client_id=nora) == "Mine"  # what describes a client stays out
    for actor in (people.bob, enrol("sven", Role.SUPERVISOR)):
        with pytest.raises(NotFound):
            held(actor)
    with pytest.raises(NotAllowed):
        held(people.dora)
    with pytest.raises(NotFound):
        variants.effective(people.adam, "soap", user_id=4711)
    with pytest.raises(NotFound):
        variants.effective(people.bob, "soap", client_id=nora)


def test_an_unknown_type_names_those_that_exist(sqlite_people: People) -> None:
    with pytest.raises(NotFound, match="There are: clinical_notes, soap"):
        variants.effective(sqlite_people.alice, "soup")


def test_the_catalogue_says_what_is_in_use(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = client_of(alice)
    variants.save_variant(alice, own("Mine"))
    for_nora = variants.save_variant(alice, own("Nora's", built_in("dap")), client_id=nora)
    found = {entry.instruction.type: entry for entry in variants.catalogue(alice)}
    assert tuple(found) == types()
    assert found["soap"].instruction.title == "Mine"
    assert found["dap"].instruction.source == "built-in"
    (one,) = found["dap"].clients
    assert (one.client, one.instruction_id) == ("Nora Feldt", for_nora.instruction_id)
    assert all(
        entry.instruction.source == "built-in" for entry in variants.catalogue(sqlite_people.sam)
    )


def test_versions_and_the_way_back(people: People) -> None:
    alice = people.alice
    first = variants.save_variant(alice, own("First"))
    second = variants.save_variant(alice, own("Second", first), read_version=1)
    ident = second.instruction_id
    assert ident is not None
    assert (first.version, second.version, first.instruction_id) == (1, 2, ident)
    variants.go_back(alice, ident, version=1)
    assert variants.effective(alice, "soap").title == "First"
    assert [(one.number, one.author) for one in variants.versions(alice, ident)] == [
        (3, "Alice"), (2, "Alice"), (1, "Alice"),
    ]  # fmt: skip
    assert variants.read_variant(alice, ident, version=2).title == "Second"
    with pytest.raises(NotFound):
        variants.go_back(alice, ident, version=9)
    variants.go_back(alice, ident)
    assert variants.effective(alice, "soap").source == "built-in"
    with pytest.raises(NotFound):
        variants.versions(alice, ident)
    assert variants.save_variant(alice, own("Again")).version == 1


def test_two_windows_do_not_overwrite_each_other(people: People) -> None:
    variants.save_variant(people.alice, own("First"))
    with pytest.raises(Stale):
        variants.save_variant(people.alice, own("From a window that knew of none"))
    variants.save_variant(people.alice, own("Second"), read_version=1)
    with pytest.raises(Stale):
        variants.save_variant(
            people.alice, own("From a window that knew the first"), read_version=1
        )
    assert variants.effective(people.alice, "soap").title == "Second"


def test_only_its_owner_changes_a_variant(sqlite_people: People) -> None:
    alice, sam, adam = sqlite_people.alice, sqlite_people.sam, sqlite_people.adam
    mine = variants.save_variant(alice, own("Mine")).instruction_id
    clinics = variants.publish(adam, own("The clinic's")).instruction_id
    assert mine is not None
    assert clinics is not None
    for actor, ident in ((sam, mine), (adam, mine), (alice, clinics)):
        with pytest.raises(NotAllowed):
            variants.go_back(actor, ident)
    with pytest.raises(NotFound):
        variants.go_back(sqlite_people.bob, mine)
    with pytest.raises(NotAllowed):
        variants.publish(alice, own("Everyone's"))
    with pytest.raises(NotAllowed):
        variants.save_variant(adam, own("Mine"))
    variants.go_back(adam, clinics)
    assert variants.effective(sqlite_people.bob, "soap").source == "built-in"


def test_what_nobody_may_take_away_is_put_back(sqlite_people: People) -> None:
    bare = [replace(section, is_clinicians=False) for section in SOAP.sections]
    wanted = replace(
        SOAP,
        sections=tuple(bare),
        rules=("Mention  the interpreter.",),
        attribution="",
        group="other",
    )
    saved = variants.save_variant(sqlite_people.alice, wanted)
    assert saved.rules == (*rules(), "Mention the interpreter.")
    assert next(one for one in saved.sections if one.key == "assessment").is_clinicians
    assert saved.group == "progress"
    assert variants.effective(sqlite_people.alice, "soap") == saved


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": " "}, "The title is empty"),
        ({"title": "x" * 81}, "The title has 81 characters. 80 are possible"),
        ({"sections": ()}, "between 1 and 30 sections"),
        ({"sections": SOAP.sections * 8}, "between 1 and 30 sections"),
        ({"sections": (*SOAP.sections, SOAP.sections[0])}, "Sections 1 and 5 have the same name"),
        ({"sections": (Section("", "Plan ", ""),)}, "Section 1: what belongs there is empty"),
        ({"sections": (Section("No Key", "Plan", "x"),)}, "Section 1 has a key"),
        ({"sections": (Section("", "A", "x", cues=("y" * 61,)),)}, "up to 400 cues of 60"),
        ({"style": replace(SOAP.style, length="endless")}, "The length can be short, medium, long"),
        ({"style": replace(SOAP.style, language="xx")}, "language by its code"),
        ({"rules": tuple(f"Rule {n}" for n in range(21))}, "Up to 20 rules"),
    ],
)
def test_what_cannot_be_kept_is_said(
    sqlite_people: People, change: dict[str, object], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        variants.save_variant(sqlite_people.alice, replace(SOAP, **change))  # type: ignore[arg-type]
    assert variants.effective(sqlite_people.alice, "soap").source == "built-in"


def test_new_sections_get_keys(sqlite_people: People) -> None:
    sections = (*SOAP.sections, Section("", "Homework & plan!", "x"), Section("", "再会", "y"))
    saved = variants.save_variant(sqlite_people.alice, replace(SOAP, sections=sections))
    assert [one.key for one in saved.sections[-2:]] == ["homework_plan", "section_6"]


def test_nothing_of_it_is_readable_in_the_database_and_all_of_it_is_logged(people: People) -> None:
    nora = client_of(people.alice)
    variants.save_variant(people.alice, own("Nora is fond of tangerines"), client_id=nora)
    variants.effective(people.alice, "soap", client_id=nora)
    with sessions()() as session:
        kept = session.execute(text("select content from instruction_versions")).scalars().all()
        assert kept
        assert "tangerines" not in str(kept)
        rows = session.scalars(
            select(AccessLog)
            .where(AccessLog.action.startswith("instruction:"))
            .order_by(AccessLog.id)
        ).all()
        assert [(row.action, row.outcome, row.client_id) for row in rows] == [
            ("instruction:write", "done", nora),
            ("instruction:read", "done", nora),
        ]
        assert rows[1].detail == "type=soap"
