"""Answers kept for requests that may be sent again with the same `Idempotency-Key`, for a day.

`begin` before the work, `keep` with its answer, `forget` when it failed: then the next try works again.
The answer is sealed: it may name paths and texts.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from models.api import IdempotentAnswer
from models.base import now
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid

KEPT = dt.timedelta(hours=24)
AT_WORK = dt.timedelta(
    minutes=10
)  # after that a request that never ended does not block its repetition
LONGEST = 255  # characters of a key


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = field(repr=False)


def begin(actor: Actor, key: str, request_sha256: str) -> Answer | None:
    """The answer of the first time, or None: do the work now. `request_sha256` says what was asked.
    Raises Invalid for a key that is none, Conflict for one that is at work or stood for something else."""
    if not 1 <= len(key) <= LONGEST:
        raise Invalid(f"An Idempotency-Key is 1 to {LONGEST} characters.")
    try:
        with acting(actor, Action.ANSWER_KEEP) as work:
            old = IdempotentAnswer.created_at < now() - KEPT
            work.session.execute(delete(IdempotentAnswer).where(old))
            row = _row(work, key)
            if row is None:
                work.add(
                    IdempotentAnswer(
                        user_id=actor.user_id, key_hash=_hash(key), request_sha256=request_sha256
                    )
                )
                return None
            return _again(row, request_sha256)
    except IntegrityError:  # the same request, at the same moment
        raise Conflict("This request is being answered already. Wait a moment.") from None


def keep(actor: Actor, key: str, answer: Answer) -> None:
    """The answer to give from now on."""
    with acting(actor, Action.ANSWER_KEEP) as work:
        row = _row(work, key)
        if row is not None:
            row.status = answer.status
            row.answer = encryption.seal_json(row, "answer", answer.body)


def forget(actor: Actor, key: str) -> None:
    """The work failed: nothing is to be repeated."""
    with acting(actor, Action.ANSWER_KEEP) as work:
        row = _row(work, key)
        if row is not None and row.status is None:
            work.session.delete(row)


def _again(row: IdempotentAnswer, request_sha256: str) -> Answer | None:
    if row.request_sha256 != request_sha256:
        raise Conflict("This Idempotency-Key stood for another request. Use a new one.")
    if row.status is None:
        if now() - row.created_at < AT_WORK:
            raise Conflict("This request is being answered already. Wait a moment.")
        row.created_at = now()
        return None
    return Answer(row.status, encryption.unseal_json(row, "answer"))


def _row(work: Work, key: str) -> IdempotentAnswer | None:
    found = work.visible(IdempotentAnswer).where(IdempotentAnswer.key_hash == _hash(key))
    return work.session.scalars(found.with_for_update()).first()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
