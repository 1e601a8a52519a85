"""`python -m commands.sweep`: removes stored audio and documents that no row names.

A process that is killed between storing a chunk or a document and entering it leaves its sealed bytes behind. Nothing
was acknowledged for them, and nothing can reach them: they only take room. Run it now and then, from a timer.
"""

import datetime as dt
import re

from sqlalchemy import select

from models.database import sessions
from models.document import Document
from models.recording import AudioBlob, Recording
from models.user import User  # noqa: F401  the tables refer to it
from services import safe_log, vault

DAY = re.compile(r"/(\d{4}-\d{2}-\d{2})/[^/]+$")  # of the path: whose it is comes before
YOUNGEST = dt.timedelta(days=2)  # what is being entered just now is of today or yesterday


def sweep(today: dt.date) -> tuple[int, int]:
    """(removed, kept) of what is old enough to be looked at."""
    removed = kept = 0
    for path in vault.blobs().list(""):
        day = DAY.search(path)
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
        return any(
            session.scalar(select(column).where(column == path)) is not None
            for column in (AudioBlob.path, Recording.playback_path, Document.path)
        )


def main() -> None:
    safe_log.install()
    vault.open_vault()
    removed, kept = sweep(dt.datetime.now(dt.UTC).date())
    print(f"{removed} removed that no row names, {kept} kept.")


if __name__ == "__main__":
    main()
