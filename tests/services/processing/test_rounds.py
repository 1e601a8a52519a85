"""A worker's rounds: they survive whatever one of them raises, and end when they are told to."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from services.processing.rounds import Rounds


class Four(Rounds):
    """The first two find no database and a fault; the fourth goes on until `released`."""

    def __init__(self, patience: float) -> None:
        super().__init__("four", missed="four.missed", first=0, after_error=0, patience=patience)
        self.made, self.fourth, self.released = 0, threading.Event(), threading.Event()

    def _round(self) -> float:
        self.made += 1
        if self.made == 1:
            raise OperationalError("select", {}, Exception("gone"))
        if self.made == 2:
            raise ValueError("nobody thought of this")
        if self.made == 4:
            self.fourth.set()
            self.released.wait(5)
        return 0


@pytest.mark.parametrize("patience", [0.0, 5.0])
def test_rounds(patience: float, caplog: pytest.LogCaptureFixture) -> None:
    rounds = Four(patience)
    rounds.start()
    assert rounds.fourth.wait(5)
    assert [record.message for record in caplog.records] == ["four.missed"] * 2
    threading.Timer(1, rounds.released.set).start()
    rounds.stop()
    assert rounds.released.is_set() == (patience > 0)
    rounds._thread.join(5)
    assert rounds.made == 4
