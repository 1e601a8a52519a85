"""What guard and headers must know of Streamlit's own protocol and page; nothing else in the
product does.

tests/browser/test_sign_in.py holds Streamlit to it: none of this is public API.
"""

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAM = "/_stcore/stream"  # the websocket of every page
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def redirect(url: str) -> bytes:
    """The frame that makes the page of a websocket go to `url` at once, whatever its script is
    doing."""
    message = ForwardMsg()
    message.auth_redirect.url = url
    return bytes(message.SerializeToString())


def is_activity(frame: bytes) -> bool:
    """Whether a person did something: heartbeats and timed reruns of a fragment do not count as
    use."""
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:  # Streamlit closes such a websocket by itself
        return False
    kind = message.WhichOneof("type")
    return kind == "rerun_script" and not message.rerun_script.is_auto_rerun


def inline_script_hashes() -> list[str]:
    """CSP sources of the scripts inside Streamlit's index.html. They change with its releases, so
    they are taken from the installed file."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_bytes()
    digests = (hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
