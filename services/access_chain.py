"""The hash chain under the access log: HMAC-SHA256 over chain|seq|previous|body.

The HMAC key is a data key wrapped outside the database, so whoever can only write the database cannot
forge a row. One chain on SQLite, eight on PostgreSQL (by actor), so that writers do not queue on one head.
Detected: changed, deleted, swapped rows and a cut tail. A tail cut together with its head shows only
against a head exported earlier: `heads` is what to keep elsewhere.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models.access_log import AccessLog, LogHead
from models.base import now
from services import encryption

ORIGIN = "0" * 64
BODY = (
    "at", "actor_id", "actor_name", "actor_role", "via", "action", "outcome",
    "subject_type", "subject_ids", "client_id", "detail", "request_id",
)  # fmt: skip


@dataclass(frozen=True)
class Head:
    chain: int
    seq: int
    mac: str


@dataclass(frozen=True)
class Break:
    """Where a chain no longer holds."""

    chain: int
    seq: int
    reason: str  # missing, changed, head


def append(session: Session, entry: AccessLog) -> None:
    """Adds the row at the end of its chain. Called last in a transaction: it locks the chain's head."""
    chains = session.scalar(select(func.count()).select_from(LogHead)) or 1
    head = session.get_one(
        LogHead, (entry.actor_id or 0) % chains, with_for_update=True, populate_existing=True
    )
    entry.at = now()
    entry.chain, entry.seq, entry.previous_mac = head.chain, head.seq + 1, head.mac
    entry.mac = _mac(entry)
    session.add(entry)
    head.seq, head.mac = entry.seq, entry.mac
    session.flush()


def heads(session: Session) -> list[Head]:
    rows = session.scalars(select(LogHead).order_by(LogHead.chain))
    return [Head(row.chain, row.seq, row.mac) for row in rows]


def verify(session: Session, anchors: list[Head] | None = None) -> Iterator[Break]:
    """Every break of every chain, first ones first; `anchors` are heads exported earlier."""
    for head in heads(session):
        yield from _verify_chain(session, head)
    for anchor in anchors or []:
        mac = session.scalar(
            select(AccessLog.mac).where(
                AccessLog.chain == anchor.chain, AccessLog.seq == anchor.seq
            )
        )
        if anchor.seq and mac != anchor.mac:
            yield Break(anchor.chain, anchor.seq, "missing" if mac is None else "changed")


def _verify_chain(session: Session, head: Head) -> Iterator[Break]:
    seq, previous = 0, ORIGIN
    rows = session.execute(
        select(AccessLog.__table__)  # rows, not objects: half the time of a long log
        .where(AccessLog.chain == head.chain)
        .order_by(AccessLog.seq)
        .execution_options(yield_per=1000)
    )
    for row in rows:
        if row.seq != seq + 1:
            yield Break(head.chain, seq + 1, "missing")
        elif row.previous_mac != previous or not hmac.compare_digest(row.mac, _mac(row)):
            yield Break(head.chain, row.seq, "changed")
        seq, previous = row.seq, row.mac
    if (seq, previous) != (head.seq, head.mac):
        yield Break(head.chain, seq, "head")


def _mac(row: AccessLog | Row[Any]) -> str:
    body = {name: getattr(row, name) for name in BODY} | {"at": row.at.isoformat()}
    text = json.dumps([row.chain, row.seq, row.previous_mac, body], sort_keys=True, default=str)
    return hmac.new(encryption.access_log_key(), text.encode(), hashlib.sha256).hexdigest()
