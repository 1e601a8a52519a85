"""What the log leaves out: a page that was closed is no error, and nothing else is dropped with it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from starlette.websockets import WebSocketDisconnected

from services import safe_log


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    out, root = io.StringIO(), logging.getLogger()
    for name in ("uvicorn", "uvicorn.error"):  # a server that ran here before kept them to itself
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    before = root.handlers[:]
    handler = logging.StreamHandler(out)
    handler.setFormatter(safe_log.SafeFormatter())
    handler.addFilter(safe_log.is_news)
    root.handlers[:] = [handler]
    yield out
    root.handlers[:] = before


@pytest.mark.parametrize(("error", "said"), [(WebSocketDisconnected(), 0), (ValueError(), 1)])
def test_a_page_that_closes_is_no_error(lines: io.StringIO, error: Exception, said: int) -> None:
    try:
        raise error
    except Exception:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        logging.getLogger("verbatim.socket").error("socket.broken", exc_info=True)
    found = [json.loads(line)["logger"] for line in lines.getvalue().splitlines()]
    assert found == ["uvicorn.error"] * said + ["verbatim.socket"]
