"""What a worker does again and again beside its jobs, each on a thread of its own."""

import logging
import threading
from abc import ABC, abstractmethod

log = logging.getLogger("verbatim.worker")


class Rounds(ABC):
    """Calls `_round` until it is stopped; started once. The thread is a daemon: it never keeps the process alive.

    Whatever a round raises (above all SQLAlchemyError: the database is away) is logged as `missed`, and the next comes
    `after_error` seconds later: nobody would notice a worker that no longer beats or purges. `_stop` is set from the
    moment that it is to stop.
    """

    def __init__(
        self, name: str, *, missed: str, first: float, after_error: float, patience: float = 5.0
    ) -> None:
        """`first`: seconds before the first round. `patience`: seconds that `stop` waits at most for a round's end."""
        self._missed, self._first, self._after_error = missed, first, after_error
        self._patience = patience
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(self._patience)

    @abstractmethod
    def _round(self) -> float:
        """One round. Seconds until the next."""

    def _run(self) -> None:
        pause = self._first
        while not self._stop.wait(pause):
            try:
                pause = self._round()
            except Exception as error:
                log.warning(self._missed, exc_info=error)
                pause = self._after_error
