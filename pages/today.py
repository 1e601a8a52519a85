"""Today: what is arriving, what is being transcribed, what failed and why, and the latest sessions."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from models.recording import RecordingState
from services import recordings, sessions
from services.access import Action, Actor
from services.sessions import Session
from ui import frame, links, progress
from ui.errors import showing

LATEST = 8
QUIET = dt.timedelta(minutes=3)  # without a new part before a recording counts as interrupted


def today(actor: Actor) -> None:
    now = dt.datetime.now(frame.zone())
    with frame.head("Today", frame.weekday(now)):
        if actor.may(Action.RECORDING_ADD_CHUNK) and st.button(
            "Upload a session", type="primary", icon=":material/upload:"
        ):
            links.go("sessions", upload="1")
    unfinished = sessions.unfinished(actor)
    running = [s for s in unfinished if s.progress.state is not RecordingState.FAILED]
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
    _latest(actor)


def _failed(actor: Actor, session: Session) -> None:
    with _row(session, session.progress.error or "The reason is not known."):
        if actor.may(Action.RECORDING_RETRY) and st.button(
            "Try again", icon=":material/refresh:", key=f"again-{session.recording_id}"
        ):
            with showing() as shown:
                recordings.retry(actor, session.recording_id)
            if not shown.failed:
                st.rerun()


def _running(actor: Actor, session: Session) -> None:
    receiving = session.progress.state is RecordingState.RECEIVING
    arrived = f"{frame.hms(session.progress.seconds_received)} arrived and safe"
    quiet = receiving and dt.datetime.now(dt.UTC) - session.heard_at > QUIET
    with _row(session, arrived if receiving else frame.duration(session.duration)):
        if quiet and actor.may(Action.RECORDING_FINISH):
            if st.button(
                "Finish with what arrived",
                key=f"finish-{session.recording_id}",
                help="Transcribes the parts that are here. Parts that are missing stay missing.",
            ):
                with showing() as shown:
                    recordings.finish(actor, session.recording_id)
                if not shown.failed:
                    st.rerun()
        elif receiving:
            frame.badge("receiving")
        else:
            progress.bar(actor, session.recording_id)


def _latest(actor: Actor) -> None:
    found = [
        session
        for session in sessions.list_sessions(actor).sessions
        if session.progress.state is RecordingState.DONE
    ][:LATEST]
    st.subheader("Latest sessions", anchor=False)
    if not found:
        frame.empty(
            "forum", "No session yet", "Upload a recording: it is transcribed while you go on."
        )
        return
    with st.container(border=True, gap="small"):
        for session in found:
            with _row(session, _kind(session)):
                if st.button("Open", type="tertiary", key=f"open-{session.recording_id}"):
                    links.open_session(session.recording_id)


def _kind(session: Session) -> str:
    kind = f"{session.session_type.value.capitalize()}, {frame.duration(session.duration)}"
    return kind if session.has_audio else f"{kind}, transcript only"


@contextmanager
def _row(session: Session, line: str) -> Iterator[None]:
    """One session in a short list: when, who with a quiet line, and what can be done (the with-body)."""
    at = frame.local(session.starts_at)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", wrap=False):
        with st.container(gap=None, width=72):
            st.markdown(f":gray[{at.day} {frame.MONTHS[at.month - 1]}]")
            st.caption(frame.clock(at))
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{frame.plain(session.client)}**")
            st.caption(frame.plain(line))
        with st.container(width=230, horizontal=True, horizontal_alignment="right"):
            yield
