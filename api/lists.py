"""Paging and filters that every list of the contract takes."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from api.fields import LARGEST, Moment
from services.contract.paging import DEFAULT, MOST, Wanted


def wanted(
    limit: Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")] = DEFAULT,
    cursor: Annotated[
        str | None, Query(max_length=100, description="From the Link header of the page before.")
    ] = None,
    client: Annotated[
        int | None, Query(ge=1, le=LARGEST, description="Only this client record's.")
    ] = None,
    since: Annotated[Moment | None, Query(alias="from", description="From this moment on.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Before this moment.")] = None,
) -> Wanted:
    return Wanted(limit, cursor, client, since, until)


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Says where the next page is. The address holds ids and times only."""
    if cursor is None:
        return
    query = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    path = request.scope.get("root_path", "") + request.scope["path"].removeprefix(
        request.scope.get("root_path", "")
    )
    target = f"{path}?{urlencode([*query, ('cursor', cursor)])}"
    response.headers["link"] = f'<{target}>; rel="next"'
