"""Documents go to `POST /api/v1/documents` straight from the browser, one after the other, each with its progress.

What was sent is listed with what became of it: stored and being read, or refused, with the server's sentence.
"""

from pathlib import Path

from ui import drop_zone

HERE = Path(__file__).parent

_uploader = drop_zone.uploader("verbatim_document_uploader", HERE, "pile", "uploader")


def document_uploader(
    *,
    key: str,
    fields: dict[str, str],
    max_mb: int,
    max_pages: int,
    accept: tuple[str, ...],
    url: str = "/api/v1/documents",
    wait_for: str | None = None,
) -> list[int]:
    """Show the drop zone; return the ids of the documents that this window has stored, oldest first.

    `fields` (`userid`, `role`, `feature`, ...) are read when a file is dropped, so a page that changes meanwhile does
    not redirect it. `wait_for` disables the zone and says what is missing. Sending goes on while other pages are open.
    """
    result = _uploader(
        key=key,
        data={
            "url": url,
            "fields": fields,
            "max_bytes": max_mb << 20,
            "rules": f"up to {max_mb:,} MB and {max_pages:,} pages each",
            "accept": list(accept),
            "wait_for": wait_for,
        },
        default={"stored": []},
        on_stored_change=lambda: None,
    )
    return read_stored(result.stored)


def read_stored(sent: object) -> list[int]:
    """What the browser reported, checked."""
    if not isinstance(sent, list):
        return []
    return [one for one in sent if type(one) is int and one > 0]
