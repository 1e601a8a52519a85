"""The one worker that the dashboard starts and keeps running in the embedded default.

The child watches its standard input: when the pipe closes, its parent is gone, even by SIGKILL, and
it ends too. So no orphan goes on working on a database that somebody else may open next.
"""

import asyncio
import logging
import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path

log = logging.getLogger("verbatim.worker_process")

ROOT = Path(__file__).parent.parent
STEADY = 5.0  # seconds after which a worker counts as running well
LONGEST_PAUSE = 30.0
FAREWELL = 10.0  # seconds to finish what cannot be repeated


async def supervise(script: str = "worker.py") -> None:
    """Runs the worker until cancelled; starts it again after 1, 2, 4 ... 30 seconds when it ends by
    itself."""
    pause = 1.0
    while True:
        began = time.monotonic()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.worker_process",
            script,
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
        )
        log.info("worker.started", extra={"f": {"pid": child.pid}})
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            await _end(child)
            raise
        pause = 1.0 if time.monotonic() - began > STEADY else min(pause * 2, LONGEST_PAUSE)
        log.warning("worker.ended", extra={"f": {"code": code, "again_in": pause}})
        await asyncio.sleep(pause)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), FAREWELL)
    except TimeoutError:
        child.kill()
        await child.wait()


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(FAREWELL)
    os._exit(1)


def _main() -> None:
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    script = ROOT / sys.argv[1]
    sys.argv = [str(script)]
    runpy.run_path(str(script), run_name="__main__")


if __name__ == "__main__":
    _main()
