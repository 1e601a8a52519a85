"""Notes: drafted, edited by statement, signed, returned or countersigned, reopened; each step a version.

`drafts` makes them, `editing` changes them, `signing` every step with a name under it,
`reading` and `listing` show them.
`content` and `wording` are plain values and pure functions, `states` is the one table of what may follow what.
"""

from services.notes.citing import Citable, DocumentLine, citable, citable_lines
from services.notes.drafts import draft, draft_for_worker
from services.notes.editing import (
    add_evidence,
    add_statement,
    edit_statement,
    keep_as_own,
    move_statement,
    remove_statement,
    restore_statement,
    set_evidence,
)
from services.notes.from_documents import OpenNote, OpenSection, cite, open_notes, quotation
from services.notes.listing import Line, count_waiting, list_notes, waiting
from services.notes.reading import Version, differences, read, version, versions
from services.notes.signing import LONGEST as LONGEST_COMMENT
from services.notes.signing import (
    Unanswered,
    add_addendum,
    countersign,
    reopen,
    return_to_author,
    sign,
    verify,
)
from services.notes.source_documents import MOST as MOST_SOURCES
from services.notes.source_documents import DraftSource, sources
from services.notes.standing import Standing, of_session

__all__ = [
    "LONGEST_COMMENT",
    "MOST_SOURCES",
    "Citable",
    "DocumentLine",
    "DraftSource",
    "Line",
    "OpenNote",
    "OpenSection",
    "Standing",
    "Unanswered",
    "Version",
    "add_addendum",
    "add_evidence",
    "add_statement",
    "citable",
    "citable_lines",
    "cite",
    "count_waiting",
    "countersign",
    "differences",
    "draft",
    "draft_for_worker",
    "edit_statement",
    "keep_as_own",
    "list_notes",
    "move_statement",
    "of_session",
    "open_notes",
    "quotation",
    "read",
    "remove_statement",
    "reopen",
    "restore_statement",
    "return_to_author",
    "set_evidence",
    "sign",
    "sources",
    "verify",
    "version",
    "versions",
    "waiting",
]
