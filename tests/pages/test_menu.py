"""Who has which pages, and what everybody else gets at their addresses."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.database import sessions
from models.user import Role, SignIn
from pages.access_log import access_log
from pages.administration import administration
from pages.clients import clients
from pages.record import record
from pages.sessions import sessions_list
from pages.today import today
from services.access import Actor
from tests.pages.opening import buttons, open_page, open_part, refusals, tables, text
from tests.people import People, enrol

MENUS = {
    "alice": [
        "Today", "Record", "Sessions", "History", "Documents", "Clients", "Instructions",
    ],
    "sam": ["Today", "Sessions", "History", "Documents", "Review", "Instructions"],
    "dora": ["Access log"],
    "adam": ["Administration", "Instructions"],
}  # fmt: skip
ADDRESSES = {
    "today": "Today",
    "record": "Record",
    "sessions": "Sessions",
    "session": "Session",
    "clients": "Clients",
    "administration": "Administration",
    "access-log": "Access log",
}
PAGES: dict[Callable[[Actor], None], set[str]] = {
    today: {"alice", "sam"},
    record: {
        "alice",
        "sam",
        "adam",
    },  # whoever may see clients; to begin with one is the therapist's alone
    sessions_list: {"alice", "sam"},
    clients: {
        "alice",
        "sam",
        "adam",
    },  # may see them: a supervisor among Sessions, Adam in his lists
    administration: {"adam"},
    access_log: {"dora"},
}


@pytest.mark.parametrize("name", MENUS)
def test_the_menu_of_each_role(sqlite_people: People, name: str) -> None:
    at = open_page(getattr(sqlite_people, name))
    shown = [p.title for p in at.session_state["_pages"].values() if p.visibility == "visible"]
    assert shown == [*MENUS[name], "My account", "Sign out"]
    assert at.title[0].value == MENUS[name][0]
    assert not at.exception


@pytest.mark.parametrize("name", MENUS)
def test_the_address_of_another_roles_page_says_so_and_leads_on(
    sqlite_people: People, name: str
) -> None:
    clinical = {"Session"} if "Sessions" in MENUS[name] else set()
    for address, title in ADDRESSES.items():
        if title in {*MENUS[name], *clinical}:
            continue
        at = open_page(getattr(sqlite_people, name), address)
        assert at.title[0].value == "This page is not for your role", address
        assert [link.proto.label for link in at.get("page_link")] == [f"Go to {MENUS[name][0]}"]
        assert not at.exception


@pytest.mark.parametrize("address", ["foo", "Today", "start", "no-such-page", "notrecord"])
@pytest.mark.parametrize("name", MENUS)
def test_an_address_of_no_page_says_so_and_leads_on(
    sqlite_people: People, name: str, address: str
) -> None:
    at = open_page(getattr(sqlite_people, name), address, at_url=f"https://here.example/{address}")
    assert at.title[0].value == "There is no page at this address"
    assert [link.proto.label for link in at.get("page_link")] == [f"Go to {MENUS[name][0]}"]
    assert not at.exception


@pytest.mark.parametrize(
    ("page", "name"),
    [(page, name) for page in PAGES for name in MENUS if name not in PAGES[page]],
    ids=lambda given: given if isinstance(given, str) else given.__name__,
)
def test_a_page_shows_nothing_to_another_role_even_past_the_menu(
    sqlite_people: People, page: Callable[[Actor], None], name: str
) -> None:
    actor: Actor = getattr(sqlite_people, name)
    at = open_part(page, actor)
    assert refusals(at) == ["NotAllowed"]
    assert not tables(at)
    with sessions()() as session:
        refused = select(AccessLog.outcome).where(AccessLog.actor_id == actor.user_id)
        assert "refused" in session.scalars(refused).all()


def test_a_client_has_an_account_and_nothing_else(sqlite_people: People) -> None:
    at = open_page(enrol("carol", Role.CLIENT))
    assert at.title[0].value == "My account"
    assert [page.title for page in at.session_state["_pages"].values()] == [
        "My account",
        "Sign out",
    ]


@pytest.mark.parametrize("given", [None, "", "0", "999", "1 OR 1=1", "-1", "²"])
def test_without_a_sign_in_that_stands_nothing_is_shown(
    sqlite_people: People, given: str | None
) -> None:
    at = open_page(None)
    if given is not None:
        at.user["sign_in"] = given
        at.run()
    assert not at.exception
    assert text(at) == ""
    assert buttons(at) == []


def test_a_revoked_sign_in_shows_nothing_any_more(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice)
    with sessions()() as session, session.begin():
        session.get_one(SignIn, sqlite_people.alice.sign_in_id).revoked_at = now()
    at.run()
    assert text(at) == ""


def test_the_state_of_one_sign_in_is_not_there_for_the_next(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice)
    at.session_state["note"] = "of Alice"
    at.user["sign_in"] = str(sqlite_people.bob.sign_in_id)
    at.run()
    assert "note" not in at.session_state
    assert at.title[0].value == "Today"


def test_signing_out_ends_the_sign_in(sqlite_people: People) -> None:
    open_page(sqlite_people.alice, "sign-out")
    with sessions()() as session:
        assert session.get_one(SignIn, sqlite_people.alice.sign_in_id).revoked_at is not None
    assert text(open_page(sqlite_people.alice)) == ""


def test_the_demo_says_so_on_every_page(
    sqlite_people: People, configure: Callable[..., None]
) -> None:
    assert "Demo:" not in text(open_page(sqlite_people.alice))
    configure(VERBATIM_DEMO="1")
    for address in ("", "sessions", "account"):
        assert "Demo:" in text(open_page(sqlite_people.alice, address))
