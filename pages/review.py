"""Review: signed notes of the supervised, longest waiting first; read here, returned or countersigned."""

import datetime as dt
from typing import Any

import streamlit as st

from models.base import now
from services import notes
from services.access import Actor
from services.instructions import catalogue
from services.notes import Line
from ui import frame, links, table
from ui.errors import showing

CARD = 500  # px
WIDTHS = {"Therapist": 125, "Session": 150, "Risk": 105, "Waiting": 95}
RISKS = {
    "suicide": "Suicide",
    "self-harm": "Self-harm",
    "harm-to-others": "Harm to others",
    "abuse": "Abuse",
    "neglect": "Neglect",
    "means": "Means",
}
WORDS_SHOWN = 6  # with more mentions than this their words would hide the note; the times stay
READ = "review-read"  # which revision of which note was last shown: a signature holds for that


def review(actor: Actor) -> None:
    waiting = notes.waiting(actor)
    with frame.head("Review", "Notes of the therapists you supervise, longest waiting first"):
        pass
    if not waiting:
        frame.empty(
            "rate_review",
            "Nothing waits for you",
            "When a therapist you supervise signs a note, it comes here.",
        )
        return
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=table.LIST):
            chosen = _list(waiting)
        line = next((line for line in waiting if line.id == chosen), None)
        with st.container(border=True, width=CARD, gap="small"):
            if line is None:
                st.caption("Tick a note to read it, then return or countersign it.")
            else:
                _card(actor, line)


def _list(waiting: list[Line]) -> int | None:
    return table.ticked(
        "Review",
        [line.id for line in waiting],
        {
            "Therapist": [line.therapist for line in waiting],
            "Client": [line.client for line in waiting],
            "Session": [frame.moment(line.starts_at) for line in waiting],
            "Format": [catalogue.built_in(line.instruction_type).title for line in waiting],
            "Risk": ["Mentioned" if line.mentions_risk else "" for line in waiting],
            "Waiting": [how_long(line.signed_at) for line in waiting],
        },
        WIDTHS,
    )


def how_long(since: dt.datetime | None) -> str:
    """5 days, 1 day, 3 h."""
    if since is None:
        return ""
    hours = int((now() - since).total_seconds() // 3600)
    return (
        frame.count(hours // 24, "day") if hours >= 24 else f"{hours} h" if hours else "Under 1 h"
    )


def _card(actor: Actor, line: Line) -> None:
    with showing() as shown:
        note = notes.read(actor, line.id)
    if shown.failed:
        return
    key, revision = st.session_state.get(READ, (0, 0))
    seen = revision if key == line.id else note["revision"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        title = catalogue.built_in(line.instruction_type).title
        st.markdown(f"**{frame.plain(line.client)}**, {frame.plain(title)}")
        frame.badge("signed")
        if line.mentions_risk:
            st.badge("Risk mentioned", color="orange", icon=":material/warning:")
    _signed(note)
    _risk(note["risk"])
    _hints(note["hints"])
    comment = st.text_area(
        "Comment to the therapist",
        placeholder="What should change? Needed only when you return the note. To comment on one statement, "
        "open it with the transcript.",
        max_chars=notes.LONGEST_COMMENT,
        key=f"comment-{line.id}",
    )
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        if st.button("Open with transcript", icon=":material/forum:"):
            links.open_note(line.recording_id, line.id)
        with st.container(horizontal=True, horizontal_alignment="right", width="content"):
            if st.button("Return", icon=":material/undo:"):
                _done(notes.return_to_author, actor, line.id, comment, revision=seen)
            if st.button("Countersign", type="primary", icon=":material/verified:"):
                _done(notes.countersign, actor, line.id, revision=seen)
    _text(note)
    st.session_state[READ] = (line.id, note["revision"])


def _done(deed: Any, *given: Any, revision: int) -> None:
    with showing() as shown:
        deed(*given, revision=revision)
    if not shown.failed:
        st.session_state.pop(READ, None)
        st.rerun()


def _signed(note: dict[str, Any]) -> None:
    for signature in note["signatures"]:
        if signature["is_current"]:
            at = frame.moment(dt.datetime.fromisoformat(signature["at"]))
            st.caption(frame.plain(f"Signed by {signature['by']}, {at}"))
            if not signature["holds"]:
                st.error(
                    "What is stored is not what was signed. Do not countersign; tell the privacy "
                    "officer.",
                    icon=":material/error:",
                )
    for addendum in note["addenda"]:
        at = frame.moment(dt.datetime.fromisoformat(addendum["at"]))
        st.caption(frame.plain(f"Addendum by {addendum['by']}, {at}: {addendum['text']}"))


def _risk(mentions: list[dict[str, Any]]) -> None:
    """Where risk was mentioned, before the note is read. Nothing found says nothing."""
    if not mentions:
        return
    kinds: dict[str, list[str]] = {}
    for one, place in zip(mentions, _places(mentions), strict=True):
        kinds.setdefault(one["category"], []).append(place)
    lines = [f"{RISKS.get(kind, kind)} {', '.join(places)}" for kind, places in kinds.items()]
    st.warning("  \n".join(["**Risk was mentioned**", *lines]), icon=":material/warning:")


def _hints(hints: list[dict[str, Any]]) -> None:
    """Guesses, apart from what was said in so many words."""
    if hints:
        st.caption(f"**May hint at risk** {', '.join(_places(hints))}")


def _places(mentions: list[dict[str, Any]]) -> list[str]:
    """The time of each, and its words where they are few."""
    return [
        f"{frame.hms(one['at'])}"
        + (f" “{frame.plain(one['words'])}”" if len(mentions) <= WORDS_SHOWN else "")
        for one in mentions
    ]


def _text(note: dict[str, Any]) -> None:
    for section in note["sections"]:
        with st.container(gap="xxsmall"):
            st.caption(f"**{frame.plain(section['title'])}**")
            if not section["statements"]:
                st.markdown(":gray[Not assessed]")
            for statement in section["statements"]:
                st.markdown(frame.plain(statement["text"]) + _own(statement))
                if statement["level"] == "check":
                    why = " ".join(reason["text"] for reason in statement["reasons"])
                    st.markdown(f":orange[Check: {frame.plain(why)}]")


def _own(statement: dict[str, Any]) -> str:
    """What does not come from the transcript says so."""
    if statement["level"] != "own":
        return ""
    written = statement["origin"] == "written"
    return " :gray[(written by hand)]" if written else " :gray[(kept as their own)]"
