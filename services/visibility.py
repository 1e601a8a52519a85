"""Which rows an actor may see at all. Everything else is *not found*; `services.access` asks this of every query."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, false, inspect, select, true

from models.access_log import AccessLog
from models.api import ApiToken, IdempotentAnswer, Webhook
from models.base import Base, now
from models.client import OwnedByTherapist, TherapistClient
from models.client_grant import ClientGrant
from models.clinic import Clinic
from models.document import Document, DocumentPage, DocumentRole
from models.instruction import Instruction, InstructionVersion
from models.note import Note, ProcessNote
from models.recording import Recording
from models.retention import Purge, RetentionPolicy
from models.second_factor import SecondFactor
from models.user import Role, SignIn, Supervision, User
from services.actor import Actor


def visibility(model: type[Base], actor: Actor) -> ColumnElement[bool]:
    """A condition on `model`. A table that has no rule here is seen by nobody."""
    if issubclass(model, OwnedByTherapist):
        if model.__tablename__ == "therapist_clients" and actor.role is Role.ADMINISTRATOR:
            return true()
        return model.therapist_id.in_(_reach(actor)) | _by_grant(model, actor)
    if model in (User, SignIn, Supervision, ClientGrant, Clinic, AccessLog, RetentionPolicy, Purge):
        return _of_the_house(model, actor)
    if model is SecondFactor:
        return SecondFactor.user_id == actor.user_id
    if model is Instruction:
        return _instructions(actor)
    if model is InstructionVersion:
        seen = select(Instruction.id).where(visibility(Instruction, actor))
        return InstructionVersion.instruction_id.in_(seen)
    if model is ProcessNote:
        return ProcessNote.author_id == actor.user_id
    if model in (ApiToken, Webhook, IdempotentAnswer):
        return model.user_id == actor.user_id
    if model is Document:
        return _documents(actor)
    if model is DocumentPage:
        seen = select(Document.id).where(visibility(Document, actor))
        return DocumentPage.document_id.in_(seen)
    return false()


def _documents(actor: Actor) -> ColumnElement[bool]:
    """A client's own; a therapist's, with those of clients they were given access to, while they have it."""
    if actor.role is Role.CLIENT:
        return (Document.user_id == actor.user_id) & (Document.role == DocumentRole.USER)
    theirs = Document.therapist_id.in_(_reach(actor))
    if actor.role is not Role.THERAPIST:
        return theirs
    return theirs | Document.therapist_client_id.in_(_granted(actor))


def _instructions(actor: Actor) -> ColumnElement[bool]:
    """The clinic's and one's own; supervisors also those of the supervised. An administrator sees everyone's,
    but for those made for one client, who may be described in them."""
    if actor.role is Role.ADMINISTRATOR:
        return Instruction.therapist_client_id.is_(None)
    return (
        Instruction.owner_id.is_(None)
        | (Instruction.owner_id == actor.user_id)
        | Instruction.owner_id.in_(_reach(actor))
    )


def _of_the_house(model: type[Base], actor: Actor) -> ColumnElement[bool]:
    """Accounts and settings: an administrator sees all of them, others their own."""
    if model in (Clinic, RetentionPolicy):
        return true()  # settings: they hold for everyone, and name nobody
    if model in (AccessLog, Purge):
        return true() if actor.role is Role.PRIVACY_OFFICER else false()
    if actor.role is Role.ADMINISTRATOR:
        return true()
    whose = {
        User: User.id,
        SignIn: SignIn.user_id,
        Supervision: Supervision.supervisor_id,
        ClientGrant: ClientGrant.user_id,
    }
    return whose[model] == actor.user_id


def _reach(actor: Actor) -> Select[int] | Sequence[int]:
    """Therapists whose rows the actor may see."""
    if actor.role is Role.THERAPIST:
        return [actor.user_id]
    if actor.role is Role.SUPERVISOR:
        return select(Supervision.therapist_id).where(Supervision.supervisor_id == actor.user_id)
    return []


def _granted(actor: Actor) -> Select[int]:
    """Clients that the actor was given access to, at this moment."""
    at = now()
    if actor.role is not Role.THERAPIST:  # who became something else keeps nothing of it
        return select(ClientGrant.therapist_client_id).where(false())
    return select(ClientGrant.therapist_client_id).where(
        ClientGrant.user_id == actor.user_id,
        ClientGrant.since <= at,
        ClientGrant.until.is_(None) | (ClientGrant.until > at),
        ClientGrant.revoked_at.is_(None),
    )


def _by_grant(model: type[OwnedByTherapist], actor: Actor) -> ColumnElement[bool]:
    """Rows of a granted client: they are it, name it, or belong to a recording or note of it."""
    columns: Mapping[str, ColumnElement[int]] = inspect(model).columns
    if "therapist_client_id" in columns:
        return columns["therapist_client_id"].in_(_granted(actor))
    if "recording_id" in columns:
        of_client = select(Recording.id).where(Recording.therapist_client_id.in_(_granted(actor)))
        return columns["recording_id"].in_(of_client)
    if "note_id" in columns:
        of_client = select(Note.id).where(Note.therapist_client_id.in_(_granted(actor)))
        return columns["note_id"].in_(of_client)
    return columns["id"].in_(_granted(actor)) if model is TherapistClient else false()
