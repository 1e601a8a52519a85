"""How long sound and records are kept, as fields: the clinic's policy and a client's own ask the same."""

import streamlit as st

from models.retention import AudioKept
from services.retention import Policy
from services.retention.policies import FEWEST_RECORD_DAYS, MOST_DAYS

KEPT = {
    AudioKept.TRANSCRIBED: "Until the transcript is ready",
    AudioKept.SIGNED: "Until every note of the session is signed",
    AudioKept.DAYS: "For a number of days",
}
DAYS_A_YEAR = 365


def fields(policy: Policy) -> tuple[AudioKept, int, int | None]:
    """(what the sound waits for, its days, days of the records or None)"""
    kept = st.radio(
        "Sound is kept",
        list(KEPT),
        index=list(KEPT).index(policy.audio_kept),
        format_func=KEPT.__getitem__,
    )
    days = st.number_input(
        "Days after the session",
        value=policy.audio_days,
        min_value=0,
        max_value=MOST_DAYS,
        step=1,
        help="Counts only when sound is kept for a number of days. 0 removes it with the next purge.",
    )
    years = st.number_input(
        "Transcripts, summaries and notes are kept, in years",
        value=policy.record_days // DAYS_A_YEAR if policy.record_days else None,
        min_value=FEWEST_RECORD_DAYS // DAYS_A_YEAR,
        max_value=MOST_DAYS // DAYS_A_YEAR,
        step=1,
        placeholder="Not removed by age",
        help="Ask what the law of your place and profession requires.",
    )
    return kept, int(days), int(years) * DAYS_A_YEAR if years else None


def line(policy: Policy) -> str:
    """A policy in words."""
    kept = {
        AudioKept.TRANSCRIBED: "until it is transcribed",
        AudioKept.SIGNED: "until the notes are signed",
        AudioKept.DAYS: f"for {policy.audio_days} days",
    }[policy.audio_kept]
    years = policy.record_days // DAYS_A_YEAR if policy.record_days else 0
    records = f"for {years} years" if years else "without an end"
    return f"Sound {kept}, records {records}"
