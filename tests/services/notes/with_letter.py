"""What notes from documents begin with: Alice's client with a session, and a letter that was read."""

from typing import Any

from services import clients, documents, notes
from services.access import Actor
from services.notes import DocumentLine
from tests.people import People
from tests.services.documents.papers import pdf, send_and_read
from tests.services.notes.noted import a_session, write_note


class LetterCase:
    """The session has no note; the letter has two pages."""

    def __init__(self, people: People) -> None:
        self.alice = people.alice
        self.client = clients.create_client(self.alice, "Nora Feldt")
        self.recording = a_session(self.alice, self.client)
        self.letter = send_and_read(self.alice, "letter.pdf", pdf(), client_id=self.client)

    def line(self, words: str) -> DocumentLine:
        return self.lines(words)[0]

    def lines(self, *words: str) -> list[DocumentLine]:
        """Where the letter says exactly these words, a line each."""
        known = documents.lines(self.alice, self.letter)
        places = {text: DocumentLine(*at) for at, text in known.items()}
        return [places[one] for one in words]


class NoteCase(LetterCase):
    """The session has the note of tests/services/notes/noted.py."""

    def __init__(self, people: People) -> None:
        super().__init__(people)
        self.note = write_note(self.alice, self.recording)

    def statement(self, ident: str = "s2", actor: Actor | None = None) -> dict[str, Any]:
        sections = notes.read(actor or self.alice, self.note)["sections"]
        return next(s for one in sections for s in one["statements"] if s["id"] == ident)
