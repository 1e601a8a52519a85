"""How far a recording is: stage, share and time left, refreshed by itself while the page stays usable."""

import streamlit as st

from models.recording import RecordingState, Stage
from services import recordings
from services.access import Actor
from services.recordings import Progress
from ui import frame

EVERY = "2s"
STAGES = {
    Stage.WAITING: "Waiting for a worker",
    Stage.TRANSCRIBING: "Transcribing",
    Stage.LABELLING: "Finding the speakers",
    Stage.SUMMARISING: "Summarising",
    Stage.DRAFTING: "Drafting the note",
    Stage.DONE: "Done",
}


@st.fragment(run_every=EVERY)
def bar(actor: Actor, recording_id: int) -> None:
    """The bar; runs the whole page once more when the recording is finished, well or not."""
    found = recordings.watch(actor, [recording_id])
    if not found or found[0].state in (RecordingState.DONE, RecordingState.FAILED):
        st.rerun()
    st.progress(min(found[0].progress, 1.0), text=words(found[0]))


def words(progress: Progress) -> str:
    """Transcribing, 60 %, about 2 min left"""
    if progress.state is RecordingState.RECEIVING:
        return f"{frame.hms(progress.seconds_received)} received"
    parts = [STAGES[progress.stage]]
    if progress.stage is Stage.TRANSCRIBING:
        parts.append(frame.percent(progress.progress))
    if progress.seconds_left is not None and progress.seconds_left >= 3:
        parts.append(f"about {frame.duration(progress.seconds_left)} left")
    return ", ".join(parts)
