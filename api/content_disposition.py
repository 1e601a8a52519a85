"""The Content-Disposition header of RFC 6266: a name for old readers, and the whole name for the others."""

import re
import unicodedata
from urllib.parse import quote

# RFC 5987 attr-char: what may stand unquoted in filename*
ATTR = "!#$&+.^_`|~"


def content_disposition(filename: str, *, inline: bool) -> str:
    """`inline; filename="Bericht.pdf"; filename*=UTF-8''B%C3%A9richt.pdf`"""
    name = "".join(c for c in filename.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())
    name = name.strip() or "document"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]+", "_", plain).strip() or "document"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=ATTR)}"
