"""Words for people of what the models spell for machines."""

from models.client import Consent, SessionType
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


def consent(client: Client) -> str:
    """Given 3 Nov 2026, or Not recorded."""
    said = CONSENTS[client.consent]
    return f"{said} {frame.day(frame.local(client.consent_at))}" if client.consent_at else said


def session_type(client: Client) -> str:
    """Group of 5: the people besides the therapist, where that was said."""
    said = SESSION_TYPES[client.session_type]
    return f"{said} of {client.participants}" if client.participants else said


def language(code: str | None) -> str:
    return LANGUAGES[code] if code else "Detected in each session"
