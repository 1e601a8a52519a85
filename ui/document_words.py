"""Words for people of what documents are and how far their reading is."""

from models.document import DocumentState
from services.documents import Progress
from ui import frame, table

FEATURES = {
    "intake-forms": "Intake form",
    "consent": "Consent",
    "questionnaires": "Questionnaire",
    "letters": "Letter",
    "reports": "Report",
    "other": "Other",
}
STATES = {
    DocumentState.WAITING: "Waiting",
    DocumentState.READING: "Reading",
    DocumentState.READ: "Read",
    DocumentState.FAILED: "Could not be read",
    DocumentState.LOCKED: "Locked",
}
TONES: dict[DocumentState, table.Tone] = {
    DocumentState.WAITING: "gray",
    DocumentState.READING: "orange",
    DocumentState.READ: "green",
    DocumentState.FAILED: "red",
    DocumentState.LOCKED: "orange",
}
READERS = {
    "local": "On this server",
    "azure_document_intelligence": "Azure Document Intelligence",
}


def feature(code: str) -> str:
    """Intake form; a clinic's own kind as it is spelled."""
    return FEATURES.get(code) or code.replace("-", " ").capitalize()


def state(progress: Progress) -> str:
    """Reading page 3 of 12."""
    if progress.state is DocumentState.READING and progress.pages:
        return f"Reading page {min(progress.pages_read + 1, progress.pages)} of {progress.pages}"
    return STATES[progress.state]


def mark(progress: Progress) -> table.Mark:
    return table.Mark(state(progress), TONES[progress.state])


def reader(code: str | None) -> str:
    return READERS.get(code or "", code or "")


def pages(number: int | None) -> str:
    return frame.count(number, "page") if number else ""
