"""The life of a note: every step from every state, against the table as it is told to people."""

import pytest

from models.note import NoteState, NoteStep
from services.errors import Conflict
from services.notes import states

S, T = NoteState, NoteStep
LEGAL = {
    (S.DRAFT, T.DRAFTED): S.DRAFT,
    (S.DRAFT, T.EDITED): S.DRAFT,
    (S.DRAFT, T.SIGNED): S.SIGNED,
    (S.RETURNED, T.EDITED): S.RETURNED,
    (S.RETURNED, T.SIGNED): S.SIGNED,
    (S.SIGNED, T.ADDENDUM): S.SIGNED,
    (S.SIGNED, T.RETURNED): S.RETURNED,
    (S.SIGNED, T.COUNTERSIGNED): S.COUNTERSIGNED,
    (S.SIGNED, T.REOPENED): S.DRAFT,
    (S.COUNTERSIGNED, T.ADDENDUM): S.COUNTERSIGNED,
    (S.COUNTERSIGNED, T.REOPENED): S.DRAFT,
}


@pytest.mark.parametrize("step", list(NoteStep))
@pytest.mark.parametrize("state", list(NoteState))
def test_every_step_from_every_state(state: NoteState, step: NoteStep) -> None:
    ends = LEGAL.get((state, step))
    assert states.allows(state, step) is (ends is not None)
    if ends is not None:
        assert states.after(state, step) is ends
        return
    with pytest.raises(Conflict, match=r"^This note .* cannot be .*\. \w.*\.$"):
        states.after(state, step)
