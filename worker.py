"""The job worker: opens the vault, starts the queue, and waits to be stopped."""

import signal
import socket
import threading
import uuid

from config import settings
from services import jobs, safe_log
from services.adapters.errors import IntegrationError
from services.vault import open_vault


def main() -> None:
    safe_log.install()
    try:
        open_vault()
    except IntegrationError as error:
        # as an uncaught one its text would be lost: the log carries none
        raise SystemExit(f"The encryption keys cannot be opened: {error}.") from None
    # A name of its own for every start: two processes under one name would run each other's jobs.
    executor_id = f"{socket.gethostname()[:30]}-{uuid.uuid4().hex[:12]}"
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    _run(executor_id, stop)


def _run(executor_id: str, stop: threading.Event) -> None:
    from dbos import DBOS

    DBOS(
        config={
            "name": jobs.APPLICATION,
            "system_database_url": settings().database,
            "system_database_engine": jobs.engine(),
            "application_version": jobs.APPLICATION_VERSION,
            "executor_id": executor_id,
            "serializer": jobs.serializer(),
            "log_level": "WARNING",
            "run_migrations": False,
        }
    )
    from services.documents import workflows as documents
    from services.processing import workflows  # noqa: F401  both register what the queue runs
    from services.processing.heartbeat import Heartbeat
    from services.processing.housekeeping import Housekeeper
    from services.processing.previewing import Previewer
    from services.processing.webhooks import WebhookSender

    heartbeat = Heartbeat(executor_id, ttl=settings().worker_ttl)
    heartbeat.start()
    DBOS.launch()
    DBOS.register_queue(
        jobs.QUEUE, worker_concurrency=settings().worker_jobs, polling_interval_sec=0.25
    )
    DBOS.register_queue(
        jobs.DOCUMENTS, worker_concurrency=documents.CONCURRENCY, polling_interval_sec=0.25
    )
    beside_the_jobs = (Previewer(), WebhookSender(), Housekeeper())
    for rounds in beside_the_jobs:
        rounds.start()
    stop.wait()
    for rounds in beside_the_jobs:
        rounds.stop()
    DBOS.destroy(workflow_completion_timeout_sec=0)
    heartbeat.stop()


if __name__ == "__main__":
    main()
