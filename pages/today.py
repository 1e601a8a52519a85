"""Today: what was interrupted, what failed and why, what arrives or is being transcribed, the latest sessions."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from models.note import NoteState
from models.recording import RecordingState
from models.user import Role
from services import notes, recordings, sessions
from services.access import Action, Actor
from services.instructions import catalogue
from services.notes import Line
from services.sessions import Session
from ui import frame, links, progress
from ui.errors import showing
from ui.recorder import leftovers

LATEST = 8
FORGOTTEN = dt.timedelta(days=1)  # after which a recording that nothing ever came of is no news


def today(actor: Actor) -> None:
    now = dt.datetime.now(frame.zone())
    with frame.head("Today", frame.weekday(now)):
        if actor.may(Action.RECORDING_ADD_CHUNK) and st.button(
            "Upload a session", icon=":material/upload:"
        ):
            links.go("sessions", upload="1")
        if actor.may(Action.RECORDING_BEGIN) and st.button(
            "New recording", type="primary", icon=":material/mic:"
        ):
            links.go("record")
    unfinished = [s for s in sessions.unfinished(actor) if not _is_forgotten(s, now)]
    interrupted = [s for s in unfinished if s.is_abandoned]
    for session in interrupted:
        _interrupted(actor, session, now)
    running = [
        s
        for s in unfinished
        if s.progress.state is not RecordingState.FAILED and not s.is_abandoned
    ]
    failed = [s for s in unfinished if s.progress.state is RecordingState.FAILED]
    if failed:
        st.subheader("Could not be finished", anchor=False)
        with st.container(border=True, gap="small"):
            for session in failed:
                _failed(actor, session)
    if running:
        st.subheader("In progress", anchor=False)
        with st.container(border=True, gap="small"):
            for session in running:
                _running(actor, session)
    _waiting(actor)
    _latest(actor)
    if actor.may(Action.RECORDING_BEGIN):
        leftovers(key="leftovers", therapist_id=actor.user_id)


def _is_forgotten(session: Session, now: dt.datetime) -> bool:
    nothing_came = session.is_abandoned and session.progress.seconds_received == 0
    return nothing_came and now - session.heard_at > FORGOTTEN


def _interrupted(actor: Actor, session: Session, now: dt.datetime) -> None:
    """Its sound stopped coming without an end. What is still in a browser comes when Record is opened there."""
    arrived = session.progress.seconds_received
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(gap=None, width="stretch"):
            when = _when(frame.local(session.heard_at), now)
            st.markdown(f":orange[:material/history:] **A recording was interrupted {when}**")
            safe = f"{frame.hms(arrived)} arrived and is safe" if arrived else "nothing arrived yet"
            who = ", ".join([session.client, *_whose(actor, session)])
            st.caption(
                frame.plain(
                    f"{who}, {safe}. Opening Today or Record in the browser that recorded it sends what "
                    "is still there."
                )
            )
        if not actor.may(Action.RECORDING_FINISH):
            frame.badge("interrupted")
            return
        if st.button("Wait", key=f"wait-{session.recording_id}", help="Asks again in an hour."):
            _done(recordings.wait, actor, session.recording_id)
        if arrived and st.button(
            "Finish with what arrived",
            key=f"finish-{session.recording_id}",
            help="Transcribes the parts that are here. Parts that are missing stay missing.",
        ):
            _done(recordings.finish, actor, session.recording_id)


def _when(at: dt.datetime, now: dt.datetime) -> str:
    """today at 16:38, yesterday at 16:38, on 3 Nov 2026 at 16:38"""
    days = (now.date() - at.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"on {frame.day(at)}")
    return f"{day} at {frame.clock(at)}"


def _done(deed: Callable[[Actor, int], None], actor: Actor, recording_id: int) -> None:
    with showing() as shown:
        deed(actor, recording_id)
    if not shown.failed:
        st.rerun()


def _failed(actor: Actor, session: Session) -> None:
    error = session.progress.error or "The reason is not known."
    with _row(session, ", ".join([*_whose(actor, session), error])):
        if actor.may(Action.RECORDING_RETRY) and st.button(
            "Try again", icon=":material/refresh:", key=f"again-{session.recording_id}"
        ):
            _done(recordings.retry, actor, session.recording_id)


def _running(actor: Actor, session: Session) -> None:
    receiving = session.progress.state is RecordingState.RECEIVING
    arrived = f"{frame.hms(session.progress.seconds_received)} arrived and safe"
    how_far = arrived if receiving else frame.duration(session.duration)
    with _row(session, ", ".join([how_far, *_whose(actor, session)])):
        if receiving:
            frame.badge("receiving")
        else:
            progress.bar(actor, session.recording_id)


def _waiting(actor: Actor) -> None:
    """Notes that ask something of this person, those that were returned first."""
    waiting = notes.waiting(actor)
    returned = [line for line in waiting if line.state is NoteState.RETURNED]
    others = [line for line in waiting if line.state is not NoteState.RETURNED]
    supervises = actor.role is Role.SUPERVISOR
    _notes(actor, "Returned to you", "Read the comment", returned)
    _notes(
        actor,
        "Waiting for countersignature" if supervises else "Notes to sign",
        "Read note" if supervises else "Review note",
        others,
    )


def _notes(actor: Actor, title: str, deed: str, lines: list[Line]) -> None:
    if not lines:
        return
    st.subheader(title, anchor=False)
    with st.container(border=True, gap="small"):
        for line in lines[:LATEST]:
            with _row(line, _about(actor, line)):
                if line.mentions_risk:
                    st.badge("Risk mentioned", color="orange", icon=":material/warning:")
                if st.button(deed, key=f"note-{line.id}"):
                    links.open_note(line.recording_id, line.id)
        if len(lines) > LATEST:
            more = frame.count(len(lines) - LATEST, "more", "more")
            st.caption(f"{more}, newer.")


def _about(actor: Actor, line: Line) -> str:
    """Its format, and whose it is where that is somebody else's."""
    title = catalogue.built_in(line.instruction_type).title
    return title if line.therapist_id == actor.user_id else f"{title}, {line.therapist}"


def _latest(actor: Actor) -> None:
    found = [
        session
        for session in sessions.list_sessions(actor).sessions
        if session.progress.state is RecordingState.DONE
    ][:LATEST]
    st.subheader("Latest sessions", anchor=False)
    if not found:
        frame.empty(
            "forum",
            "No session yet",
            "Record one, or upload a file: it is transcribed while you go on.",
        )
        return
    with st.container(border=True, gap="small"):
        for session in found:
            with _row(session, _kind(actor, session)):
                if st.button("Open", type="tertiary", key=f"open-{session.recording_id}"):
                    links.open_session(session.recording_id)


def _kind(actor: Actor, session: Session) -> str:
    parts = [session.session_type.value.capitalize(), frame.duration(session.duration)]
    if not session.has_audio:
        parts.append("transcript only")
    return ", ".join([*parts, *_whose(actor, session)])


def _whose(actor: Actor, session: Session) -> list[str]:
    """Their therapist, where that is somebody else."""
    return [session.therapist] if session.therapist_id != actor.user_id else []


@contextmanager
def _row(session: Session | Line, line: str) -> Iterator[None]:
    """One session in a short list: when, who with a quiet line, and what can be done (the with-body)."""
    at = frame.local(session.starts_at)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        with st.container(gap=None, width=72):
            st.markdown(f":gray[{at.day} {frame.MONTHS[at.month - 1]}]")
            st.caption(frame.clock(at))
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{frame.plain(session.client)}**")
            st.caption(frame.plain(line))
        with st.container(width="content", horizontal=True, vertical_alignment="center"):
            yield
