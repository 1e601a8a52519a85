"""What a worker does now and then, beside its jobs: the purge of what the retention policy has done with."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from services import jobs
from services.adapters.errors import IntegrationError
from services.errors import AppError
from services.processing.rounds import Rounds
from services.retention import purging

log = logging.getLogger("verbatim.worker")

FIRST, EVERY = 120.0, 3600.0  # seconds: not while the product starts, and often enough for "0 days"


class Housekeeper(Rounds):
    """Two workers that purge the same at once do no harm. `stop` does not wait for a purge."""

    def __init__(self) -> None:
        super().__init__(
            "housekeeper", missed="purge.failed", first=FIRST, after_error=EVERY, patience=0
        )

    def _round(self) -> float:
        keep_house()
        return EVERY


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
