"""Errors of one action, shown where it was asked for; the rest of the page stays usable."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from services.errors import AppError, NotSignedIn
from ui.frame import plain


class Shown:
    """Whether the action failed, and so was shown."""

    failed = False


@contextmanager
def showing() -> Iterator[Shown]:
    """`with showing() as shown: service(...)`. Anything but an AppError goes on to the shell's renderer."""
    shown = Shown()
    try:
        yield shown
    except NotSignedIn:
        raise
    except AppError as error:
        shown.failed = True
        st.error(plain(error.message), icon=":material/error:")
