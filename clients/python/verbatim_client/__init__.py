"""A client of the Verbatim API: `with Verbatim(url, token) as api: ...`."""

from verbatim_client.answers import (
    Document,
    HistoryVersion,
    Identity,
    Progress,
    Transcript,
    Uploaded,
    Utterance,
)
from verbatim_client.client import Verbatim
from verbatim_client.errors import Refused, Unreachable, VerbatimError

__all__ = [
    "Document",
    "HistoryVersion",
    "Identity",
    "Progress",
    "Refused",
    "Transcript",
    "Unreachable",
    "Uploaded",
    "Utterance",
    "Verbatim",
    "VerbatimError",
]
