"""Taking a note or a transcript out: as which file, and why. The file itself comes from the API, which logs it."""

from urllib.parse import urlencode

import streamlit as st

from services.exports import FORMATS, REASONS
from ui import frame

KINDS = {
    "pdf": "PDF",
    "docx": "Word (DOCX)",
    "fhir": "FHIR document (JSON)",
    "txt": "Text",
    "vtt": "Captions (WebVTT)",
}


@st.dialog("Export", width="medium")
def export(recording_id: int, note_id: int | None, *, is_signed: bool) -> None:
    """Asks what for, then links to the file."""
    what = "note"
    if note_id is None:
        what = "transcript"
    else:
        what = st.segmented_control(
            "What",
            ["note", "transcript"],
            default="note",
            format_func=str.capitalize,
            required=True,
        )
    kind = st.segmented_control(
        "As", list(FORMATS[what]), default=next(iter(FORMATS[what])),
        format_func=KINDS.__getitem__, required=True, key=f"export-{what}",
    )  # fmt: skip
    reason = st.selectbox(
        "Why does it leave Verbatim?", list(REASONS), index=None, format_func=REASONS.__getitem__,
        placeholder="Choose a reason", help="It is kept in the access log with your name.",
    )  # fmt: skip
    if what == "note" and not is_signed:
        st.caption("This note is not signed: every page will say that it is a draft.")
    place = f"/notes/{note_id}" if what == "note" else f"/sessions/{recording_id}/transcript"
    query = urlencode({"format": kind, "reason": reason or "", "zone": frame.zone().key})
    st.link_button(
        "Export",
        f"/api/v1{place}/export?{query}",
        type="primary",
        icon=":material/ios_share:",
        disabled=reason is None,
    )
