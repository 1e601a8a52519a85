"""History: one client over time, every version of every note and summary, and what each changed."""

import datetime as dt
from typing import Any

import streamlit as st

from models.client import Consent
from services import clients, history
from services.access import Action, Actor
from services.clients import Client
from services.history import NoteOf, SessionOf, Summary, Timeline
from services.instructions import catalogue
from services.notes import Version
from services.notes.wording import SectionChange
from ui import cover, differences, frame, links, table, words
from ui.errors import showing

LEFT = 430  # px: beside table.LIST from 1280 on, above it on a tablet
WITH_SESSION, WITH_VERSION = "With the session before", "With the version before"
SAME, FIRST = "The words stayed the same.", "This is the first version."
WIDTHS = {"When": 150, "Who": 180, "What": 130}


def client_history(actor: Actor) -> None:
    known = clients.list_clients(actor)
    client = _asked_for(known)
    if client is None:
        with frame.head("History", "One client over time: what was written, and what changed"):
            _chooser(known, None)
        frame.empty(
            "history",
            "Choose a client" if known else "No client yet",
            "Their sessions, notes and summaries come here, newest first."
            if known
            else "History begins with the first session.",
        )
        return
    page = int(st.session_state.get("history-page", 0))
    with showing() as shown:
        found = history.read_history(actor, client.id, page=page)
    if shown.failed:
        return
    with frame.head(found.client, _line(found)):
        if actor.may(Action.TREATMENT_READ) and st.button(
            "Plan and measures", icon=":material/flag:"
        ):
            links.go("treatment", client=str(client.id))
        _chooser(known, client)
    cover.line(actor, client.id)
    if not found.sessions:
        frame.empty("history", "No session yet", "What is written about them comes here.")
        return
    with st.container(horizontal=True, gap="large"):
        with st.container(width=LEFT, gap="small"):
            st.subheader("Sessions, newest first", anchor=False)
            for session in found.sessions:
                _card(session, found)
            table.pager("history-page", page, found.total, history.PAGE)
        with st.container(width=table.LIST, gap="small"):
            _changes(actor, found)


def _asked_for(known: list[Client]) -> Client | None:
    given = st.query_params.get("client", "")
    return next((client for client in known if str(client.id) == given), None)


def _chooser(known: list[Client], client: Client | None) -> None:
    if not known:
        return
    names = {one.id: one.name for one in known}
    ids = list(names)
    chosen = st.selectbox(
        "Client",
        ids,
        index=ids.index(client.id) if client else None,
        format_func=names.__getitem__,
        placeholder="Choose a client",
        label_visibility="collapsed",
        width=240,
    )
    if chosen is not None and (client is None or chosen != client.id):
        st.session_state["history-page"] = 0
        st.query_params.from_dict({"client": str(chosen)})
        st.rerun()


def _line(found: Timeline) -> str:
    consent = words.CONSENTS[found.consent].lower()
    at = f" {frame.day(frame.local(found.consent_at))}" if found.consent_at else ""
    said = (
        "Consent to recording not recorded"
        if found.consent is Consent.MISSING
        else f"Consent to recording {consent}{at}"
    )
    since = frame.day(frame.local(found.since))
    return f"Client since {since} · {frame.count(found.total, 'session')} · {said}"


# --- the sessions ---------------------------------------------------------------------------------


def _card(session: SessionOf, found: Timeline) -> None:
    kind, ident = _selected(found)
    with st.container(border=True, gap="xsmall"):
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            day = frame.day(frame.local(session.starts_at))
            st.markdown(f"**{day}** · Session {session.number}", width="content")
            if st.button("Open", type="tertiary", key=f"open-{session.recording_id}"):
                links.open_session(session.recording_id)
        for note in session.notes:
            title = catalogue.built_in(note.instruction_type).title
            with _row(title, _last(note.versions[0])):
                frame.badge(note.state.value)
                _show("note", note.id, (kind, ident) == ("note", note.id))
        if session.summaries:
            newest = session.summaries[0]
            with _row("Summary", f"Version {newest.version}, {_made(newest)}"):
                _show("summary", newest.id, kind == "summary" and _has(session, ident))
        if not (session.notes or session.summaries):
            st.caption("Nothing is written yet.")


def _row(title: str, line: str) -> Any:
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    with row, st.container(gap=None, width="stretch"):
        st.markdown(frame.plain(title))
        st.caption(frame.plain(line))
    return row


def _show(kind: str, ident: int, is_shown: bool) -> None:
    if st.button(
        "Shown" if is_shown else "Show",
        type="tertiary",
        disabled=is_shown,
        key=f"show-{kind}-{ident}",
    ):
        client = st.query_params["client"]
        st.query_params.from_dict({"client": client, kind: str(ident)})
        st.rerun()


def _last(version: Version) -> str:
    return (
        f"Version {version.version}, {words.STEPS[version.step].lower()} {_day(version.changed_at)}"
    )


def _made(summary: Summary) -> str:
    how = f"signed by {summary.author}," if summary.is_by_hand else "drafted"
    return f"{how} {_day(summary.at)}"


def _day(at: dt.datetime) -> str:
    here = frame.local(at)
    return f"{here.day} {frame.MONTHS[here.month - 1]}"


def _has(session: SessionOf, summary_id: int) -> bool:
    return any(one.id == summary_id for one in session.summaries)


def _selected(found: Timeline) -> tuple[str, int]:
    """What the address names among what is on this page; else the newest note, or summary."""
    for kind in ("note", "summary"):
        given = links.asked(kind)
        ids = [
            one.id for s in found.sessions for one in (s.notes if kind == "note" else s.summaries)
        ]
        if given is not None and given in ids:
            return kind, given
    for session in found.sessions:
        if session.notes:
            return "note", session.notes[0].id
        if session.summaries:
            return "summary", session.summaries[0].id
    return "", 0


# --- what changed ---------------------------------------------------------------------------------


def _changes(actor: Actor, found: Timeline) -> None:
    kind, ident = _selected(found)
    st.subheader("What changed", anchor=False)
    for session in found.sessions:
        for note in session.notes:
            if (kind, ident) == ("note", note.id):
                _note(actor, session, note)
        if kind == "summary" and _has(session, ident):
            _summary(actor, session)


def _note(actor: Actor, session: SessionOf, note: NoteOf) -> None:
    how = st.segmented_control(
        "Compared",
        [WITH_VERSION, WITH_SESSION],
        default=WITH_VERSION,
        required=True,
        key="history-how",
        label_visibility="collapsed",
    )
    place = st.container(border=True, gap="small")
    version = note.versions[0]
    if how == WITH_VERSION:
        st.subheader("Who did what", anchor=False)
        version = _versions(note)
    with place, showing():
        title = catalogue.built_in(note.instruction_type).title
        if how == WITH_VERSION:
            st.caption(frame.plain(_about(title, session, version)))
            if version.comment:
                st.markdown(frame.plain(f"{version.author}: {version.comment}"))
            changes = history.change_of_version(actor, note.id, version.version)
            _sections(changes, SAME if version.version > 1 else FIRST)
        else:
            since = history.change_since_session_before(actor, note.id)
            if since is None:
                st.caption("No earlier session has a note in this format.")
                return
            day = frame.day(frame.local(session.starts_at))
            st.caption(
                frame.plain(f"{title}: session {session.number}, {day}, with the session before")
            )
            _sections(since, SAME)


def _about(title: str, session: SessionOf, version: Version) -> str:
    before = f"version {version.version - 1} → " if version.version > 1 else ""
    return f"{title}, session {session.number}: {before}version {version.version}"


def _versions(note: NoteOf) -> Version:
    chosen = table.ticked(
        "Versions",
        [one.version for one in note.versions],
        {
            "When": [frame.moment(one.changed_at) for one in note.versions],
            "Who": [_who(one.author, one.author_id is not None) for one in note.versions],
            "What": [words.STEPS[one.step] for one in note.versions],
            "Said": [one.comment for one in note.versions],
        },
        WIDTHS,
        about=note.id,
    )
    if len(note.versions) > 1:
        st.caption("Tick a version to see what it changed.")
    return next((one for one in note.versions if one.version == chosen), note.versions[0])


def _who(author: str, is_person: bool) -> str:
    return author if is_person else f"Drafter ({author})"


def _sections(changes: tuple[SectionChange, ...], nothing: str) -> None:
    """`nothing` is said where no word changed."""
    any_changed = False
    for section in changes:
        if not section.statements:
            continue
        with st.container(gap="xxsmall"):
            st.caption(f"**{frame.plain(section.title)}**")
            for one in section.statements:
                any_changed |= one.kind != "same"
                moved = " :gray[(moved)]" if one.kind == "moved" else ""
                st.markdown(differences.marked(one.pieces) + moved)
    if any_changed:
        differences.legend()
    else:
        st.caption(nothing)


def _summary(actor: Actor, session: SessionOf) -> None:
    place = st.container(border=True, gap="small")
    st.subheader("Who did what", anchor=False)
    chosen = table.ticked(
        "Summaries",
        [one.id for one in session.summaries],
        {
            "When": [frame.moment(one.at) for one in session.summaries],
            "Who": [_who(one.author, one.is_by_hand) for one in session.summaries],
            "What": ["Signed" if one.is_by_hand else "Drafted" for one in session.summaries],
            "Version": [one.version for one in session.summaries],
        },
        WIDTHS,
    )
    shown = next((one for one in session.summaries if one.id == chosen), session.summaries[0])
    with place, showing():
        before = f"version {shown.version - 1} → " if shown.version > 1 else ""
        st.caption(f"Summary, session {session.number}: {before}version {shown.version}")
        pieces = history.summary_change(actor, shown.id)
        st.markdown(differences.marked(pieces))
        if any(piece.kind != "same" for piece in pieces):
            differences.legend()
