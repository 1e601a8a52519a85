"""The page's renderer of errors: whatever a page, a fragment or a callback raised, in words."""

import streamlit as st

from services.errors import NotSignedIn, describe
from ui import identity


def show(error: Exception) -> bool:
    """True: Streamlit's own display, which would show the exception, is not wanted."""
    if isinstance(error, NotSignedIn):
        identity.send_to_form()
        return True
    described = describe(error)
    if described.retryable:
        st.warning(described.text, icon=":material/schedule:")
    else:
        st.error(described.text, icon=":material/error:")
    return True
