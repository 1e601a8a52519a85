"""Transcripts: read with what the machine heard, corrected word by word, every correction a revision."""

from collections.abc import Callable
from typing import Any

from models.base import now
from models.recording import Recording
from models.transcript import TherapistSessionTranscript
from services import corrections, encryption
from services.access import Action, Actor, Work, acting
from services.corrections import Speaker, Utterance
from services.errors import NotFound

Edit = Callable[
    [list[Utterance], list[Speaker], list[Utterance]], tuple[list[Utterance], list[Speaker]]
]


def read(actor: Actor, recording_id: int) -> dict[str, Any]:
    """The transcript of a recording as the session view takes it: revision, language, duration (s),
    speakers, utterances with words, warnings. Raises NotFound while there is none."""
    with acting(actor, Action.TRANSCRIPT_READ) as work:
        row = _row(work, recording_id)
        utterances, machine = _opened(row, "utterances"), _opened(row, "machine")
        for utterance in utterances:
            utterance["machine"] = corrections.machine_text(machine, utterance)
        return {
            "revision": row.revision,
            "language": row.language,
            "duration": row.duration,
            "speakers": _opened(row, "speakers"),
            "utterances": utterances,
            "warnings": [code for code in row.warnings.split(",") if code],
        }


def rename_speaker(actor: Actor, recording_id: int, key: str, name: str) -> int:
    """Renames a speaker everywhere in the session. Returns the new revision, like every correction."""
    return _correct(
        actor, recording_id, lambda said, who, _: (said, corrections.rename(who, key, name))
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


def _opened(row: TherapistSessionTranscript, column: str) -> Any:
    return encryption.unseal_json(row, column)
