"""The access log for the privacy officer: read, filter, export, and check that nothing was changed."""

import csv
import datetime as dt
import io
import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, not_

from models.access_log import AccessLog
from services import access_chain
from services.access import Action, Actor, Work, acting
from services.access_chain import Break, Head
from services.errors import Invalid

PAGE = 100
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")  # as OWASP lists them under CSV injection
MOST_EXPORTED = 200_000
# Every part of a recording leaves a row; hidden unless asked for or refused, they would drown the rest.
CHATTER = (Action.RECORDING_ADD_CHUNK.value, Action.RECORDING_PROCESS.value)


@dataclass(frozen=True)
class Entry:
    at: dt.datetime
    actor: str
    role: str
    via: str
    action: str
    outcome: str
    subject: str
    subject_ids: str
    client_id: int | None
    detail: str
    request_id: str | None
    chain: int
    seq: int


@dataclass(frozen=True)
class EntryPage:
    entries: list[Entry]
    total: int


@dataclass(frozen=True)
class Check:
    rows: int
    breaks: list[Break]
    heads: list[Head]


def list_entries(
    actor: Actor,
    *,
    page: int = 0,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    person: str = "",
    action: str | None = None,
    outcome: str | None = None,
    client_id: int | None = None,
    with_chatter: bool = False,
) -> EntryPage:
    """Rows that match, newest first, PAGE at a time."""
    with acting(actor, Action.ACCESS_LOG_READ) as work:
        wanted = work.visible(AccessLog)
        if since is not None:
            wanted = wanted.where(AccessLog.at >= since)
        if until is not None:
            wanted = wanted.where(AccessLog.at < until)
        if person:
            wanted = wanted.where(AccessLog.actor_name.icontains(person, autoescape=True))
        if action:
            wanted = wanted.where(AccessLog.action == action)
        elif not with_chatter:
            chatter = and_(AccessLog.action.in_(CHATTER), AccessLog.outcome == "done")
            wanted = wanted.where(not_(chatter))
        if outcome:
            wanted = wanted.where(AccessLog.outcome == outcome)
        if client_id is not None:
            wanted = wanted.where(AccessLog.client_id == client_id)
        total = _count(work, wanted)
        newest = wanted.order_by(AccessLog.at.desc(), AccessLog.id.desc())
        rows = work.session.scalars(newest.limit(PAGE).offset(max(page, 0) * PAGE))
        return EntryPage([_entry(row) for row in rows], total)


def verify(actor: Actor, anchors_json: str = "") -> Check:
    """Walks every chain; `anchors_json` are heads exported earlier, which also show a cut end."""
    anchors = _anchors(anchors_json)
    with acting(actor, Action.ACCESS_LOG_VERIFY, at_length=True) as work:
        heads = access_chain.heads(work.session)
        breaks = list(access_chain.verify(work.session, anchors))
        work.detail(f"breaks={len(breaks)}")
        return Check(sum(head.seq for head in heads), breaks, heads)


def export(
    actor: Actor, *, since: dt.datetime, until: dt.datetime, anchors_only: bool = False
) -> str:
    """CSV of a period, or the heads of the chains as JSON, to be kept where the database cannot reach."""
    with acting(actor, Action.ACCESS_LOG_EXPORT, at_length=True) as work:
        work.detail("heads" if anchors_only else f"{since.isoformat()}/{until.isoformat()}")
        if anchors_only:
            return json.dumps([asdict(head) for head in access_chain.heads(work.session)])
        period = work.visible(AccessLog).where(AccessLog.at >= since, AccessLog.at < until)
        if _count(work, period) > MOST_EXPORTED:
            raise Invalid("The period has too many rows for one file. Choose a shorter one.")
        columns = period.with_only_columns(*AccessLog.__table__.columns, maintain_column_froms=True)
        oldest = columns.order_by(AccessLog.at, AccessLog.id).execution_options(yield_per=1000)
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(Entry.__dataclass_fields__)
        for row in work.session.execute(oldest):
            writer.writerow([_safe_cell(value) for value in vars(_entry(row)).values()])
        return out.getvalue()


def _count(work: Work, wanted: Select[AccessLog]) -> int:
    counted = wanted.with_only_columns(func.count(), maintain_column_froms=True)
    return work.session.scalar(counted) or 0


def _safe_cell(value: object) -> object:
    """A name that begins like a formula must not become one in a spreadsheet."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_BEGINS) else value


def _entry(row: AccessLog | Row[Any]) -> Entry:
    return Entry(
        at=row.at,
        actor=row.actor_name,
        role=row.actor_role,
        via=row.via,
        action=row.action,
        outcome=row.outcome,
        subject=row.subject_type or "",
        subject_ids=row.subject_ids,
        client_id=row.client_id,
        detail=row.detail,
        request_id=row.request_id,
        chain=row.chain,
        seq=row.seq,
    )


def _anchors(text: str) -> list[Head]:
    if not text.strip():
        return []
    try:
        kept = [Head(int(h["chain"]), int(h["seq"]), str(h["mac"])) for h in json.loads(text)]
    except (ValueError, KeyError, TypeError):
        kept = []
    if not kept:
        raise Invalid("This is not a file of chain heads exported here.")
    return kept
