"""What is loaded stays loaded: the garbage collector need not go through it after every run of the script."""

import gc
import sys
import time

AGAIN = 3600  # seconds after which what was set aside is looked through all the same
_known = 0  # modules at the last time
_at = 0.0


def settle() -> None:
    """Call at the end of a run. Streamlit then collects all generations, with the interpreter held: over the
    libraries of this product that took 130 ms, in which the last elements of the run waited to be sent and the next
    run to begin. What is there now is set aside (`gc.freeze`) whenever a library has come in since. Objects set aside
    still go when nothing refers to them any more; those that only refer to each other (the pages that were open) go
    at the next time, an hour later at the latest."""
    global _known, _at
    loaded, now = len(sys.modules), time.monotonic()
    if loaded > _known or now - _at > AGAIN:
        _known, _at = max(loaded, _known), now
        gc.unfreeze()
        gc.collect()
        gc.freeze()
