"""Where a chunk is stored: `{therapist}/{client}/{YYYY-MM-DD}/{file}`, as the contract says."""

import datetime as dt
import re
import secrets
import unicodedata
from pathlib import PurePosixPath

LONGEST_STEM = 100  # characters
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ENDINGS = frozenset(
    f".{ending}"
    for ending in "aac aif aiff flac m4a mka mp3 mp4 oga ogg opus wav weba webm wma".split()
)
# What recorders call their files; digits, dots, dashes and underscores may stand between.
TECHNICAL = frozenset(
    "audio blob chunk clip file final last live memo new note part piece rec record recorder "
    "recording segment sequence session sound stream take track upload v voice".split()
)


def audio(therapist_id: int, client_id: int, day: dt.date, filename: str) -> str:
    """The path for a new chunk; `day` is in UTC. The name is made safe for any storage."""
    return f"{therapist_id}/{client_id}/{day.isoformat()}/{safe(filename)}"


def playback(first_chunk: str, recording_id: int) -> str:
    """A new path beside the first chunk, for the file that is played."""
    there = PurePosixPath(first_chunk)
    return str(there.with_name(f"playback-{recording_id}-{secrets.token_hex(4)}.ogg"))


def safe(filename: str) -> str:
    """The name in the path: a recorder's own (chunk-0007.webm) stays, any other becomes "audio".

    People call files after people, and a storage shows its paths to whoever runs it. The whole name is kept
    sealed in the row.
    """
    plain = unicodedata.normalize("NFKD", filename.replace("\\", "/").rsplit("/", 1)[-1])
    name = PurePosixPath(plain.lower().strip())
    ending = name.suffix if name.suffix in ENDINGS else ""
    stem = re.sub(r"[^a-z0-9._-]+", "_", name.stem if ending else name.name).strip("._-")
    is_plain = name.name.isascii() and set(re.findall(r"[a-z]+", UUID.sub("", stem))) <= TECHNICAL
    return f"{stem[:LONGEST_STEM] if is_plain and stem else 'audio'}{ending}"
