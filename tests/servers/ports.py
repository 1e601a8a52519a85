"""Ports of loopback for servers that must be told theirs before they start.

A port that the system gives out for `bind(0)` is free only until the next connection that
leaves the machine or the next such call takes it. These lie below the range from which
outgoing connections come (32,768 on Linux), and each process of a test run has its own.
"""

import os
import random
import socket

FIRST, LAST, PROCESSES = 20_000, 32_000, 8
SHARE = (LAST - FIRST) // PROCESSES


def _own_share() -> int:
    """The first port of this process; a run without pytest-xdist has the last share."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    return FIRST + SHARE * (int(worker) % (PROCESSES - 1) if worker else PROCESSES - 1)


# Where another run beside this one began is not known: a start by lot seldom meets it.
_given = random.SystemRandom().randrange(SHARE)


def free_port() -> int:
    """A port that nobody listens to, and that this process has not been given lately."""
    global _given
    for _ in range(SHARE):
        _given = (_given + 1) % SHARE
        port = _own_share() + _given
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"No port is free from {_own_share()} on.")
