"""Sends what webhooks have to be told, until it is taken: in the worker, one thread, any number of workers.

A delivery is claimed by moving its next try into the future before it is sent: a worker that dies meanwhile
leaves it to be tried again. So it may arrive twice, under the same `webhook-id`, and is never lost.
"""

import datetime as dt
import json
import logging

from sqlalchemy import CursorResult, delete, select, update

from config import settings
from models.api import Webhook, WebhookDelivery
from models.base import now
from models.database import reading, sessions
from models.user import User
from services import webhooks
from services.adapters import webhook
from services.adapters.errors import IntegrationError
from services.encryption import SealBroken
from services.processing.rounds import Rounds

log = logging.getLogger("verbatim.worker")

LOOK = 2.0  # seconds between two looks
AT_ONCE = 20  # deliveries of one look
# Before the second, third, ... try; after the last of them it is given up (about 27 hours in all).
PAUSES = tuple(
    dt.timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 18000, 36000, 36000)
)
KEPT = dt.timedelta(days=30)
GONE = 410  # the receiver wants no more
SUBJECTS = {
    webhooks.Event.TRANSCRIPT_READY.value: "recording_id",
    webhooks.Event.NOTE_SIGNED.value: "note_id",
}


class WebhookSender(Rounds):
    """Looks for deliveries that are due, every LOOK seconds."""

    def __init__(self) -> None:
        super().__init__("webhooks", missed="webhooks.look_failed", first=LOOK, after_error=LOOK)

    def once(self) -> int:
        """Sends what is due now. How many were tried."""
        tried = 0
        for ident, attempts in _due():
            if self._stop.is_set():
                break
            if _claimed(ident, attempts):
                _send(ident, attempts + 1)
                tried += 1
        return tried

    def _round(self) -> float:
        self.once()
        return LOOK


def _due() -> list[tuple[int, int]]:
    """(delivery, tries so far) of those whose time has come."""
    with reading() as session:
        found = session.execute(
            select(WebhookDelivery.id, WebhookDelivery.attempts)
            .where(
                WebhookDelivery.delivered_at.is_(None),
                WebhookDelivery.next_at <= now(),
                WebhookDelivery.attempts <= len(PAUSES),
            )
            .order_by(WebhookDelivery.next_at)
            .limit(AT_ONCE)
        )
        return [(ident, attempts) for ident, attempts in found]


def _claimed(ident: int, attempts: int) -> bool:
    """Whether this worker is the one that sends it; the next try is set before the first byte leaves."""
    later = now() + PAUSES[min(attempts, len(PAUSES) - 1)]
    with sessions()() as session, session.begin():
        result = session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == ident, WebhookDelivery.attempts == attempts)
            .values(attempts=attempts + 1, next_at=later)
        )
        assert isinstance(result, CursorResult)
        session.execute(delete(WebhookDelivery).where(WebhookDelivery.created_at < now() - KEPT))
        return result.rowcount == 1


def _send(ident: int, attempt: int) -> None:
    with reading() as session:
        row = session.get(WebhookDelivery, ident)
        target = session.get(Webhook, row.webhook_id) if row else None
        owner = session.get(User, target.user_id) if target else None
    if row is None or target is None or owner is None:
        return
    if target.deleted_at or owner.disabled_at:
        return _note(ident, GONE)
    status: int | None = None
    message_id = f"msg_{target.uid.hex}_{ident}"
    body = {
        "type": row.event,
        "timestamp": row.created_at.isoformat(),
        "data": {SUBJECTS[row.event]: row.subject_id},
    }
    content = json.dumps(body, separators=(",", ":")).encode()
    try:
        headers = webhooks.signed(target, message_id, now(), content)
        private = settings().webhook_private_addresses
        status = webhook.post(target.url, content, headers, private=private)
    except (IntegrationError, SealBroken) as error:
        log.warning("webhook.not_delivered", extra={"f": {"attempt": attempt}}, exc_info=error)
    _note(ident, status)


def _note(ident: int, status: int | None) -> None:
    values: dict[str, object] = {"last_status": status}
    if status is not None and 200 <= status < 300:
        values["delivered_at"] = now()
    if status == GONE:
        values["attempts"] = len(PAUSES) + 1
    with sessions()() as session, session.begin():
        session.execute(update(WebhookDelivery).where(WebhookDelivery.id == ident).values(**values))
