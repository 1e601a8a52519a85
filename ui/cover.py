"""Says on a page that its reader covers for somebody."""

import datetime as dt

from models.user import Role
from services import grants
from services.access import Actor
from services.grants import Grant
from ui import frame


def line(actor: Actor, client_id: int) -> None:
    """A badge when the actor sees this client by a grant; nothing else."""
    if actor.role is not Role.THERAPIST:
        return
    grant = next((g for g in grants.list_grants(actor) if g.client_id == client_id), None)
    if grant is not None:
        frame.mark(frame.plain(words(grant)), "violet", "group")


def words(grant: Grant) -> str:
    """You cover for Lea Brandt until 30 Nov 2026."""
    if grant.until is None:
        return f"You see this client together with {grant.therapist}"
    return f"You cover for {grant.therapist} until {last_day(grant)}"


def last_day(grant: Grant) -> str:
    """The last day that it holds, on the reader's calendar; it ends at that day's midnight."""
    assert grant.until is not None
    return frame.day(frame.local(grant.until - dt.timedelta(seconds=1)))
