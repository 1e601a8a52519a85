"""Documents: files come in, are kept sealed, are read page by page, corrected, searched and viewed.

`uploading` takes them in, `processing` and `reading_job` store what is read of them, `listing` and `text` give it
out, `viewing` the file itself, `questionnaires` offers scores, `changing` reads again and unlocks, `deleting` hides and
restores.
"""

from services.documents.changing import read_again, readers, unlock
from services.documents.deleting import (
    DeletedDocument,
    delete_document,
    deleted_documents,
    restore_document,
)
from services.documents.hits import Hit
from services.documents.listing import (
    PAGE,
    DocumentList,
    DocumentSummary,
    Progress,
    features,
    list_documents,
    read_document,
    watch,
)
from services.documents.paths import ACCEPTED, FEATURES
from services.documents.questionnaires import confirm, offered
from services.documents.text import (
    correct_line,
    lines,
    read_page,
    read_table,
    read_text,
    restore_line,
    search,
)
from services.documents.uploading import MOST_FILES, IncomingFile, StoredDocument, Upload, upload
from services.documents.viewing import ViewedFile, content, page_image, view, view_path
from services.reading.questionnaires import Questionnaire

__all__ = [
    "ACCEPTED",
    "FEATURES",
    "MOST_FILES",
    "PAGE",
    "DeletedDocument",
    "DocumentList",
    "DocumentSummary",
    "Hit",
    "IncomingFile",
    "Progress",
    "Questionnaire",
    "StoredDocument",
    "Upload",
    "ViewedFile",
    "confirm",
    "content",
    "correct_line",
    "delete_document",
    "deleted_documents",
    "features",
    "lines",
    "list_documents",
    "offered",
    "page_image",
    "read_again",
    "read_document",
    "read_page",
    "read_table",
    "read_text",
    "readers",
    "restore_document",
    "restore_line",
    "search",
    "unlock",
    "upload",
    "view",
    "view_path",
    "watch",
]
