"""How many voices a session of each type has, as far as its type tells."""

from models.client import SessionType


def expected_speakers(session_type: SessionType, participants: int | None) -> int | None:
    """Voices including the therapist's, or None where it has to be found out."""
    if session_type is SessionType.INDIVIDUAL:
        return 2
    if session_type is SessionType.COUPLE:
        return 3
    return participants + 1 if participants else None
