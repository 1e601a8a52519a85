"""Goals of a client's treatment plan: what is worked towards, in which order, and how it ended."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func

from models.base import now
from models.client import TherapistClient
from models.treatment import Goal as Row
from models.treatment import GoalState
from services import encryption
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid

LONGEST = 500  # characters
MOST_OPEN = 20  # goals; more are no plan


@dataclass(frozen=True)
class Goal:
    id: int
    text: str
    state: GoalState
    created_at: dt.datetime
    closed_at: dt.datetime | None


def list_goals(actor: Actor, client_id: int) -> list[Goal]:
    """All goals of a client: the open ones in their order, then the closed ones, last closed first."""
    with acting(actor, Action.TREATMENT_READ) as work:
        work.get(TherapistClient, client_id)
        goals = [_goal(row) for row in _rows(work, client_id)]
    closed = [goal for goal in goals if goal.closed_at is not None]
    closed.sort(key=lambda goal: goal.closed_at or goal.created_at, reverse=True)
    return [goal for goal in goals if goal.closed_at is None] + closed


def open_goals(actor: Actor, client_id: int) -> tuple[str, ...]:
    """The words of the open goals in their order, for a draft."""
    with acting(actor, Action.TREATMENT_READ) as work:
        work.get(TherapistClient, client_id)
        rows = _rows(work, client_id, state=GoalState.OPEN)
        return tuple(encryption.unseal(row, "text") for row in rows)


def add_goal(actor: Actor, client_id: int, text: str) -> int:
    """A new open goal, after the others. Raises Invalid, NotFound."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        client = work.get(TherapistClient, client_id, lock=True)
        others = _rows(work, client_id, state=GoalState.OPEN)
        if len(others) >= MOST_OPEN:
            raise Invalid(f"Up to {MOST_OPEN} goals can be open. Close one first.")
        last = max((row.position for row in others), default=-1)
        row = Row(
            therapist_id=client.therapist_id, therapist_client_id=client.id, position=last + 1
        )
        row.text = encryption.seal(row, "text", _text(text))
        work.add(row)
        return row.id


def change_goal(actor: Actor, goal_id: int, text: str) -> None:
    """Rewords a goal. Raises Invalid, NotFound."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        row = work.get(Row, goal_id, lock=True)
        row.text = encryption.seal(row, "text", _text(text))


def move_goal(actor: Actor, goal_id: int, *, up: bool) -> None:
    """Changes places with the open goal before (up) or after it; at the end of the list it stays."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        goal = work.get(Row, goal_id)
        work.get(TherapistClient, goal.therapist_client_id, lock=True)
        rows = _rows(work, goal.therapist_client_id, state=GoalState.OPEN)
        if goal not in rows:
            raise Conflict("Only open goals have an order.")
        at = rows.index(goal)
        to = at - 1 if up else at + 1
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        for position, row in enumerate(rows):
            row.position = position


def close_goal(actor: Actor, goal_id: int, state: GoalState) -> None:
    """As met or dropped. Raises Invalid for another state, Conflict when it is closed already."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        row = work.get(Row, goal_id, lock=True)
        if state not in (GoalState.MET, GoalState.DROPPED):
            raise Invalid("A goal is closed as met or as dropped.")
        if row.state is not GoalState.OPEN:
            raise Conflict("This goal is closed already.")
        row.state, row.closed_at = state, now()
        work.detail(f"state={state.value}")


def reopen_goal(actor: Actor, goal_id: int) -> None:
    """A closed goal is worked on again, after the others."""
    with acting(actor, Action.TREATMENT_CHANGE) as work:
        row = work.get(Row, goal_id, lock=True)
        last = work.session.scalar(
            work.visible(Row)
            .where(Row.therapist_client_id == row.therapist_client_id, Row.state == GoalState.OPEN)
            .with_only_columns(func.max(Row.position))
        )
        row.position = -1 if last is None else last
        row.position += 1
        row.state, row.closed_at = GoalState.OPEN, None
        work.detail("state=open")


def _rows(work: Work, client_id: int, *, state: GoalState | None = None) -> list[Row]:
    wanted = work.visible(Row).where(Row.therapist_client_id == client_id)
    if state is not None:
        wanted = wanted.where(Row.state == state)
    return work.rows(wanted.order_by(Row.position, Row.id))


def _goal(row: Row) -> Goal:
    return Goal(row.id, encryption.unseal(row, "text"), row.state, row.created_at, row.closed_at)


def _text(text: str) -> str:
    text = " ".join(text.split())
    if not 1 <= len(text) <= LONGEST:
        raise Invalid(f"A goal needs 1 to {LONGEST} characters.")
    return text
