"""Operations 6 to 8 and 13 of the contract: every version of every session's summary."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, Field

from api import phi
from api.documented import ETAG, LINK, answers
from api.fields import Id, Moment, left_out, row_id, whole
from api.identity import current_actor
from api.lists import link_next, wanted
from services.access import Actor
from services.contract import histories
from services.contract.paging import Wanted

router = APIRouter(prefix="/transcript-history", tags=["Transcript history"])
SEALED = "AES-encrypted, Base64."


class TranscriptHistory(BaseModel):
    """One version of a session's summary."""

    id: int
    transcript_summary: str = Field(description=SEALED)
    client_user_id: int | None
    therapist_user_id: int | None
    therapist_client_id: int | None
    date: Moment
    therapist_session_id: int | None


class HistoryText(BaseModel):
    id: int
    transcript_summary: str


class HistoryReplacement(BaseModel):
    transcript_summary: str = Field(description="What a GET returned, or plain text.")
    client_user_id: Id | None = None
    therapist_user_id: Id | None = None
    therapist_client_id: Id | None = None
    date: Moment
    therapist_session_id: Id | None = None


class HistoryChange(HistoryReplacement):
    transcript_summary: str = left_out(description="What a GET returned, or plain text.")
    date: Moment = left_out()


class ClientSearch(BaseModel):
    userid: str = Field(description="The client's user id.", examples=["7"])
    therapist_clientid: str = Field(
        description="The client record linked to the therapist.", examples=["3"]
    )


@router.get("", summary="List histories", responses=answers(400, 422, headers=LINK))
def list_histories(
    request: Request,
    response: Response,
    asked: Annotated[Wanted, Depends(wanted)],
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> list[TranscriptHistory]:
    """Every version of every summary that you may see, newest first."""
    page = histories.list_histories(actor, asked, clear=clear)
    link_next(request, response, page.cursor)
    return [_shown(row) for row in page.items]


@router.post(
    "/search",
    summary="Histories of one client",
    response_model=list[TranscriptHistory],
    responses=answers(422) | {204: {"description": "There are none."}},
)
def search_histories(
    asked: ClientSearch,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> Any:
    """Of one client, newest first, without what was deleted; 204 when there are none."""
    user, client = whole(asked.userid), whole(asked.therapist_clientid)
    # An id that can be none finds nothing, and is asked for all the same: that is what the log is for.
    rows = histories.search(actor, user or 0, client or 0, clear=clear)
    return [_shown(row) for row in rows] if rows else Response(status_code=204)


@router.get("/{id}", summary="Read a history", responses=answers(404, headers=ETAG))
def read_history(
    id: str,
    response: Response,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> TranscriptHistory:
    """One version of a session's summary."""
    row = histories.read(actor, row_id(id), clear=clear)
    response.headers["etag"] = row.version
    return _shown(row)


@router.get("/{id}/text", summary="Read a history in clear", responses=answers(404))
def read_history_text(id: str, actor: Actor = Depends(current_actor)) -> HistoryText:
    """The summary in clear."""
    row = histories.read(actor, row_id(id), clear=True)
    return HistoryText(id=row.id, transcript_summary=row.transcript_summary)


CHANGED = answers(400, 404, 409, 412, 422, headers=ETAG)


@router.put("/{id}", summary="Replace a history's fields", responses=CHANGED)
def replace_history(
    id: str,
    change: HistoryReplacement,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> TranscriptHistory:
    """All required fields. Where it is the newest version, the session's present summary follows."""
    return _changed(actor, id, change, response, if_match, clear)


@router.patch("/{id}", summary="Change some of a history's fields", responses=CHANGED)
def change_history(
    id: str,
    change: HistoryChange,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
    clear: bool = Depends(phi.wants_clear),
    actor: Actor = Depends(current_actor),
) -> TranscriptHistory:
    """Some fields, otherwise as PUT."""
    return _changed(actor, id, change, response, if_match, clear)


def _changed(
    actor: Actor,
    id: str,
    change: HistoryReplacement,
    response: Response,
    if_match: str | None,
    clear: bool,
) -> TranscriptHistory:
    fields = {name: getattr(change, name) for name in change.model_fields_set}
    row = histories.update(actor, row_id(id), fields, if_match=if_match, clear=clear)
    response.headers["etag"] = row.version
    return _shown(row)


def _shown(row: histories.HistoryRow) -> TranscriptHistory:
    return TranscriptHistory(
        **{name: getattr(row, name) for name in TranscriptHistory.model_fields}
    )
