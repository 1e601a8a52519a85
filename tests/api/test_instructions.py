"""GET /instructions/{type}: operation 1 of the contract."""

from dataclasses import asdict, replace

from services.instructions import variants
from services.instructions.catalogue import built_in, types
from tests.api.asking import asking
from tests.people import People


def test_the_built_in_ones(sqlite_people: People) -> None:
    with asking(sqlite_people.alice) as client:
        answer = client.get("/instructions/safety_plan")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["type"], found["source"], found["version"]) == ("safety_plan", "built-in", 1)
    assert found["sections"][0]["title"] == "1 Warning signs"
    assert len(found["rules"]) == 10


def test_ones_own_where_there_are_some(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    saved = variants.save_variant(alice, replace(built_in("soap"), title="My SOAP"))
    with asking(alice) as client:
        mine = client.get("/instructions/soap").json()
        assert (
            client.get("/instructions/soap", params={"user_id": str(alice.user_id)}).json() == mine
        )
        assert client.get("/instructions/soap", params={"user_id": ""}).json() == mine
    assert (mine["title"], mine["source"], mine["version"]) == ("My SOAP", "own", 1)
    assert set(mine) == set(asdict(saved))
    with asking(sqlite_people.sam) as client:
        asked = client.get("/instructions/soap", params={"user_id": str(alice.user_id)}).json()
        assert asked == mine
        assert client.get("/instructions/soap").json()["source"] == "built-in"


def test_an_unknown_type_lists_those_that_exist(sqlite_people: People) -> None:
    with asking(sqlite_people.alice) as client:
        for wrong in ("soup", "SOAP", "x" * 300):
            answer = client.get(f"/instructions/{wrong}")
            assert answer.status_code == 404
            assert all(one in answer.json()["detail"] for one in types())
            assert wrong not in answer.text


def test_somebody_elses_are_not_found(sqlite_people: People) -> None:
    with asking(sqlite_people.bob) as client:
        for whose in (str(sqlite_people.alice.user_id), "4711", "therapist1", "-1", "٣"):
            answer = client.get("/instructions/soap", params={"user_id": whose})
            assert answer.status_code == 404
            assert "not yours to see" in answer.json()["detail"]


def test_who_has_no_business_with_them(sqlite_people: People) -> None:
    with asking(sqlite_people.dora) as client:
        assert client.get("/instructions/soap").status_code == 403
    with asking(None) as client:
        assert client.get("/instructions/soap").status_code == 401
