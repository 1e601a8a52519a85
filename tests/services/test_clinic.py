"""The clinic's settings: who may read and change them, and what they may be."""

from dataclasses import replace

import pytest

from services import clinic
from services.access import Via
from services.errors import Invalid, NotAllowed
from services.processing import stored
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks


def test_everyone_reads_the_administrator_changes(people: People) -> None:
    assert clinic.read(people.alice) == clinic.ClinicSettings("", ())
    clinic.change(
        people.adam, name=" Harbour Clinic ", vocabulary=["EMDR", " Sertraline ", "", "EMDR"]
    )
    wanted = clinic.ClinicSettings("Harbour Clinic", ("EMDR", "Sertraline"))
    assert [clinic.read(actor) for actor in people.everyone()] == [wanted] * 5
    for actor in (people.alice, people.sam, people.dora):
        with pytest.raises(NotAllowed):
            clinic.change(actor, name="Mine", vocabulary=[])
    assert clinic.read(people.adam) == wanted


def test_the_recogniser_gets_the_words(sqlite_database: str) -> None:
    people = People()
    clinic.change(people.adam, name="", vocabulary=["EMDR", "dialectical behaviour therapy"])
    ident = Recorder(people.alice).send(webm_chunks()[0]).recording_id
    found = stored.arrived(replace(people.alice, via=Via.WORKER), ident, to_the_end=False)
    assert found.vocabulary == ("EMDR", "dialectical behaviour therapy")


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [
        ("n" * 121, []),
        ("", [str(n) for n in range(clinic.MOST_WORDS + 1)]),
        ("", ["w" * 61]),
    ],
)
def test_too_much_is_refused(sqlite_database: str, name: str, vocabulary: list[str]) -> None:
    people = People()
    with pytest.raises(Invalid, match=r"characters"):
        clinic.change(people.adam, name=name, vocabulary=vocabulary)
    assert clinic.read(people.adam) == clinic.ClinicSettings("", ())
