"""What a client's answer about recording allows. What was begun before the answer changed is finished."""

from models.client import Consent, TherapistClient
from services.errors import Conflict

ANSWERED = {
    Consent.MISSING: "The client has not been asked yet whether this may be recorded. Note the answer first.",
    Consent.DECLINED: "The client declined to be recorded, so nothing was {}.",
    Consent.WITHDRAWN: "The client withdrew consent to recording, so nothing was {}.",
}


def to_record(client: TherapistClient) -> None:
    """Raises Conflict unless consent was given."""
    if client.consent is not Consent.GIVEN:
        raise Conflict(ANSWERED[client.consent].format("started"))


def to_take_in(client: TherapistClient) -> None:
    """Raises Conflict for the first sound of a session when the client said no. Where no answer is noted, whoever
    sends it answers for it: another system may keep the consent."""
    if client.consent in (Consent.DECLINED, Consent.WITHDRAWN):
        raise Conflict(ANSWERED[client.consent].format("stored"))
