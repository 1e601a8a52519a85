"""Heartbeats of workers, and adopting the jobs of those that died.

Without a coordinator the queue leaves a dead worker's running job to that worker for ever. Each worker
says every few seconds that it lives, by the database's clock, and looks for jobs whose worker does not.
A wrong verdict costs one repeated step, never two results: the queue fences the former owner.
"""

import datetime as dt
import logging

from dbos import DBOS
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.base import now
from models.clinic import WorkerHeartbeat
from models.database import sessions
from services import jobs
from services.documents import workflows as documents
from services.errors import NotFound
from services.processing import stored
from services.processing.rounds import Rounds

log = logging.getLogger("verbatim.worker")

GIVEN_UP = (
    "The worker stopped again and again while it was at this session. The recording is safe. "
    "Tell your administrator, then try again."
)


class Heartbeat(Rounds):
    """Two beats in one thread: say that this worker lives, adopt what dead ones left."""

    def __init__(self, executor_id: str, *, ttl: float) -> None:
        self._executor_id, self._ttl, self._pause = executor_id, ttl, ttl / 3
        super().__init__(
            "heartbeat", missed="heartbeat.missed", first=self._pause, after_error=self._pause
        )

    def start(self) -> None:
        self._beat()
        super().start()

    def stop(self) -> None:
        """Takes this worker's heartbeat back, so that its jobs are adopted at once."""
        super().stop()
        with sessions()() as session, session.begin():
            session.execute(
                delete(WorkerHeartbeat).where(WorkerHeartbeat.executor_id == self._executor_id)
            )

    def _round(self) -> float:
        self._beat()
        self._adopt()
        self._give_up()
        return self._pause

    def _beat(self) -> None:
        with sessions()() as session, session.begin():
            at = _clock(session)
            row = session.get(WorkerHeartbeat, self._executor_id)
            if row is None:
                session.add(
                    WorkerHeartbeat(executor_id=self._executor_id, started_at=at, seen_at=at)
                )
            else:
                row.seen_at = at

    def _adopt(self) -> None:
        # The running jobs first, the living workers second: the other way round a worker that
        # starts between the two reads would be taken for dead.
        running = DBOS.list_workflows(
            status="PENDING",
            queue_name=[jobs.QUEUE, jobs.DOCUMENTS],
            load_input=False,
            load_output=False,
        )
        owners = {workflow.executor_id for workflow in running} - {None}
        if not owners:
            return
        with sessions()() as session, session.begin():
            seen = {
                row.executor_id: row.seen_at for row in session.scalars(select(WorkerHeartbeat))
            }
            at = _clock(session)
            dead = {
                who
                for who in owners
                if who not in seen or (at - seen[who]).total_seconds() > self._ttl
            }
            for who in dead & seen.keys():
                session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.executor_id == who))
        if dead:
            log.warning("worker.adopting", extra={"f": {"workers": len(dead)}})
            DBOS._recover_pending_workflows(sorted(dead))  # type: ignore[arg-type]  # no public name for it

    def _give_up(self) -> None:
        """A job that killed its worker time after time is stopped by the queue: say so."""
        for workflow_id in _stopped("process"):
            _, recording_id, attempt = workflow_id.split("-")
            try:
                owner = jobs.owner(int(recording_id))
                stored.fail(owner, int(recording_id), int(attempt), "given-up", GIVEN_UP)
            except NotFound:
                continue
        for workflow_id in _stopped("read_document"):
            documents.give_up(workflow_id)


def _stopped(name: str) -> list[str]:
    """Ids of the newest workflows of a name that the queue will not run again."""
    stopped = DBOS.list_workflows(
        status=["MAX_RECOVERY_ATTEMPTS_EXCEEDED", "ERROR", "CANCELLED"],
        name=name,
        sort_desc=True,
        limit=20,
        load_input=False,
        load_output=False,
    )
    return [workflow.workflow_id for workflow in stopped]


def _clock(session: Session) -> dt.datetime:
    """The database's time: workers' own clocks may differ. On SQLite all workers share a clock."""
    if session.get_bind().dialect.name == "sqlite":
        return now()
    return session.execute(select(func.now())).scalar_one()
