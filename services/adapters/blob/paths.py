"""What a blob path may look like. The same rules for every store, so that a move between stores
never meets a name that the other one refuses."""

import unicodedata

LONGEST_PATH = 1024  # bytes of UTF-8; Azure Blob's limit (Naming and Referencing Containers, Blobs)
LONGEST_SEGMENT = 200  # bytes; ext4 and NTFS allow 255
LONGEST_CONTENT_TYPE = 200


def checked(path: str) -> str:
    """The path itself. Raises ValueError, without the path in its message."""
    if not path or len(path) > LONGEST_PATH or len(_utf8(path)) > LONGEST_PATH:
        raise ValueError(f"a blob path has 1 to {LONGEST_PATH} bytes")
    # C: controls, invisible formatting such as bidi overrides, unassigned and private characters
    if "\\" in path or any(unicodedata.category(char)[0] == "C" for char in path):
        raise ValueError("a blob path holds no backslash and no control character")
    for segment in path.split("/"):
        if not segment or len(_utf8(segment)) > LONGEST_SEGMENT:
            raise ValueError(f"a segment of a blob path has 1 to {LONGEST_SEGMENT} bytes")
        if segment[0] == "." or segment[-1] in ". ":
            raise ValueError("a segment begins with no dot and ends in no dot or space")
    return path


def checked_prefix(prefix: str) -> str:
    """The folder that a prefix lies in ("" for the root). Raises ValueError as `checked` does."""
    return checked(prefix.rpartition("/")[0]) if "/" in prefix else ""


def checked_range(start: int, end: int | None) -> None:
    """Raises ValueError for what is not [start, end) with 0 ≤ start ≤ end."""
    if start < 0 or (end is not None and end < start):
        raise ValueError("a range is [start, end) with 0 <= start <= end")


def checked_content_type(content_type: str) -> str:
    """Raises ValueError for what would not be one HTTP header value."""
    printable = content_type.isascii() and content_type.isprintable()
    if not printable or not 0 < len(content_type) <= LONGEST_CONTENT_TYPE:
        raise ValueError(
            f"a content type is 1 to {LONGEST_CONTENT_TYPE} printable ASCII characters"
        )
    return content_type


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise ValueError("a blob path is valid Unicode") from None
