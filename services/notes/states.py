"""The life of a note as one table: which step may be taken from which state, and where it leads."""

from dataclasses import dataclass

from models.note import NoteState, NoteStep
from services.errors import Conflict

S = NoteState


@dataclass(frozen=True)
class Move:
    """A step, the states it starts from, and the one it ends in (None: the state stays)."""

    starts: frozenset[NoteState]
    ends: NoteState | None
    verb: str  # for the sentence of a refusal: "It cannot be ..."


# draft → edited → signed → returned | countersigned; signed and countersigned → reopened, a draft again.
MOVES: dict[NoteStep, Move] = {
    NoteStep.DRAFTED: Move(frozenset({S.DRAFT}), S.DRAFT, "drafted again"),
    NoteStep.EDITED: Move(frozenset({S.DRAFT, S.RETURNED}), None, "edited"),
    NoteStep.SIGNED: Move(frozenset({S.DRAFT, S.RETURNED}), S.SIGNED, "signed"),
    NoteStep.ADDENDUM: Move(frozenset({S.SIGNED, S.COUNTERSIGNED}), None, "given an addendum"),
    NoteStep.RETURNED: Move(frozenset({S.SIGNED}), S.RETURNED, "returned"),
    NoteStep.COUNTERSIGNED: Move(frozenset({S.SIGNED}), S.COUNTERSIGNED, "countersigned"),
    NoteStep.REOPENED: Move(frozenset({S.SIGNED, S.COUNTERSIGNED}), S.DRAFT, "reopened"),
}
NOW = {
    S.DRAFT: "This note is a draft that is not signed",
    S.SIGNED: "This note is signed and locked",
    S.RETURNED: "This note was returned to its author and waits to be signed again",
    S.COUNTERSIGNED: "This note is countersigned and locked",
}
NEXT = {
    S.DRAFT: "Sign it first.",
    S.SIGNED: "Reopen it with a reason, or add to it.",
    S.RETURNED: "Edit it, then sign it.",
    S.COUNTERSIGNED: "Reopen it with a reason, or add to it.",
}


def allows(state: NoteState, step: NoteStep) -> bool:
    return state in MOVES[step].starts


def after(state: NoteState, step: NoteStep) -> NoteState:
    """The state that the step leads to. Raises Conflict, with what can be done instead, for an illegal one."""
    move = MOVES[step]
    if state not in move.starts:
        raise Conflict(f"{NOW[state]}, so it cannot be {move.verb}. {NEXT[state]}")
    return state if move.ends is None else move.ends
