"""Clients of a therapist: the relationship, its consent, and what transcription needs to know."""

from dataclasses import dataclass

from sqlalchemy import func, select

from models.base import now
from models.client import Consent, SessionType, TherapistClient
from models.recording import Recording
from models.user import Role, User
from services import encryption, referenced
from services.access import Action, Actor, Work, acting
from services.adapters.speech.languages import LANGUAGES
from services.adapters.visible_text import visible
from services.errors import Invalid, NotAllowed
from services.retention import owners

METHODS = ("in writing", "verbally", "by the guardian")


@dataclass(frozen=True)
class Client:
    id: int
    name: str
    therapist_id: int
    therapist: str
    session_type: SessionType
    participants: int | None
    language: str | None
    consent: Consent
    consent_at: str | None  # ISO 8601, UTC
    consent_by: str | None  # who took it
    consent_method: str | None  # of METHODS
    sessions: int
    user_id: int | None = None  # the client's own account


@dataclass(frozen=True)
class Choice:
    """A client to be chosen: what a list of choices needs, without counting sessions."""

    id: int
    name: str
    therapist_id: int
    consent: Consent


def choices(actor: Actor) -> list[Choice]:
    """Clients that the actor may see, by name. For pages that run again with every click."""
    with acting(actor, Action.CLIENT_LIST) as work:
        rows = work.rows(work.visible(TherapistClient))
        found = [
            Choice(row.id, encryption.unseal(row, "name"), row.therapist_id, row.consent)
            for row in rows
        ]
    return sorted(found, key=lambda choice: choice.name.casefold())


def list_clients(actor: Actor) -> list[Client]:
    """Clients that the actor may see, by name."""
    with acting(actor, Action.CLIENT_LIST) as work:
        rows = work.rows(work.visible(TherapistClient))
        people, counts = _people(work, rows), _counts(work, rows)
        found = [_client(row, people, counts) for row in rows]
    return sorted(found, key=lambda client: client.name.casefold())


def create_client(
    actor: Actor,
    name: str,
    *,
    therapist_id: int | None = None,
    session_type: SessionType = SessionType.INDIVIDUAL,
    participants: int | None = None,
    language: str | None = None,
) -> int:
    """A new client of the acting therapist, or of `therapist_id` when an administrator acts."""
    with acting(actor, Action.CLIENT_CREATE) as work:
        therapist = actor.user_id if therapist_id is None else therapist_id
        if actor.role is not Role.ADMINISTRATOR and therapist != actor.user_id:
            raise NotAllowed("Clients can be added for yourself only.")
        row = work.session.get(User, therapist)
        if row is None or row.role is not Role.THERAPIST or row.disabled_at is not None:
            raise Invalid("Choose the therapist who sees this client.")
        client = TherapistClient(
            therapist_id=therapist,
            session_type=session_type,
            participants=_voices(participants),
            language=_language(language),
        )
        client.name = encryption.seal(client, "name", _name(name))
        work.add(client)
        return client.id


def change_client(
    actor: Actor,
    client_id: int,
    *,
    name: str,
    session_type: SessionType,
    participants: int | None,
    language: str | None,
) -> None:
    """Corrects a client's details."""
    with acting(actor, Action.CLIENT_CHANGE) as work:
        client = work.get(TherapistClient, client_id, lock=True)
        client.name = encryption.seal(client, "name", _name(name))
        client.session_type = session_type
        client.participants, client.language = _voices(participants), _language(language)


def set_account(actor: Actor, client_id: int, user_id: int | None) -> None:
    """The client's own account, by which the API finds what is kept of them and takes in what they send; None: they
    have none. An administrator's to say, who alone sees accounts. Raises Invalid, NotAllowed, NotFound."""
    with acting(actor, Action.CLIENT_LINK) as work:
        client = work.get(TherapistClient, client_id, lock=True)
        if user_id is not None and work.get(User, user_id).role is not Role.CLIENT:
            raise Invalid("Choose an account with the role Client.")
        client.client_user_id = user_id
        work.detail(f"account={user_id or 'none'}")


def record_consent(actor: Actor, client_id: int, consent: Consent, method: str) -> None:
    """Consent to recording: given, declined or withdrawn, with who took it and when."""
    with acting(actor, Action.CLIENT_CHANGE) as work:
        if consent is Consent.GIVEN and method not in METHODS:
            raise Invalid(f"Say how consent was given: {', '.join(METHODS)}.")
        client = work.get(TherapistClient, client_id, lock=True)
        client.consent, client.consent_at = consent, now()
        client.consent_taken_by = actor.user_id
        client.consent_method = method if consent is Consent.GIVEN else None
        work.detail(f"consent={consent.value}")


def remove_client(actor: Actor, client_id: int) -> None:
    """Hides a client without sessions. One with sessions is kept: retention decides on those. Raises Invalid,
    NotAllowed for who covers, NotFound."""
    with acting(actor, Action.CLIENT_CHANGE) as work:
        client = work.get(TherapistClient, client_id, lock=True)
        owners.check(work, client)
        if _counts(work, [client]):
            raise Invalid("This client has sessions, which are kept by the retention policy.")
        client.deleted_at = now()


def _client(row: TherapistClient, people: dict[int, str], counts: dict[int, int]) -> Client:
    return Client(
        id=row.id,
        name=encryption.unseal(row, "name"),
        therapist_id=row.therapist_id,
        therapist=people.get(row.therapist_id, ""),
        session_type=row.session_type,
        participants=row.participants,
        language=row.language,
        consent=row.consent,
        consent_at=row.consent_at.isoformat() if row.consent_at else None,
        consent_by=people.get(row.consent_taken_by) if row.consent_taken_by else None,
        consent_method=row.consent_method,
        sessions=counts.get(row.id, 0),
        user_id=row.client_user_id,
    )


def _people(work: Work, rows: list[TherapistClient]) -> dict[int, str]:
    """Names of therapists and of those who took consent."""
    ids = {row.therapist_id for row in rows}
    ids |= {row.consent_taken_by for row in rows if row.consent_taken_by}
    return referenced.names(work, ids)


def _counts(work: Work, rows: list[TherapistClient]) -> dict[int, int]:
    statement = (
        select(Recording.therapist_client_id, func.count())
        .where(
            Recording.therapist_client_id.in_([row.id for row in rows]),
            Recording.deleted_at.is_(None),
            Recording.addendum_to.is_(None),
        )
        .group_by(Recording.therapist_client_id)
    )
    return dict(work.session.execute(statement).all())


def _name(name: str) -> str:
    name = visible(name)
    if not 1 <= len(name) <= 120:
        raise Invalid("A client needs a name of 1 to 120 characters.")
    return name


def _voices(participants: int | None) -> int | None:
    if participants is not None and not 1 <= participants <= 12:
        raise Invalid("Between 1 and 12 people besides the therapist can be told apart.")
    return participants


def _language(language: str | None) -> str | None:
    if language and language not in LANGUAGES:  # the recogniser fails at what it does not know
        raise Invalid(
            "Name the language by its code, such as en or de, or leave it to be detected."
        )
    return language or None
