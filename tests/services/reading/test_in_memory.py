"""How many documents one process holds in memory at once."""

import io
import threading

import pytest

from services.adapters.errors import IntegrationError
from services.reading import process


def test_the_fifth_document_waits_and_in_the_end_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PATIENCE", 0.1)
    leave, inside = threading.Event(), threading.Semaphore(0)

    def hold() -> None:
        with process.in_memory(io.BytesIO(b"%PDF-")):
            inside.release()
            leave.wait(30)

    threads = [threading.Thread(target=hold) for _ in range(process.IN_MEMORY)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            assert inside.acquire(timeout=30)
        with (
            pytest.raises(IntegrationError) as busy,
            process.in_memory(io.BytesIO(b"%PDF-")),
        ):
            pytest.fail("there was no room")
        assert busy.value.retryable
    finally:
        leave.set()
        for thread in threads:
            thread.join()
    with process.in_memory(io.BytesIO(b"%PDF-")) as file:
        assert file > 0
