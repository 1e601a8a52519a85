"""What the privacy officer takes away: the access log of a period as CSV, and the heads of its chains.

As routes and not through the page, because a file that a page hands out stays fetchable after the sign-in.
"""

import datetime as dt
from collections.abc import Iterator

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from api.fields import Moment
from api.identity import current_actor
from models.base import now
from services import access_log
from services.access import Actor
from services.errors import Invalid

router = APIRouter(prefix="/access-log", tags=["Access log"])

PIECE = 1 << 16  # characters sent at once
SPREADSHEET = "\N{BYTE ORDER MARK}"  # without it spreadsheets read UTF-8 names as something else
MOMENT = dt.timedelta(microseconds=1)


@router.get("/export", summary="Take the access log away")
def export_access_log(
    since: Moment, until: Moment, actor: Actor = Depends(current_actor)
) -> Response:
    """Every entry from `since` up to, but not including, `until`, oldest first. The export is an entry too."""
    if since >= until:
        raise Invalid("The period ends before it begins. Choose an earlier start or a later end.")
    rows = access_log.export(actor, since=since, until=until)
    days = f"{since:%Y-%m-%d}-to-{until - MOMENT:%Y-%m-%d}"
    return StreamingResponse(
        _pieces(SPREADSHEET + rows),
        headers=_to_keep(f"access-log-{days}.csv"),
        media_type="text/csv",
    )


@router.get("/heads", summary="Read where the chains end")
def read_access_log_heads(actor: Actor = Depends(current_actor)) -> Response:
    """Where each chain ends now, to be kept where the database cannot reach: it shows a cut end later."""
    at = now()
    text = access_log.export(actor, since=at, until=at, anchors_only=True)
    headers = _to_keep(f"access-log-heads-{at:%Y-%m-%d-%H%M%S}Z.json")
    return Response(text, headers=headers, media_type="application/json")


def _to_keep(filename: str) -> dict[str, str]:
    return {
        "content-disposition": f'attachment; filename="{filename}"',
        "cache-control": "no-store",
    }


def _pieces(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE].encode()
