"""Administration, Cover: given by name, until a day, and ended."""

import datetime as dt

from models.base import now
from pages.administration import cover
from services import clients, grants
from tests.pages.opening import buttons, click, open_page, open_part, table, text, tick
from tests.people import People


def test_given_until_a_day(sqlite_people: People) -> None:
    people = sqlite_people
    client = clients.create_client(people.alice, "Nora Feldt")
    at = open_page(people.adam, "administration", section="Cover")
    assert "Nobody covers for anybody" in text(at)
    therapists = {people.alice.user_id: "Alice", people.bob.user_id: "Bob"}
    at = open_part(cover.give, people.adam, clients.list_clients(people.adam), therapists)
    at = click(at, "Give access")
    assert "Choose the client and the therapist." in text(at)
    at.selectbox[0].set_value(client)
    at.selectbox[1].set_value(people.bob.user_id)
    last = now().date() + dt.timedelta(days=3)
    at.date_input[0].set_value(last)
    click(at, "Give access")
    (grant,) = grants.list_grants(people.adam)
    assert grant.until is not None
    assert dt.timedelta(days=2) < grant.until - now() < dt.timedelta(days=5)
    at = open_page(people.adam, "administration", section="Cover")
    (row,) = table(at)
    assert (row["Client"], row["Client of"], row["Covers"]) == ("Nora Feldt", "Alice", "Bob")
    assert row["State"] == "Active"
    assert row["Until"].startswith(f"{last.day} ")


def test_a_co_therapist_has_no_last_day_and_is_ended(sqlite_people: People) -> None:
    people = sqlite_people
    client = clients.create_client(people.alice, "Nora Feldt")
    grants.give(people.adam, client, people.bob.user_id, None)
    at = tick(open_page(people.adam, "administration", section="Cover"), 0)
    assert "Until it is ended" in text(at)
    assert "End access" in buttons(at)
    (grant,) = grants.list_grants(people.adam)
    click(open_part(cover.end, people.adam, grant), "End access")
    assert not grants.list_grants(people.adam)[0].is_active
    at = tick(open_page(people.adam, "administration", section="Cover"), 0)
    assert "End access" not in buttons(at)
    assert "Ended" in text(at)


def test_who_covers_sees_it_on_the_clients_card(sqlite_people: People) -> None:
    people = sqlite_people
    client = clients.create_client(people.alice, "Nora Feldt")
    grants.give(people.adam, client, people.bob.user_id, None)
    at = tick(open_page(people.bob, "clients"), 0)
    assert "You see this client together with Alice" in text(at)
    assert not {"How long it is kept", "Remove"} & set(buttons(at))
    at = tick(open_page(people.alice, "clients"), 0)
    assert {"How long it is kept", "Remove"} <= set(buttons(at))
