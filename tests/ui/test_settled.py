"""What was set aside from the garbage collector: once for each library, and nothing for ever."""

import gc
import sys
import time
import weakref
from collections.abc import Iterator
from types import ModuleType

import pytest

from ui import settled


class Page:
    """As an open page does, it refers to itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settled, "_known", 0)
    monkeypatch.setattr(settled, "_at", 0.0)
    yield
    gc.unfreeze()


def test_set_aside_whenever_a_library_has_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    settled.settle()
    aside = gc.get_freeze_count()
    assert aside > 10_000
    more = [[number] for number in range(1000)]
    settled.settle()
    # not `==`: what is set aside and not needed any more goes at once
    assert gc.get_freeze_count() <= aside
    monkeypatch.setitem(sys.modules, "a_library_that_came_in", ModuleType("a_library"))
    settled.settle()
    assert gc.get_freeze_count() > aside
    assert len(more) == 1000


def test_a_page_that_was_open_then_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page()
    gone = weakref.ref(page)
    settled.settle()
    del page
    gc.collect()  # as Streamlit does
    assert gone() is not None
    monkeypatch.setattr(settled, "_at", time.monotonic() - settled.AGAIN - 1)
    settled.settle()
    assert gone() is None


def test_a_page_of_later_goes_as_ever() -> None:
    settled.settle()
    page = Page()
    gone = weakref.ref(page)
    del page
    gc.collect()
    assert gone() is None
