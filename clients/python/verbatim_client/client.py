"""The client: every call is tried again where that is safe, and says what went wrong where it is not."""

import json
import math
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from verbatim_client.answers import (
    Document,
    HistoryVersion,
    Identity,
    Progress,
    Transcript,
    Uploaded,
)
from verbatim_client.errors import Refused, Unreachable, VerbatimError

PIECE = 8 << 20  # bytes of one piece of an upload
TRIES = 5
LONGEST_PAUSE = 30.0  # seconds between two tries
CLEAR = {"accept": "application/json; phi=clear"}


class Verbatim:
    """`url` is the dashboard's address; `token` one that was made under My account."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 120.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/api/v1",
            headers={"authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(timeout, connect=10.0),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def identity(self) -> Identity:
        """Whose token this is, and what it may do."""
        return Identity(**self._get("/me"))

    def upload_audio(
        self,
        file: str | Path,
        *,
        client_id: int,
        therapist_id: int | None = None,
        session_id: str | None = None,
        piece: int = PIECE,
    ) -> Uploaded:
        """Sends a recording in pieces. With the `session_id` of an upload that was cut off it goes on behind
        what has arrived. `therapist_id` is the token's user unless it is given."""
        path = Path(file)
        pieces = max(1, math.ceil(path.stat().st_size / piece))
        therapist = self.identity().user_id if therapist_id is None else therapist_id
        session = session_id or f"upload-{uuid.uuid4()}"
        first = min(self._arrived(client_id, session), pieces - 1) if session_id else 0
        answer: dict[str, Any] = {}
        with path.open("rb") as stream:
            stream.seek(first * piece)
            for sequence in range(first, pieces):
                form = {
                    "therapist_userid": str(therapist),
                    "therapist_clientid": str(client_id),
                    "session_id": session,
                    "is_last_blob": str(sequence == pieces - 1),
                    "sequence": str(sequence),
                }
                content = stream.read(piece)
                answer = self._request(
                    "POST", "/audio", data=form, files={"file": (path.name, content)}
                ).json()
        return Uploaded(answer["recording_id"], session, answer["state"], answer["missing"])

    def follow(self, recording_id: int) -> Iterator[Progress]:
        """State, stage and progress whenever they change, until the session is done or has failed."""
        address = f"/sessions/{recording_id}/events"
        for attempt in range(TRIES):
            try:
                with self._http.stream("GET", address, timeout=None) as answer:
                    _raise_for(answer)
                    for event, data in _events(answer.iter_lines()):
                        if event != "captions":
                            found = Progress(
                                data["state"], data["stage"], data["progress"], data["error"]
                            )
                            yield found
                            if found.has_ended:
                                return
            except httpx.TransportError:
                time.sleep(_pause(attempt, None))
        raise Unreachable("The connection was lost again and again. Ask once more later.")

    def wait(self, recording_id: int) -> Progress:
        """Until a session is done. Raises VerbatimError with the server's reason when it has failed."""
        found = list(self.follow(recording_id))
        if not found or found[-1].state == "failed":
            reason = found[-1].error if found else None
            raise VerbatimError(reason or "The session could not be transcribed.")
        return found[-1]

    def transcript(self, recording_id: int) -> Transcript:
        """Who said what, with times in seconds."""
        return Transcript.of(self._get(f"/sessions/{recording_id}/transcript"))

    def transcribe_day(
        self, client_id: int, day: str, *, therapist_id: int | None = None
    ) -> list[str]:
        """The transcripts of every session whose audio arrived on `day` (YYYY-MM-DD, UTC)."""
        therapist = self.identity().user_id if therapist_id is None else therapist_id
        body = {"userid": str(therapist), "therapist_clientid": str(client_id), "date": day}
        while True:
            answer = self._request("POST", "/transcribe", json=body)
            found: dict[str, Any] = answer.json()
            if "retry-after" not in answer.headers:
                return list(found["transcripts"])
            time.sleep(float(answer.headers["retry-after"]))

    def history(self, client_id: int) -> list[HistoryVersion]:
        """Every version of every summary of a client, newest first."""
        rows = self._list("/transcript-history", client=client_id)
        return [HistoryVersion(row["id"], row["date"], row["transcript_summary"]) for row in rows]

    def recordings(self, **filters: str | int) -> list[dict[str, Any]]:
        """The contract's Recording rows; `client`, `state`, `from`, `to` filter them."""
        return self._list("/recordings", **filters)

    def read_documents(
        self,
        *files: str | Path,
        feature: str = "documents",
        user_id: int | None = None,
        client_id: int | None = None,
    ) -> list[Document]:
        """Uploads documents and waits for their text."""
        me = self.identity()
        form = {
            "userid": str(me.user_id if user_id is None else user_id),
            "role": "User" if me.role == "client" else "Therapist",
            "feature": feature,
        }
        if client_id is not None:
            form["therapist_clientid"] = str(client_id)
        sent = [("files", (Path(file).name, Path(file).read_bytes())) for file in files]
        answer = self._request("POST", "/documents", data=form, files=sent, timeout=1800.0).json()
        return [
            Document(
                each["document_id"], each["file_name"], each["file_url"], each["state"],
                each["problem"], each["content"],
            )
            for group in answer
            for each in group
        ]  # fmt: skip

    def _arrived(self, client_id: int, session_id: str) -> int:
        """How many pieces of a session are stored; they are sent in order, so the rest is missing."""
        rows = self._list("/recordings", client=client_id)
        return sum(row["session_id"] == session_id for row in rows)

    def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self._request("GET", path, headers=CLEAR).json()
        return found

    def _list(self, path: str, **filters: str | int) -> list[dict[str, Any]]:
        """Every page of a list."""
        answer = self._request("GET", path, params=filters, headers=CLEAR)
        rows = list(answer.json())
        while "next" in answer.links:
            answer = self._request(
                "GET", str(self._http.base_url.join(answer.links["next"]["url"])), headers=CLEAR
            )
            rows += answer.json()
        return rows

    def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Tried again without an answer, and when the server asks to wait. Everything here may be: reads
        change nothing, and a piece that was stored is not stored twice."""
        for attempt in range(TRIES):
            try:
                answer = self._http.request(method, path, **more)
            except httpx.TransportError as error:
                if attempt == TRIES - 1:
                    raise Unreachable("The server does not answer. Try again later.") from error
                time.sleep(_pause(attempt, None))
                continue
            if answer.status_code in (429, 502, 503, 504) and attempt < TRIES - 1:
                time.sleep(_pause(attempt, answer.headers.get("retry-after")))
                continue
            _raise_for(answer)
            return answer
        raise Unreachable("The server asks to wait again and again. Try again later.")


def _pause(attempt: int, retry_after: str | None) -> float:
    if retry_after and retry_after.isdigit():
        return min(float(retry_after), LONGEST_PAUSE)
    return float(min(0.5 * 2**attempt, LONGEST_PAUSE))


def _raise_for(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    answer.read()
    try:
        body = answer.json()
    except ValueError:
        body = {}
    detail = body.get("detail", f"The server answered {answer.status_code}.")
    if isinstance(detail, list):  # 422: field by field
        detail = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in detail)
    raise Refused(answer.status_code, body.get("code", "invalid"), detail)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Server-sent events: (event, data)."""
    event, data = "message", ""
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            event = value
        elif name == "data":
            data += value
        elif not line and data:
            yield event, json.loads(data)
            event, data = "message", ""
