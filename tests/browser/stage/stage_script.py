"""What the stage shows; the address says which."""

import stage_talk
import streamlit as st

from services.errors import AppError
from ui import frame, table
from ui.recorder import leftovers, recorder
from ui.session_view import NoteShown, session_view, take_wish
from ui.uploader import uploader

st.set_page_config(page_title="Stage", layout="wide")
asked = st.query_params
name = asked.get("talk", "pair")
st.session_state.runs = st.session_state.get("runs", 0) + 1


def session() -> None:
    frame.tidy(int(asked.get("width", frame.WORK)))
    talk = stage_talk.talk(name)
    refused = ""
    is_lost = (
        "deaf" in asked and not talk.acts and st.session_state.runs == 2
    )  # the first wish on its way
    if not is_lost and (wish := take_wish("session")):
        try:
            talk.do(wish)
        except AppError as error:
            refused = str(error)
    with frame.head(
        "Nora Feldt", "Tue 24 Nov 2026, 10:00 · 51:23 recorded · Individual, in person"
    ):
        frame.badge("done")
        st.button("Run again")
    if refused:
        st.error(frame.plain(refused))
    session_view(
        key="session",
        audio=None if asked.get("mute") else "/stage/audio",
        turns_url=f"/stage/{name}/transcript",
        turns_rev=talk.revision,
        duration=talk.duration,
        speakers=talk.people(),
        editable=not asked.get("locked"),
        select=int(asked["select"]) if "select" in asked else None,
        note=shown_note(talk),
    )
    if asked.get("runs"):
        st.caption(f"run {st.session_state.runs}")


def shown_note(talk: stage_talk.Talk) -> NoteShown | None:
    if talk.note is None:
        return None
    return {
        "id": 7,
        "url": f"/stage/{name}/note",
        "rev": talk.note.revision,
        "saved": talk.note.revision,
        "editable": not asked.get("locked"),
        "statement": asked.get("statement"),
    }


def upload() -> None:
    frame.tidy()
    with frame.head("Upload a recording", "The client, then the file"):
        st.button("Run again")
    client = asked.get("client", "3")
    status = uploader(
        key="upload",
        fields={
            "therapist_userid": "1",
            "therapist_clientid": client,
            "session_type": "individual",
        },
        max_bytes=int(asked.get("max", 50_000_000)),
        wait_for="Choose the client first" if asked.get("shut") else None,
    )
    st.caption(f"status {status['state']} {status['recording_id']}")


def record() -> None:
    frame.tidy(frame.WORK)
    client = int(asked.get("client", 3))
    with frame.head("Record", "Nora Feldt · Individual"):
        st.button("Run again")
    left, right = st.columns([1.9, 1], gap="large")
    with right:
        st.subheader("This session", anchor=False)
        captions = st.toggle("Live captions", value="captions" in asked)
    with left:
        status = recorder(
            key="record",
            start={
                "client_id": client,
                "session_type": "individual",
                "setting": asked.get("setting", "in_person"),
                "note_format": None,
            },
            wait_for="Waiting for the client's consent." if asked.get("shut") else None,
            therapist_id=1,
            captions=captions,
            api="/api/stage",
        )
    st.caption(f"status {status['state']} {status['recording_id']} run {st.session_state.runs}")


def today() -> None:
    frame.tidy()
    st.title("Today", anchor=False)
    leftovers(key="leftovers", therapist_id=1, api="/api/stage")


def other() -> None:
    frame.tidy()
    st.title("Elsewhere", anchor=False)
    frame.empty("forum", "No sessions yet", "Record one, or upload a file.")


def widgets() -> None:
    frame.tidy()
    with frame.head("Widgets", "The hooks of the style sheet"):
        frame.badge("signed")
    st.segmented_control("Kind", ["All", "Mine"], default="All")
    st.text_input("Text")
    st.text_area("Area")
    st.date_input("Day")
    st.selectbox("Choice", ["One", "Two"])
    st.number_input("Number")
    st.multiselect("Several", ["One", "Two"])
    st.checkbox("Tick")
    st.radio("One of", ["One", "Two"], index=None)


def lists() -> None:
    frame.tidy()
    opened = table.opened("Papers")
    with frame.head("Lists"):
        more = st.toggle("One more")
    ids = ([9] if more else []) + list(range(1, 1 + int(asked.get("rows", 5))))
    ticked = table.ticked(
        "People",
        ids,
        {
            "Name": [f"Person {ident}" for ident in ids],
            "Note": ["<img src=x onerror=window.__broke=1>" for _ in ids],
            "Sessions": ids,
        },
        {"Sessions": 90},
    )
    st.caption(f"ticked {ticked}, opened {opened}, run {st.session_state.runs}")
    table.openable(
        "Papers",
        [70, 80],
        ["/other?paper=70", "/other?paper=80"],
        {
            "Paper": ["Letter", "Form"],
            "State": [table.Mark("Read", "green"), table.Mark("Failed", "red")],
        },
        {"State": 120},
    )
    table.shown("Entries", {"When": ["now"] * 30, "What": ["read"] * 30}, {"When": 120})


def words() -> None:
    frame.tidy()
    st.title("Words", anchor=False)
    for i, said in enumerate(stage_talk.HOSTILE):
        with st.container(key=f"word-{i}"):
            st.markdown(frame.plain(said))


pages = [
    st.Page(session, title="Session", url_path="session", default=True),
    st.Page(upload, title="Upload", url_path="upload"),
    st.Page(record, title="Record", url_path="record"),
    st.Page(today, title="Today", url_path="today"),
    st.Page(other, title="Other", url_path="other"),
    st.Page(widgets, title="Widgets", url_path="widgets"),
    st.Page(lists, title="Lists", url_path="lists"),
    st.Page(words, title="Words", url_path="words"),
]
st.navigation(pages, position="top").run()
