"""Access log: who saw, heard, changed or exported what; and the proof that no entry was changed."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from services import access_log as log
from services.access import Actor
from services.access_chain import Break, Head
from services.access_log import PAGE, Check, Entry
from ui import frame, table, words
from ui.errors import showing

DAYS = 7  # of the period that is shown first
SHOWN_BREAKS = 12
EXPORT, HEADS = "/api/v1/access-log/export", "/api/v1/access-log/heads"
PAGER = "log-page"
REASONS = {
    "missing": "an entry is missing",
    "changed": "an entry was changed",
    "head": "the last entries were cut off or put back",
}


class Period(NamedTuple):
    since: dt.datetime
    until: dt.datetime  # not part of it


def access_log(actor: Actor) -> None:
    with frame.head(
        "Access log", "Who saw, heard, changed or exported what. Entries cannot be changed."
    ):
        pass
    period, filters = _filters()
    if period.since >= period.until:
        frame.empty("visibility", "The period ends before it begins", "Choose a later day in To.")
        return
    page = int(st.session_state.get(PAGER, 0))
    found = log.list_entries(actor, page=page, since=period.since, until=period.until, **filters)
    count = frame.count(found.total, "entry", "entries")
    with table.bar(f"{count}, newest first. Times are local ({frame.zone().key})."):
        _actions(actor, period)
    if not found.total:
        frame.empty("visibility", "Nothing matches", "Choose a longer period or fewer filters.")
        return
    _table(found.entries)
    table.pager(PAGER, page, found.total, PAGE)


def _filters() -> tuple[Period, dict[str, object]]:
    today = dt.datetime.now(frame.zone()).date()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        first = _day("From", today - dt.timedelta(days=DAYS - 1))
        last = _day("To", today)
        person = st.text_input(
            "Person", placeholder="Everyone", width=180, key="log-person", on_change=_first_page
        )
        action = st.selectbox(
            "Action",
            list(words.ACTIONS),
            format_func=words.ACTIONS.__getitem__,
            index=None,
            placeholder="Every action",
            width=260,
            key="log-action",
            on_change=_first_page,
        )
        client_id = _client()
    with st.container(horizontal=True, gap="medium"):
        refused = st.checkbox("Refused only", key="log-refused", on_change=_first_page)
        chatter = st.checkbox(
            "With every part and step of recordings", key="log-parts", on_change=_first_page
        )
    midnight = dt.time(tzinfo=frame.zone())
    period = Period(
        dt.datetime.combine(first, midnight),
        dt.datetime.combine(last + dt.timedelta(days=1), midnight),
    )
    return period, {
        "person": person.strip(),
        "action": action,
        "client_id": client_id,
        "outcome": "refused" if refused else None,
        "with_chatter": chatter,
    }


def _client() -> int | None:
    """Its number; 0, which no client has, for anything that is no number. None: of everybody."""
    given = st.text_input(
        "Client no.",
        max_chars=9,
        placeholder="All",
        width=130,
        key="log-client",
        on_change=_first_page,
        help="Administration lists the numbers. Names of clients are not shown here.",
    ).strip()
    if not given:
        return None
    return int(given) if given.isdecimal() else 0


def _day(label: str, first: dt.date) -> dt.date:
    """The chosen day; `first` again where the field was emptied."""
    chosen = st.date_input(
        label,
        first,
        format="YYYY-MM-DD",
        width=150,
        key=f"log-{label.lower()}",
        on_change=_first_page,
    )
    return chosen if isinstance(chosen, dt.date) else first


def _first_page() -> None:
    st.session_state[PAGER] = 0


def _table(entries: list[Entry]) -> None:
    table.shown(
        "Entries",
        {
            "When": [frame.stamp(entry.at) for entry in entries],
            "Who": [entry.actor for entry in entries],
            "Action": [words.ACTIONS.get(entry.action, entry.action) for entry in entries],
            "Outcome": [words.OUTCOMES.get(entry.outcome, entry.outcome) for entry in entries],
            "What": [words.subject(entry.subject, entry.subject_ids) for entry in entries],
            "Client": [str(entry.client_id or "") for entry in entries],
            "Role": [words.ROLES.get(entry.role, "") for entry in entries],
            "Detail": [entry.detail.replace("_", " ") for entry in entries],
            "Through": [words.WAYS.get(entry.via, entry.via) for entry in entries],
        },
        {
            "When": 165,
            "Who": 145,
            "Action": 205,
            "Outcome": 85,
            "What": 190,
            "Client": 65,
            "Role": 125,
            "Detail": 150,
            "Through": 100,
        },
        most=14,
    )


# --- what can be done: a fragment, so that it does not read the log once more -----------------------


@st.fragment
def _actions(actor: Actor, period: Period) -> None:
    query = urlencode({name: at.isoformat() for name, at in period._asdict().items()})
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if st.button("Check the entries", icon=":material/verified_user:"):
            check(actor)
        st.link_button(
            "Export as CSV",
            f"{EXPORT}?{query}",
            icon=":material/ios_share:",
            help="Every entry from From to To, whatever the other filters.",
        )


@st.dialog("Check the entries", width="medium")
def check(actor: Actor) -> None:
    st.markdown(
        "Each entry is sealed together with the one before it. The check reads all of them and says "
        "whether one was changed, removed or put in."
    )
    # Not an upload: Streamlit would keep the file, and its upload route is shut.
    kept = st.text_area(
        "Ends of the log that you saved earlier, if you have them",
        placeholder="Open the saved file and paste what is in it",
        max_chars=20_000,
        help="They also show whether the newest entries were cut off since then.",
    ).strip()
    if not st.button("Check now", type="primary"):
        return
    with showing() as shown, st.spinner("Reading every entry"):
        found = log.verify(actor, kept)
    if not shown.failed:
        _result(found, compared=bool(kept))


def _result(found: Check, *, compared: bool) -> None:
    at = frame.moment(dt.datetime.now(dt.UTC))
    if found.breaks:
        st.error(
            f"{frame.count(len(found.breaks), 'place')} in the log cannot be trusted. Keep the database "
            "as it is, save the list below, and tell whoever runs Verbatim for you.",
            icon=":material/error:",
        )
        _breaks(found.breaks)
        return
    agree = ", and they agree with the ends that you saved" if compared else ""
    entries = frame.count(found.rows, "entry was", "entries were")
    st.success(
        f"Nothing was changed. {entries} checked, {at}{agree}.", icon=":material/verified_user:"
    )
    _heads(found.heads)


def _breaks(breaks: list[Break]) -> None:
    shown = breaks[:SHOWN_BREAKS]
    table.shown(
        "What cannot be trusted",
        {
            "Chain": [one.chain for one in shown],
            "Entry": [one.seq for one in shown],
            "What is wrong": [REASONS.get(one.reason, one.reason).capitalize() for one in shown],
        },
        {"Chain": 90, "Entry": 120},
    )
    if len(breaks) > len(shown):
        st.caption(f"The first {len(shown)} of {len(breaks):,}.")


def _heads(heads: list[Head]) -> None:
    table.shown(
        "Ends of the log",
        {
            "Chain": [head.chain for head in heads],
            "Entries": [head.seq for head in heads],
            "Seal of the last entry": [head.mac for head in heads],
        },
        {"Chain": 70, "Entries": 90},
    )
    st.caption(
        "Save these ends where the database cannot reach: only they show that an end was cut."
    )
    st.link_button("Save the ends of the log", HEADS, icon=":material/download:")
