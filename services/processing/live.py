"""Decoding that waits for the next chunk, so that nothing is decoded twice while a session goes on.

A decoder pulls: it cannot be handed half a stream and continued later. So each recording's decoder runs
in a thread of its own that blocks where the next chunk would be read. It is a cache only: when a worker
starts anew, or another one takes over, the sound before the last stored passage is decoded and skipped.
"""

import queue
import threading
import time
from collections.abc import Iterator
from typing import BinaryIO

from services.adapters.audio import Samples
from services.adapters.audio.decoding import decode
from services.adapters.errors import IntegrationError

AHEAD = 120  # blocks that the decoder may be ahead of the recogniser
IDLE = 600.0  # seconds without a chunk after which a decoder is let go
_END = object()


class LiveAudio:
    """The sound of one recording: offer chunks, take the samples that they hold so far."""

    def __init__(self, *, skip: float, block: float = 1.0) -> None:
        """`block` seconds come at a time: what is shorter waits in the decoder for the next chunk."""
        self._chunks: queue.SimpleQueue[BinaryIO | object] = queue.SimpleQueue()
        self._blocks: queue.Queue[Samples | object | BaseException] = queue.Queue(AHEAD)
        self._waiting = threading.Condition()
        self._offered = self._asked = 0
        self._ended = self._closed = False
        self._thread = threading.Thread(target=self._decode, args=(skip, block), daemon=True)
        self._thread.start()
        self.used_at = time.monotonic()

    def offer(self, chunk: BinaryIO) -> None:
        self._offered += 1
        self._chunks.put(chunk)

    def end(self) -> None:
        """No chunk comes after those offered."""
        if not self._ended:
            self._ended = True
            self._chunks.put(_END)

    def blocks(self) -> Iterator[Samples]:
        """What the chunks offered so far hold; after `end`, to the very end. Raises AudioUnreadable, and
        IntegrationError when it is closed meanwhile: what then comes is not the end."""
        self.used_at = time.monotonic()
        while True:
            try:
                block = self._blocks.get(timeout=0.02)
            except queue.Empty:
                block = None
            if self._closed:
                raise IntegrationError("the decoder was closed", retryable=True)
            if block is None:
                if self._starving():
                    return
                continue
            if block is _END:
                self._blocks.put(_END)
                return
            if isinstance(block, BaseException):
                raise block
            yield block  # type: ignore[misc]

    def close(self) -> None:
        """Lets the thread and its decoder go, wherever they are."""
        self._closed = True
        self.end()
        while self._thread.is_alive():
            try:
                self._blocks.get(timeout=0.05)
            except queue.Empty:
                continue

    def _starving(self) -> bool:
        """Whether the decoder waits for a chunk that was not offered yet, all its samples taken."""
        with self._waiting:
            return not self._ended and self._asked > self._offered and self._blocks.empty()

    def _decode(self, skip: float, block: float) -> None:
        try:
            for samples in decode(self._arriving(), skip=skip, block=block):
                self._blocks.put(samples)
            self._blocks.put(_END)
        except BaseException as error:  # noqa: BLE001  handed to whoever takes the samples
            self._blocks.put(error)

    def _arriving(self) -> Iterator[BinaryIO]:
        while True:
            with self._waiting:
                self._asked += 1
            chunk = self._chunks.get()
            if chunk is _END:
                return
            yield chunk  # type: ignore[misc]
