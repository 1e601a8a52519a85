"""Transcripts: read with what the machine heard, corrected word by word, every correction a revision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from models.base import now
from models.recording import AudioBlob, Recording
from models.transcript import TherapistSessionTranscript
from services import corrections, encryption
from services.access import Action, Actor, Work, acting
from services.corrections import Speaker, Utterance
from services.errors import NotFound
from services.recordings import events, lifecycle

Edit = Callable[
    [list[Utterance], list[Speaker], list[Utterance]], tuple[list[Utterance], list[Speaker]]
]


@dataclass(frozen=True)
class Overview:
    revision: int
    duration: float  # seconds
    language: str
    speakers: list[Speaker]


def read(actor: Actor, recording_id: int) -> dict[str, Any]:
    """The transcript of a recording as the session view takes it: revision, language, duration (s),
    speakers, utterances with words, warnings, gaps, events. Raises NotFound while there is none."""
    with acting(actor, Action.TRANSCRIPT_READ) as work:
        row = _row(work, recording_id)
        utterances = _opened(row, "utterances")
        # as long as the transcript itself, and most often not needed
        is_corrected = any(utterance.get("corrected") for utterance in utterances)
        machine = _opened(row, "machine") if is_corrected else []
        for utterance in utterances:
            utterance["machine"] = corrections.machine_text(machine, utterance)
        return {
            "revision": row.revision,
            "language": row.language,
            "duration": row.duration,
            "speakers": _opened(row, "speakers"),
            "utterances": utterances,
            "warnings": [code for code in row.warnings.split(",") if code],
            "gaps": _gaps(work, row),
            "events": events.of_recording(work, recording_id),
        }


def overview(actor: Actor, recording_id: int) -> Overview:
    """What the page needs without the words. Raises NotFound while there is no transcript."""
    with acting(actor, Action.TRANSCRIPT_READ) as work:
        row = _row(work, recording_id)
        work.detail("speakers")
        return Overview(row.revision, row.duration, row.language, _opened(row, "speakers"))


def rename_speaker(actor: Actor, recording_id: int, key: str, name: str) -> int:
    """Renames a speaker everywhere in the session. Returns the new revision, like every correction."""
    return _correct(
        actor, recording_id, lambda said, who, _: (said, corrections.rename(who, key, name))
    )


def set_role(actor: Actor, recording_id: int, key: str, role: str) -> int:
    """Says whether a speaker is the therapist, a client or somebody else."""
    return _correct(
        actor, recording_id, lambda said, who, _: (said, corrections.set_role(who, key, role))
    )


def reassign(actor: Actor, recording_id: int, ids: list[int], key: str) -> int:
    """Gives utterances to another speaker; key "new" adds one."""
    return _correct(
        actor, recording_id, lambda said, who, _: corrections.reassign(said, who, ids, key)
    )


def merge(actor: Actor, recording_id: int, ident: int) -> int:
    """Joins an utterance to the one before it."""
    return _correct(actor, recording_id, lambda said, who, _: (corrections.merge(said, ident), who))


def correct(actor: Actor, recording_id: int, ident: int, text: str) -> int:
    """Replaces the words of an utterance; the machine's version stays readable."""
    return _correct(
        actor, recording_id, lambda said, who, _: (corrections.correct(said, ident, text), who)
    )


def restore(actor: Actor, recording_id: int, ident: int) -> int:
    """Puts the machine's words back."""
    return _correct(
        actor,
        recording_id,
        lambda said, who, heard: (corrections.restore(said, heard, ident), who),
    )


def _correct(actor: Actor, recording_id: int, edit: Edit) -> int:
    with acting(actor, Action.TRANSCRIPT_CORRECT) as work:
        row = _row(work, recording_id, lock=True)
        said, who = edit(
            _opened(row, "utterances"), _opened(row, "speakers"), _opened(row, "machine")
        )
        row.utterances = encryption.seal_json(row, "utterances", said)
        row.speakers = encryption.seal_json(row, "speakers", who)
        row.transcript = encryption.seal(row, "transcript", corrections.as_text(said, who))
        row.revision += 1
        row.update_timestamp = now()
        work.detail(f"revision={row.revision}")
        return row.revision


def _row(work: Work, recording_id: int, *, lock: bool = False) -> TherapistSessionTranscript:
    recording = work.get(Recording, recording_id)
    statement = work.visible(TherapistSessionTranscript).where(
        TherapistSessionTranscript.recording_id == recording.id
    )
    row = work.session.scalars(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound("This session has no transcript yet.")
    work.saw(row)
    return row


def _gaps(work: Work, row: TherapistSessionTranscript) -> list[dict[str, float]]:
    """Where parts are missing: [{"at": s, "seconds": s}]. What a part would have lasted is not known; what
    the sound lacks in all is shared out evenly."""
    if "parts-missing" not in row.warnings:
        return []
    chunks = work.session.execute(
        select(AudioBlob.sequence, AudioBlob.seconds)
        .where(AudioBlob.recording_id == row.recording_id)
        .order_by(AudioBlob.sequence)
    ).all()
    missing = lifecycle.missing(work, work.session.get_one(Recording, row.recording_id))
    lacking = max(row.duration - sum(seconds for _, seconds in chunks), 0.0)
    each = lacking / len(missing) if missing else 0.0
    gaps: list[dict[str, float]] = []
    for sequence in missing:
        heard = sum(seconds for number, seconds in chunks if number < sequence)
        at = round(heard + each * sum(1 for earlier in missing if earlier < sequence), 2)
        if gaps and gaps[-1]["at"] + gaps[-1]["seconds"] >= at - 0.01:
            gaps[-1]["seconds"] = round(gaps[-1]["seconds"] + each, 2)
        else:
            gaps.append({"at": at, "seconds": round(each, 2)})
    return gaps


def _opened(row: TherapistSessionTranscript, column: str) -> Any:
    return encryption.unseal_json(row, column)
