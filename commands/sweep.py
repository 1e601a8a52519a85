"""`python -m commands.sweep`: removes stored audio that no row names.

A process that is killed between storing a chunk and entering it leaves its sealed bytes behind. Nothing was
acknowledged for them, and nothing can reach them: they only take room. Run it now and then, from a timer.
"""

import datetime as dt
import re

from sqlalchemy import select

from models.database import sessions
from models.recording import AudioBlob, Recording
from models.user import User  # noqa: F401  the tables refer to it
from services import safe_log, vault

DAY = re.compile(r"\d+/\d+/(\d{4}-\d{2}-\d{2})/")  # therapist, client and the day of the path
YOUNGEST = dt.timedelta(days=2)  # a chunk that is being entered just now is of today or yesterday


def sweep(today: dt.date) -> tuple[int, int]:
    """(removed, kept) of the audio that is old enough to be looked at."""
    removed = kept = 0
    for path in vault.blobs().list(""):
        day = DAY.match(path)
        if day is None or today - dt.date.fromisoformat(day[1]) < YOUNGEST:
            continue
        if _is_named(path):
            kept += 1
        else:
            vault.blobs().delete(path)
            removed += 1
    return removed, kept


def _is_named(path: str) -> bool:
    with sessions()() as session:
        chunk = session.scalar(select(AudioBlob.id).where(AudioBlob.path == path))
        return chunk is not None or (
            session.scalar(select(Recording.id).where(Recording.playback_path == path)) is not None
        )


def main() -> None:
    safe_log.install()
    vault.open_vault()
    removed, kept = sweep(dt.datetime.now(dt.UTC).date())
    print(f"{removed} removed that no row names, {kept} kept.")


if __name__ == "__main__":
    main()
