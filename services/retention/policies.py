"""The clinic's policy, and one client's instead of it."""

from dataclasses import dataclass

from models.client import TherapistClient
from models.retention import AudioKept, RetentionPolicy
from models.user import Role
from services.access import Action, Actor, Work, acting
from services.errors import Invalid, NotAllowed
from services.retention import owners

MOST_DAYS = 36_500
FEWEST_RECORD_DAYS = 365  # a slip of the keyboard must not purge last month's notes


@dataclass(frozen=True)
class Policy:
    audio_kept: AudioKept = AudioKept.DAYS
    audio_days: int = 365
    record_days: int | None = None  # transcripts, notes, documents; None: not purged by age
    is_own: bool = False  # of the client, not the clinic's


def of_clinic(actor: Actor) -> Policy:
    with acting(actor, Action.RETENTION_READ) as work:
        return effective(work, None)


def of_client(actor: Actor, client_id: int) -> Policy:
    """What holds for a client. Raises NotFound."""
    with acting(actor, Action.RETENTION_READ) as work:
        work.get(TherapistClient, client_id)
        return effective(work, client_id)


def change(
    actor: Actor,
    *,
    audio_kept: AudioKept,
    audio_days: int,
    record_days: int | None,
    client_id: int | None = None,
) -> None:
    """The clinic's policy (administrators only), or a client's own (their own therapist, administrators).
    Raises Invalid, NotAllowed, NotFound."""
    if not 0 <= audio_days <= MOST_DAYS:
        raise Invalid(f"Audio can be kept for 0 to {MOST_DAYS:,} days.")
    if record_days is not None and not FEWEST_RECORD_DAYS <= record_days <= MOST_DAYS:
        raise Invalid(f"Records are kept for {FEWEST_RECORD_DAYS} to {MOST_DAYS:,} days.")
    with acting(actor, Action.RETENTION_CHANGE) as work:
        row = _row(work, actor, client_id)
        if row is None:
            row = RetentionPolicy(therapist_client_id=client_id)
            work.add(row)
        row.audio_kept, row.audio_days, row.record_days = audio_kept, audio_days, record_days
        work.detail(f"audio={audio_kept.value}:{audio_days} records={record_days}")


def follow_the_clinic(actor: Actor, client_id: int) -> None:
    """Takes a client's own policy back. Raises NotAllowed, NotFound."""
    with acting(actor, Action.RETENTION_CHANGE) as work:
        row = _row(work, actor, client_id)
        if row is not None:
            work.session.delete(row)
        work.detail("follows the clinic")


def effective(work: Work, client_id: int | None) -> Policy:
    rows = {
        row.therapist_client_id: row
        for row in work.session.scalars(
            work.visible(RetentionPolicy).where(
                RetentionPolicy.therapist_client_id.is_(None)
                | (RetentionPolicy.therapist_client_id == client_id)
            )
        )
    }
    row = rows.get(client_id) or rows.get(None)
    if row is None:
        return Policy()
    is_own = row.therapist_client_id is not None
    return Policy(row.audio_kept, row.audio_days, row.record_days, is_own)


def _row(work: Work, actor: Actor, client_id: int | None) -> RetentionPolicy | None:
    if client_id is not None:
        owners.check(work, work.get(TherapistClient, client_id))
    elif actor.role is not Role.ADMINISTRATOR:
        raise NotAllowed("The clinic's policy is set by an administrator.")
    column = RetentionPolicy.therapist_client_id
    wanted = column.is_(None) if client_id is None else column == client_id
    return work.session.scalars(
        work.visible(RetentionPolicy).where(wanted).with_for_update()
    ).first()
