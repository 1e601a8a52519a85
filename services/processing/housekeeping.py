"""What a worker does now and then, beside its jobs: the purge of what the retention policy has done with."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError

from services import jobs
from services.adapters.errors import IntegrationError
from services.errors import AppError
from services.retention import purging

log = logging.getLogger("verbatim.worker")

FIRST, EVERY = 120.0, 3600.0  # seconds: not while the product starts, and often enough for "0 days"


class Housekeeper:
    """One thread. Two workers that purge the same at once do no harm."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        wait = FIRST
        while not self._stop.wait(wait):
            wait = EVERY
            try:
                keep_house()
            except SQLAlchemyError as error:  # the database is away: tried again in an hour
                log.warning("purge.failed", exc_info=error)


def keep_house() -> int:
    """Purges what is due of everyone. Returns how much was."""
    purged = 0
    for actor in jobs.owners():
        try:
            while done := purging.purge(actor):
                purged += done
        # one person's rows, or a blob that cannot be deleted, must not keep the others' from being purged
        except (AppError, SQLAlchemyError, IntegrationError) as error:
            log.warning("purge.refused", exc_info=error)
    if purged:
        log.info("purge.done", extra={"f": {"subjects": purged}})
    return purged
