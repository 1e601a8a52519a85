"""What POST /transcribe asks for: the sessions whose audio lies under one therapist, client and day."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from models.base import now
from models.client import TherapistClient
from models.recording import AudioBlob, Recording, RecordingState
from models.transcript import TherapistSessionTranscript
from services.access import Action, Actor, acting
from services.errors import NotFound
from services.recordings.abandoned import is_abandoned

HAS_GAPS = {"parts-missing", "cut-off"}  # of services.processing.transcript_warnings


@dataclass(frozen=True)
class Day:
    """Recordings by state, each list in the order they began."""

    ready: list[int]  # have a transcript
    incomplete: list[int]  # of these, whose sound did not come whole
    pending: list[int]  # the worker is at it, or about to be
    quiet: list[int]  # never ended, nothing has come for a while, and nobody asked to wait
    receiving: list[int]  # still being recorded, or waited for
    failed: list[int]


def of(actor: Actor, therapist_id: int, client_id: int, day: dt.date) -> Day:
    """`day` is the one in the audio's paths: when it arrived, in UTC. Opens nothing that is sealed and
    leaves no log row. Raises NotFound for a client that is not this therapist's, or not the actor's."""
    found = Day([], [], [], [], [], [])
    with acting(actor, Action.RECORDING_WATCH) as work:
        client = work.get(TherapistClient, client_id)
        if client.therapist_id != therapist_id:
            raise NotFound("No such client, or it is not yours to see.")
        prefix = f"{therapist_id}/{client_id}/{day.isoformat()}/"
        there = select(AudioBlob.recording_id).where(AudioBlob.path.startswith(prefix))
        begun = select(func.min(AudioBlob.created_at)).where(AudioBlob.recording_id == Recording.id)
        rows = work.rows(
            work.visible(Recording)
            .where(Recording.therapist_client_id == client_id, Recording.id.in_(there))
            .order_by(begun.scalar_subquery(), Recording.id)
        )
        table = TherapistSessionTranscript
        made = select(table.recording_id, table.warnings).where(
            table.recording_id.in_([row.id for row in rows]), table.deleted_at.is_(None)
        )
        warnings = {ident: set(codes.split(",")) for ident, codes in work.session.execute(made)}
        for row in rows:
            _list_of(found, row, row.id in warnings).append(row.id)
        found.incomplete.extend(i for i in found.ready if warnings[i] & HAS_GAPS)
    return found


def _list_of(found: Day, row: Recording, is_heard: bool) -> list[int]:
    if is_heard:
        return found.ready
    if row.state is RecordingState.RECEIVING:
        return found.quiet if is_abandoned(row, now()) else found.receiving
    return found.failed if row.state is RecordingState.FAILED else found.pending
