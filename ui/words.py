"""Words for people of what the models spell for machines."""

import datetime as dt

from models.client import Consent, SessionType
from models.note import NoteStep
from models.user import Role
from services.adapters.speech.languages import NAMES as LANGUAGES
from services.clients import METHODS, Client
from ui import frame

ROLES = {
    Role.THERAPIST: "Therapist",
    Role.SUPERVISOR: "Supervisor",
    Role.CLIENT: "Client",
    Role.PRIVACY_OFFICER: "Privacy officer",
    Role.ADMINISTRATOR: "Administrator",
}
SESSION_TYPES = {
    SessionType.INDIVIDUAL: "Individual",
    SessionType.COUPLE: "Couple",
    SessionType.FAMILY: "Family",
    SessionType.GROUP: "Group",
}
CONSENTS = {
    Consent.MISSING: "Not recorded",
    Consent.GIVEN: "Given",
    Consent.DECLINED: "Declined",
    Consent.WITHDRAWN: "Withdrawn",
}
# What a client may have answered: how it is said, what is stored, and how it was given.
ANSWERS = {
    **{f"Given {method}": (Consent.GIVEN, method) for method in METHODS},
    "Declined": (Consent.DECLINED, ""),
    "Withdrawn": (Consent.WITHDRAWN, ""),
}

# What a person did to a note.
STEPS = {
    NoteStep.DRAFTED: "Drafted",
    NoteStep.EDITED: "Edited",
    NoteStep.SIGNED: "Signed",
    NoteStep.ADDENDUM: "Added to",
    NoteStep.RETURNED: "Returned",
    NoteStep.COUNTERSIGNED: "Countersigned",
    NoteStep.REOPENED: "Reopened",
}

# What the access log calls an action, as the person would; most frequent kinds first.
ACTIONS = {
    "session:list": "List sessions",
    "session:read": "Open a session",
    "transcript:read": "Read a transcript",
    "transcript:correct": "Correct a transcript",
    "recording:play": "Play a recording",
    "recording:begin": "Begin a recording",
    "recording:add_chunk": "Send a part of a recording",
    "recording:finish": "Finish a recording",
    "recording:retry": "Transcribe a recording again",
    "recording:watch": "Follow a transcription",
    "recording:process": "Transcribe a recording",
    "recording:advance": "Transcribe what has arrived",
    "recording:recover": "Open the key of a recording",
    "recording:mark": "Note events of a recording",
    "recording:wait": "Wait for the rest of a recording",
    "captions:open": "Open live captions",
    "captions:watch": "Follow live captions",
    "client:list": "List clients",
    "client:create": "Add a client",
    "client:link": "Say which account is a client's",
    "client:change": "Change a client",
    "treatment:read": "Read a treatment plan",
    "treatment:change": "Change a treatment plan",
    "instruction:read": "Read instructions",
    "instruction:write": "Change one's own instructions",
    "instruction:publish": "Publish instructions for the clinic",
    "sign_in:start": "Sign in",
    "sign_in:password": "Give the password, before the code",
    "sign_in:end": "Sign out",
    "account:change": "Use one's own account",
    "second_factor:change": "Use one's own second factor",
    "second_factor:reset": "Reset somebody's second factor",
    "user:list": "List accounts",
    "user:create": "Add an account",
    "user:change": "Change an account",
    "clinic:read": "Read the clinic's settings",
    "clinic:change": "Change the clinic's settings",
    "health:read": "Check the health of the parts",
    "note:draft": "Draft a note",
    "note:list": "List notes",
    "note:read": "Read a note",
    "note:watch": "Count notes that wait",
    "note:edit": "Edit a note",
    "note:sign": "Sign a note",
    "note:add": "Add to a signed note",
    "note:reopen": "Reopen a note",
    "note:return": "Return a note",
    "note:countersign": "Countersign a note",
    "history:read": "Read a client's history",
    "history:correct": "Correct a client's history",
    "process_note:read": "Read process notes",
    "process_note:write": "Write process notes",
    "grant:read": "List who covers for whom",
    "grant:change": "Give or end cover",
    "document:list": "List documents",
    "document:upload": "Add a document",
    "document:read": "Read a document",
    "document:view": "View a document's file",
    "document:correct": "Correct a document, or have it read again",
    "document:search": "Search a client's documents",
    "document:delete": "Delete a document",
    "document:watch": "Follow the reading of a document",
    "document:process": "Have a document read",
    "document:advance": "Keep a page that was read",
    "note:export": "Export a note",
    "transcript:export": "Export a transcript",
    "session:delete": "Delete or restore a session",
    "retention:read": "Read how long things are kept",
    "retention:change": "Change how long things are kept",
    "retention:purge": "Purge what is over",
    "token:read": "List API tokens",
    "token:change": "Make or end API tokens",
    "webhook:change": "Change webhooks",
    "answer:keep": "Keep an answer for a repeated request",
    "recording:list": "List parts of recordings",
    "recording:read": "Read a part's details",
    "recording:change": "Change a part's details",
    "sign_in:link": "Link an account to the identity provider",
    "sign_in:role": "Take the identity provider's role",
    "sign_in:enrol": "Make an account from the identity provider",
    "access_log:read": "Read the access log",
    "access_log:verify": "Check the access log",
    "access_log:export": "Export the access log",
}
OUTCOMES = {"done": "Done", "refused": "Refused"}
WAYS = {"dashboard": "Dashboard", "api": "API", "worker": "Worker", "command": "Command line"}
SUBJECTS = {
    "documents": "Document",
    "document_pages": "Page of a document",
    "recordings": "Recording",
    "audio_blobs": "Part",
    "transcribed_passages": "Passage",
    "recorder_keys": "Key of a recording",
    "recording_events": "Event",
    "live_captions": "Caption",
    "live_pieces": "Live sound",
    "therapist_sessions": "Appointment",
    "therapist_session_transcripts": "Transcript",
    "therapist_session_transcript_histories": "Summary",
    "therapist_clients": "Client",
    "instructions": "Instruction",
    "goals": "Goal",
    "measurements": "Score",
    "notes": "Note",
    "process_notes": "Process note",
    "client_grants": "Cover",
    "users": "Account",
    "supervisions": "Supervision",
    "sign_ins": "Sign-in",
}


def consent(client: Client) -> str:
    """Given 3 Nov 2026, or Not recorded."""
    said = CONSENTS[client.consent]
    if client.consent_at is None:
        return said
    return f"{said} {frame.day(frame.local(dt.datetime.fromisoformat(client.consent_at)))}"


def taken(client: Client) -> str:
    """In writing, recorded by Ruth Adeyemi: how an answer was given, and who says so."""
    method = f"{client.consent_method}, " if client.consent_method else ""
    said = f"{method}recorded by {client.consent_by}"
    return said[0].upper() + said[1:]


def session_type(client: Client) -> str:
    """Group of 5: the people besides the therapist, where that was said."""
    said = SESSION_TYPES[client.session_type]
    return f"{said} of {client.participants}" if client.participants else said


def subject(kind: str, ids: str) -> str:
    """Recording 7, Clients 1, 2 and so on: what an entry of the access log is about."""
    if not kind:
        return ""
    said = SUBJECTS.get(kind, kind.replace("_", " "))
    if not ids:
        return said
    return f"{said}s {ids.replace(',', ', ')}" if "," in ids else f"{said} {ids}"


def language(code: str | None) -> str:
    return LANGUAGES[code] if code else "Detected in each session"
