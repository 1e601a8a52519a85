"""Logging that cannot carry what people said.

Of our own lines the event name and the fields pass if they look like ids and codes; of everybody
else's only the level, the logger and the place. Exceptions are logged as types and places, without
text, arguments or locals.
"""

import json
import logging
import re
import sys
import threading
import time
import traceback
import warnings
from types import TracebackType
from typing import Any, TextIO

OWN = "verbatim"
# Whole string: ids, codes and places pass; no sentence fits, because it needs a blank.
FIELD = re.compile(r"[A-Za-z0-9_.:\-/]{1,80}")
QUIET = (
    "uvicorn", "httpx", "httpcore", "openai", "azure", "urllib3", "authlib", "sqlalchemy",
    "alembic", "dbos", "multipart", "python_multipart", "asyncio", "websockets", "faster_whisper",
    "fontTools",
)  # fmt: skip
FRAMES = 12  # of each exception, innermost last


class SafeFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "logger": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        if record.name.split(".")[0] == OWN:
            line["event"] = _event(record)
            line |= {
                key: _field(value) for key, value in (getattr(record, "f", None) or {}).items()
            }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = places(record.exc_info[1])
        return json.dumps(line)


def install(stream: TextIO | None = None) -> None:
    """Takes every logger, warning and uncaught exception of this process. Call it first, and again
    after anything that may have attached handlers of its own: it can be called any number of
    times."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(SafeFormatter())
    handler.addFilter(is_news)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.access").disabled = True  # paths carry query strings
    logging.raiseExceptions = False  # a broken record would print its arguments
    _tame_streamlit()
    warnings.showwarning = _warning
    sys.excepthook = _uncaught
    threading.excepthook = lambda hook: _uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)
    sys.unraisablehook = lambda hook: _uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)


def places(error: BaseException) -> list[str]:
    """An exception and its causes as types and file:line:function."""
    found: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(found) < 60:
        seen.add(id(current))
        found.append(type(current).__module__ + "." + type(current).__qualname__)
        for frame, line in list(traceback.walk_tb(current.__traceback__))[-FRAMES:]:
            code = frame.f_code
            found.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{line}:{code.co_name}")
        current = current.__cause__ or current.__context__
    return found


def is_news(record: logging.LogRecord) -> bool:
    """A page that was closed while something was sent to it is no error of anybody's."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name != "uvicorn.error" or type(error).__name__ != "WebSocketDisconnected"


def _event(record: logging.LogRecord) -> str:
    plain = isinstance(record.msg, str) and not record.args
    return record.msg if plain and FIELD.fullmatch(record.msg) else "invalid-event"


def _field(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return value if isinstance(value, str) and FIELD.fullmatch(value) else "[removed]"


def _tame_streamlit() -> None:
    """Streamlit attaches a handler of its own to every logger that it makes, and to uvicorn's."""
    module = sys.modules.get("streamlit.logger")
    if module is None:
        return
    module.setup_formatter = lambda _logger: None  # type: ignore[attr-defined]
    module.update_formatter = lambda: None  # type: ignore[attr-defined]
    module.get_logger = lambda name: logging.getLogger(  # type: ignore[attr-defined]
        "streamlit" if name == "root" else name
    )


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    place = f"{filename.rsplit('/', 1)[-1]}:{lineno}"
    fields = {"kind": category.__name__, "place": place}
    logging.getLogger("verbatim.warnings").warning("warning", extra={"f": fields})


def _uncaught(
    kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("verbatim.uncaught").error(
        "error.uncaught", exc_info=(kind, error, error.__traceback__)
    )
