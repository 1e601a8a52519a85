"""What a reader of a transcript should know of the sound behind it. pages/session says the codes in words."""

from sqlalchemy import select

from models.recording import AudioBlob, Recording
from services.access import Work
from services.recordings import lifecycle
from services.transcription import Transcription


def codes(work: Work, recording: Recording, made: Transcription) -> list[str]:
    found = []
    if not made.turns:
        found.append("no-speech")
    if made.speakers_problem:
        found.append("speakers-unknown")
    if lifecycle.missing(work, recording):
        found.append("parts-missing")
    if _is_cut_off(work, recording):
        found.append("cut-off")
    return found


def _is_cut_off(work: Work, recording: Recording) -> bool:
    """Whether a file of it ends before its header says, and no part that continues it follows."""
    rows = work.session.execute(
        select(AudioBlob.starts_container, AudioBlob.is_cut_off)
        .where(AudioBlob.recording_id == recording.id)
        .order_by(AudioBlob.sequence)
    ).all()
    ends = [*(row.starts_container for row in rows[1:]), True]
    return any(row.is_cut_off and is_end for row, is_end in zip(rows, ends, strict=False))
