"""Where a document is stored: `{feature}/{role}/{userid}/{YYYY-MM-DD}/{file}`, as the contract says."""

import datetime as dt
import re
import secrets
import unicodedata
from pathlib import PurePosixPath

from models.document import DocumentRole
from services.errors import Invalid

# Kinds of paper that the page offers. Any other word of this shape is a feature of its own.
FEATURES = ("intake-forms", "consent", "questionnaires", "letters", "reports", "other")
FEATURE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_FEATURE = 60  # characters
LONGEST_STEM = 100
ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tiff",
    "image/bmp": ".bmp",
}
ACCEPTED = (".pdf", ".png", ".jpg", ".jpeg", ".tiff", ".tif", ".bmp")
# What scanners, phones and offices call papers; digits, dots, dashes and underscores may stand between.
TECHNICAL = frozenset(
    "admission agreement and assessment attachment booking client completed consent copy discharge "
    "doc document fax file filled form gad img image info information intake letter new note notes "
    "of page phq pdf photo plan questionnaire referral release report results scan scanned score "
    "screen screenshot sheet signed summary test the therapy treatment v".split()
)


def document(
    feature: str, role: DocumentRole, user_id: int, day: dt.date, filename: str, content_type: str
) -> str:
    """The path for a new document; `day` is in UTC. The ending follows the bytes, not the name."""
    name = safe(filename) + ENDINGS[content_type]
    return f"{feature}/{role.value}/{user_id}/{day.isoformat()}/{name}"


def safe(filename: str) -> str:
    """The name in the path, without its ending: a technical one (intake_form.pdf) stays, any other
    becomes "document" with random digits. People call files after people, and a storage shows its
    paths to whoever runs it; the whole name is kept sealed in the row."""
    plain = unicodedata.normalize("NFKD", filename.replace("\\", "/").rsplit("/", 1)[-1])
    name = PurePosixPath(plain.lower().strip())
    stem = re.sub(r"[^a-z0-9._-]+", "_", name.stem).strip("._-")
    is_plain = name.name.isascii() and set(re.findall(r"[a-z]+", stem)) <= TECHNICAL
    # a bare number may be a birthday or a file number
    if is_plain and re.search("[a-z]", stem) and not re.search(r"\d{5}", stem):
        return stem[:LONGEST_STEM].rstrip("._-")
    return f"document-{secrets.token_hex(4)}"


def feature(given: str) -> str:
    """The feature as it is stored. Raises Invalid."""
    word = "-".join(given.strip().lower().replace("_", " ").split())
    if len(word) > LONGEST_FEATURE or not FEATURE.fullmatch(word):
        raise Invalid(
            "feature says what kind of paper this is: letters, digits and dashes, such as "
            f"{', '.join(FEATURES)}."
        )
    return word


def role(given: str) -> DocumentRole:
    """The contract's role. Raises Invalid."""
    try:
        return DocumentRole(given.strip())
    except ValueError:
        raise Invalid("role must be User or Therapist.") from None
