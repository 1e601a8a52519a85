"""The script that Streamlit runs: who is here, which pages they have, run the one asked for."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:  # Streamlit puts this script's folder there, not the project's
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from config import settings  # noqa: E402
from models.user import Role  # noqa: E402
from pages.access_log import access_log  # noqa: E402
from pages.account import account  # noqa: E402
from pages.administration import administration  # noqa: E402
from pages.clients import clients  # noqa: E402
from pages.document import document  # noqa: E402
from pages.documents import documents_list  # noqa: E402
from pages.history import client_history  # noqa: E402
from pages.instructions import instructions  # noqa: E402
from pages.process_notes import private_notes  # noqa: E402
from pages.record import record  # noqa: E402
from pages.review import review  # noqa: E402
from pages.session import session  # noqa: E402
from pages.sessions import sessions_list  # noqa: E402
from pages.today import today  # noqa: E402
from pages.treatment import plan  # noqa: E402
from services import notes  # noqa: E402
from services.access import Actor  # noqa: E402
from services.errors import NotFound  # noqa: E402
from ui import elsewhere, frame, identity, links, settled  # noqa: E402

CLINICAL = {Role.THERAPIST, Role.SUPERVISOR}

START = "#start"  # of the first page besides "/"; it must have one, and no address can name this
DEMO = "Demo: people and words are invented. Do not put real sessions here."


class Screen(NamedTuple):
    """A row of the menu. The first one that a role has is where it starts."""

    body: Callable[[Actor], None]
    title: str
    icon: str
    path: str
    roles: set[Role]
    width: int = frame.LISTS
    hidden: bool = False
    opened_from: tuple[str, ...] = ()  # paths of the menu, where it is hidden
    count: Callable[[Actor], int] | None = None  # said after the title, where it is not 0


SCREENS = (
    Screen(today, "Today", "today", "today", CLINICAL),
    Screen(record, "Record", "mic", "record", {Role.THERAPIST}, frame.WORK),
    Screen(sessions_list, "Sessions", "forum", "sessions", CLINICAL),
    Screen(
        session,
        "Session",
        "article",
        "session",
        CLINICAL,
        frame.WORK,
        hidden=True,
        opened_from=("sessions",),
    ),
    Screen(client_history, "History", "history", "history", CLINICAL, frame.WORK),
    Screen(documents_list, "Documents", "description", "documents", CLINICAL),
    Screen(
        document,
        "Document",
        "description",
        "document",
        CLINICAL,
        frame.WORK,
        hidden=True,
        opened_from=("documents",),
    ),
    Screen(
        review,
        "Review",
        "rate_review",
        "review",
        {Role.SUPERVISOR},
        frame.WORK,
        count=notes.count_waiting,
    ),
    Screen(
        private_notes,
        "Process notes",
        "lock_person",
        "process-notes",
        {Role.THERAPIST},
        hidden=True,
        opened_from=("clients",),
    ),
    Screen(clients, "Clients", "group", "clients", {Role.THERAPIST}),
    Screen(
        plan,
        "Treatment plan",
        "flag",
        "treatment",
        CLINICAL,
        hidden=True,
        opened_from=("clients", "history"),
    ),
    Screen(administration, "Administration", "tune", "administration", {Role.ADMINISTRATOR}),
    Screen(
        instructions, "Instructions", "menu_book", "instructions", CLINICAL | {Role.ADMINISTRATOR}
    ),
    Screen(
        access_log, "Access log", "visibility", "access-log", {Role.PRIVACY_OFFICER}, frame.WORK
    ),
)


MINE = (
    Screen(account, "My account", "person", "account", set(Role)),
    Screen(identity.sign_out, "Sign out", "logout", "sign-out", set(Role)),
)


def main() -> None:
    st.set_page_config(
        page_title="Verbatim", page_icon=str(ROOT / "ui/static/favicon.png"), layout="wide"
    )
    actor = identity.current_actor()
    if actor is None:
        identity.leave()
    st.logo(str(ROOT / f"ui/static/logo-{frame.theme()}.svg"), size="medium")
    screens = [screen for screen in SCREENS if actor.role in screen.roles]
    menu = [_page(screen, actor, default=n == 0) for n, screen in enumerate(screens)]
    mine = [_page(screen, actor, default=n == 0 and not menu) for n, screen in enumerate(MINE)]
    links.remember([*menu, *mine])
    first = (screens or MINE)[
        0
    ]  # the default page has the address "/" alone, so it is there once more by its own
    others = [first, *(screen for screen in SCREENS if screen not in screens)]
    others += _no_page(_address())
    by_address = [_page(screen, actor, hidden=True) for screen in others]
    page = st.navigation({"": [*menu, *by_address], frame.plain(actor.name): mine}, position="top")
    by_path = {screen.path: screen for screen in (*SCREENS, *MINE, *others)} | {"": first}
    screen = by_path[page.url_path]
    st.set_page_config(page_title=f"{screen.title} · Verbatim")
    frame.tidy(screen.width)
    if settings().demo:
        frame.mark(DEMO, "blue", "science")
    page.run()


def _address() -> str:
    """What the browser's address names; "" for the start."""
    return urlsplit(st.context.url or "").path.strip("/").rpartition("/")[2]


def _no_page(address: str) -> list[Screen]:
    """A page for an address of none: at one that it does not know Streamlit shows the start and a dialog over it."""
    if address in {"", *(screen.path for screen in (*SCREENS, *MINE))}:
        return []
    return [Screen(elsewhere.no_page, "No such page", "search_off", address, set(Role))]


def _page(screen: Screen, actor: Actor, *, default: bool = False, hidden: bool = False) -> st.Page:
    has_it = actor.role in screen.roles

    def body() -> None:
        if not has_it:
            return elsewhere.not_for_role(actor)
        try:
            screen.body(actor)
        except NotFound:
            elsewhere.not_found(screen.title, screen.opened_from)

    waiting = screen.count(actor) if screen.count and has_it else 0
    body.__name__ = screen.path.replace("-", "_")
    return st.Page(
        body,
        title=f"{screen.title} ({waiting})" if waiting else screen.title,
        icon=f":material/{screen.icon}:",
        url_path=START if default else screen.path,
        default=default,
        visibility="hidden" if screen.hidden or hidden else "visible",
    )


try:
    main()
finally:
    settled.settle()
