"""What a chunk must be before it is stored. Each refusal says what to do; the sound decides, not the name."""

import re
from dataclasses import dataclass
from typing import BinaryIO, cast

from config import settings
from models.recording import AudioBlob, Recording, RecordingState
from services import encryption, vault
from services.adapters.audio.containers import begins_container
from services.adapters.audio.decoding import NOT_AUDIO
from services.adapters.audio.probe import probe, probe_continuation
from services.adapters.errors import AudioUnreadable
from services.errors import Conflict, Invalid, TooLarge

SHORTEST = 1.0  # seconds of a whole recording
TOO_SHORT = "This recording is shorter than a second. Record again."
LARGEST_CONTINUATION = 64 << 20  # bytes: such a chunk is decoded whole to be checked


@dataclass(frozen=True)
class ChunkFacts:
    content_type: str
    seconds: float
    starts_container: bool
    is_cut_off: bool = False  # shorter than its header says: more of it may follow, or was lost


def fields(session_id: str, filename: str, sequence: int | None) -> None:
    if not re.fullmatch(r"[\w.:@+-]{1,255}", session_id, re.ASCII):
        raise Invalid(
            "session_id must be 1 to 255 letters, digits or . : @ + - _ without blanks. "
            "It becomes part of logs, so it must not name a person."
        )
    if not 1 <= len(filename) <= 512:
        raise Invalid("The file needs a name of 1 to 512 characters.")
    if sequence is not None and not 0 <= sequence < 1_000_000:
        raise Invalid("sequence counts the parts of a session from 0.")


def still_open(recording: Recording, sequence: int | None, is_last: bool) -> None:
    """Raises Conflict when this recording takes no further chunk like this one."""
    if recording.state is not RecordingState.RECEIVING:
        raise Conflict(
            "This session has already ended and is being transcribed. Start a new session for what "
            "follows; what was received before is safe."
        )
    last = recording.last_sequence
    if last is None:
        return
    if is_last:
        raise Conflict(
            f"This session already has a last part, number {last}. Send the missing parts without "
            "is_last_blob, or start a new session."
        )
    if sequence is None or sequence > last:
        raise Conflict(
            f"This session ended with part {last}. Start a new session for what follows; what was "
            "received before is safe."
        )


def may_end_empty(recording: Recording | None, is_last: bool) -> None:
    if not is_last or recording is None:
        raise Invalid("This part is empty. Record again, or send the file once more.")


def audio(
    content: encryption.Spool, before: AudioBlob | None, sequence: int | None, *, is_whole: bool
) -> ChunkFacts:
    """Decodes the chunk. `before` begins the file that the chunk may continue; `is_whole` says that
    the chunk is a recording by itself. Raises Invalid, TooLarge."""
    with content.reader() as opened:
        stream = cast(BinaryIO, opened)
        try:
            if begins_container(stream):
                return _own_file(stream, is_whole)
            if before is None:
                return _overtaking(sequence)
            if content.size > LARGEST_CONTINUATION:
                raise TooLarge("A part that continues a file may have 64 MB. Send smaller parts.")
            with vault.blobs().reader([before.path]) as head:
                seconds = probe_continuation(cast(BinaryIO, head), stream)
                return ChunkFacts(before.content_type, seconds, False)
        except AudioUnreadable as error:
            raise Invalid(str(error)) from error


def _own_file(stream: BinaryIO, is_whole: bool) -> ChunkFacts:
    facts = probe(stream)
    if is_whole and facts.duration < SHORTEST:
        raise Invalid(TOO_SHORT)
    not_too_long(facts.duration)
    return ChunkFacts(facts.content_type, facts.duration, True, not facts.complete)


def _overtaking(sequence: int | None) -> ChunkFacts:
    """A later part that overtook the first one is undecodable by itself: kept, checked when it is used."""
    if not sequence:
        raise AudioUnreadable(NOT_AUDIO)
    return ChunkFacts("application/octet-stream", 0.0, False)


def not_too_long(seconds: float) -> None:
    hours = settings().max_audio_hours
    if seconds > hours * 3600 + 60:
        raise TooLarge(
            f"A session may be {hours:g} hours long. Split the file, or end this session and start another."
        )
