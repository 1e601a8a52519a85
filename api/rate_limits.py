"""How often one token may ask, and how often an address may try tokens: buckets in this process's memory.

Each process counts for itself, so N processes let N times as much through. Guessing needs no stricter
counter: a token has 256 random bits.
"""

import math
import time
from collections import OrderedDict

MOST = 10_000  # keys remembered; the one unused for longest goes first


class Buckets:
    """`per_minute` requests on average for each key, up to `burst` at once."""

    def __init__(self, per_minute: float, burst: float) -> None:
        self._rate, self._burst = per_minute / 60, burst
        self._levels: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def wait(self, key: object, *, cost: float = 1.0) -> int:
        """Takes `cost` and returns 0, or takes nothing and returns the whole seconds to wait."""
        at = time.monotonic()
        level, seen = self._levels.pop(key, (self._burst, at))
        level = min(self._burst, level + (at - seen) * self._rate)
        lacking = max(cost, 1.0) - level
        if lacking <= 0:
            level -= cost
        self._levels[key] = (level, at)
        if len(self._levels) > MOST:
            self._levels.popitem(last=False)
        return 0 if lacking <= 0 else max(1, math.ceil(lacking / self._rate))
