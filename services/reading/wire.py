"""What the product and its reading process say to each other over a socket pair: length, then JSON or bytes.

JSON and never pickle: the process at the other end has just parsed a stranger's file.
"""

import json
import os
import socket
import struct
import time
from typing import Any

LENGTH = struct.Struct(">I")
LARGEST = 256 << 20  # bytes of one message; a rendered page is the largest

Message = dict[str, Any]


class Ended(Exception):
    """The other end is gone, or speaks nonsense."""


class TooSlow(Exception):
    """No whole message came in time."""


def send(line: socket.socket, message: Message, *files: int) -> None:
    """Dataclasses in it go as dictionaries of their fields."""
    send_bytes(line, json.dumps(message, default=vars).encode(), *files)


def send_bytes(line: socket.socket, payload: bytes, *files: int) -> None:
    """`files` are file descriptors that the other end gets its own copies of."""
    try:
        socket.send_fds(line, [LENGTH.pack(len(payload))], list(files))
        line.sendall(payload)
    except OSError:
        raise Ended from None


def receive(line: socket.socket, seconds: float) -> tuple[Message, list[int]]:
    payload, files = receive_bytes(line, seconds)
    try:
        message = json.loads(payload)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        for file in files:
            os.close(file)
        raise Ended
    return message, files


def receive_bytes(line: socket.socket, seconds: float) -> tuple[bytes, list[int]]:
    """Raises Ended, or TooSlow when the whole of it has not come within `seconds`."""
    deadline = time.monotonic() + seconds
    try:
        line.settimeout(seconds)
        head, files, _, _ = socket.recv_fds(line, LENGTH.size, 1)
        head += _exactly(line, LENGTH.size - len(head), deadline) if head else b""
        if not head:
            raise Ended
        (length,) = LENGTH.unpack(head)
        if length > LARGEST:
            raise Ended
        return _exactly(line, length, deadline), files
    except TimeoutError:
        raise TooSlow from None
    except OSError:
        raise Ended from None
    finally:
        line.settimeout(None)


def _exactly(line: socket.socket, count: int, deadline: float) -> bytes:
    taken = bytearray()
    while len(taken) < count:
        line.settimeout(max(deadline - time.monotonic(), 0.001))
        piece = line.recv(min(count - len(taken), 1 << 20))
        if not piece:
            raise Ended
        taken += piece
    return bytes(taken)
