"""What leaves the house as a file: a note or a transcript, with its state across it, a reason asked, a log row."""

from services.exports.files import FORMATS as FORMATS
from services.exports.files import REASONS as REASONS
from services.exports.files import Exported as Exported
from services.exports.files import export_note as export_note
from services.exports.files import export_transcript as export_transcript
