"""Webhooks: where to tell of a transcript that is ready and a note that was signed.

A delivery is written in the transaction of what it tells of, so that neither is without the other; the worker
sends it until it is taken (`services.processing.webhooks`). The body holds ids only, and is signed as the
Standard Webhooks specification 1.0 says: HMAC-SHA256 over "id.timestamp.body".
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select

from config import settings
from models.api import Webhook, WebhookDelivery
from models.base import now
from services import encryption
from services.access import Action, Actor, Work, acting
from services.adapters import webhook
from services.errors import Conflict, Invalid

AT_ONCE = 10  # webhooks of one person
LONGEST = 500  # characters of an address
PREFIX = "whsec_"


class Event(StrEnum):
    TRANSCRIPT_READY = "transcript.ready"
    NOTE_SIGNED = "note.signed"


@dataclass(frozen=True)
class OwnWebhook:
    id: int
    url: str
    events: tuple[Event, ...]
    created_at: dt.datetime
    last_status: int | None  # what the receiver last answered; None: nothing yet
    waiting: int  # deliveries that were not taken yet


@dataclass(frozen=True)
class Added:
    """`secret` verifies the signatures. It is shown this once."""

    id: int
    secret: str = field(repr=False)


def list_webhooks(actor: Actor) -> list[OwnWebhook]:
    """The actor's own, newest first."""
    with acting(actor, Action.TOKEN_READ) as work:
        rows = work.rows(work.visible(Webhook).order_by(Webhook.id.desc()))
        return [_own(work, row) for row in rows]


def add(actor: Actor, url: str, events: list[Event]) -> Added:
    """Raises Invalid for an address that may not be told anything, Conflict with AT_ONCE of them."""
    url = url.strip()
    secret = secrets.token_bytes(32)
    with acting(actor, Action.WEBHOOK_CHANGE) as work:
        _may_be_told(url, events)
        if len(work.rows(work.visible(Webhook))) >= AT_ONCE:
            raise Conflict(f"You have {AT_ONCE} webhooks. Remove one first.")
        row = Webhook(
            user_id=actor.user_id, url=url, events=",".join(dict.fromkeys(map(str, events)))
        )
        row.secret = encryption.seal(row, "secret", base64.b64encode(secret).decode())
        work.add(row)
        work.detail("added")
        return Added(row.id, PREFIX + base64.b64encode(secret).decode())


def remove(actor: Actor, webhook_id: int) -> None:
    """Nothing is sent there any more. Raises NotFound."""
    with acting(actor, Action.WEBHOOK_CHANGE) as work:
        row = work.get(Webhook, webhook_id, lock=True)
        row.deleted_at = now()
        work.detail("removed")


def announce(work: Work, event: Event, therapist_id: int, subject_id: int) -> None:
    """Within the caller's transaction: everyone is told who asked to be and whose row it is."""
    mine = select(Webhook.id, Webhook.events).where(
        Webhook.user_id == therapist_id, Webhook.deleted_at.is_(None)
    )
    for ident, events in work.session.execute(mine):
        if event.value in events.split(","):
            work.session.add(
                WebhookDelivery(webhook_id=ident, event=event.value, subject_id=subject_id)
            )


def signed(row: Webhook, message_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """The headers of a delivery (Standard Webhooks 1.0)."""
    key = base64.b64decode(encryption.unseal(row, "secret"))
    moment = str(int(at.timestamp()))
    what = f"{message_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, what, hashlib.sha256)).decode()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }


def _may_be_told(url: str, events: list[Event]) -> None:
    if not events:
        raise Invalid("Choose at least one event to be told of.")
    if len(url) > LONGEST:
        raise Invalid(f"An address may have {LONGEST} characters.")
    try:
        webhook.check(url, private=settings().webhook_private_addresses)
    except webhook.WebhookRefused as error:
        raise Invalid(str(error)) from error


def _own(work: Work, row: Webhook) -> OwnWebhook:
    of_it = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == row.id, WebhookDelivery.attempts > 0
    )
    last = work.session.scalars(of_it.order_by(WebhookDelivery.id.desc()).limit(1)).first()
    waiting = select(func.count()).where(
        WebhookDelivery.webhook_id == row.id, WebhookDelivery.delivered_at.is_(None)
    )
    return OwnWebhook(
        id=row.id,
        url=row.url,
        events=tuple(Event(each) for each in row.events.split(",")),
        created_at=row.created_at,
        last_status=last.last_status if last else None,
        waiting=work.session.scalar(waiting) or 0,
    )
