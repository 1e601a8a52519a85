"""Where a chunk is stored: `{therapist}/{client}/{YYYY-MM-DD}/{file}`, as the contract says."""

import datetime as dt
import re
import secrets
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120  # bytes of the stored file name


def audio(therapist_id: int, client_id: int, day: dt.date, filename: str) -> str:
    """The path for a new chunk; `day` is in UTC. The name is made safe for any storage."""
    return f"{therapist_id}/{client_id}/{day.isoformat()}/{safe(filename)}"


def beside(path: str) -> str:
    """Another path for the same name on the same day: recorders call every chunk alike."""
    there = PurePosixPath(path)
    return str(there.with_name(f"{there.stem}-{secrets.token_hex(4)}{there.suffix}"))


def playback(first_chunk: str, recording_id: int) -> str:
    """A new path beside the first chunk, for the file that is played."""
    there = PurePosixPath(first_chunk)
    return str(there.with_name(f"playback-{recording_id}-{secrets.token_hex(4)}.ogg"))


def safe(filename: str) -> str:
    """Letters, digits, dot, dash and underscore of a person's file name; never empty or hidden."""
    plain = unicodedata.normalize("NFKD", filename.replace("\\", "/").rsplit("/", 1)[-1])
    kept = re.sub(r"[^A-Za-z0-9._-]+", "_", plain.encode("ascii", "ignore").decode()).strip("._")
    name = PurePosixPath(kept or "audio")
    suffix = name.suffix.lower()[:8]
    return f"{name.stem[: LONGEST_NAME - len(suffix)] or 'audio'}{suffix}"
