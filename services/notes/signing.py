"""Signing, adding to what is signed, reopening it; and what a supervisor does about it: return or countersign."""

from collections.abc import Sequence

from sqlalchemy import select

from models.note import Note, NoteState, NoteStep, NoteVersion
from models.recording import Recording
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from services import encryption, webhooks
from services.access import Action, Actor, Work, acting
from services.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from services.instructions import catalogue
from services.notes import rechecking, states, stored
from services.notes.content import Level, NoteContent
from services.notes.wording import as_text

LONGEST = 4000  # characters of a comment, a reason or an addendum
TRIES = 4  # of a signature that corrections of the transcript get in the way of
CORRECTED = "{} corrected since; read what is marked now."
THE_TRANSCRIPT, A_DOCUMENT = "The transcript was", "A document that it cites was"


class Unanswered(Conflict):
    """Statements (by id) that their evidence contradicts, and that nobody has answered for."""

    def __init__(self, message: str, statements: tuple[str, ...]) -> None:
        super().__init__(message)
        self.statements = statements


def sign(actor: Actor, note_id: int, *, revision: int) -> int:
    """Locks the note under the actor's name; its text becomes a version of the session's summary. Returns the new
    revision, like every step. Raises Conflict while statements are contradicted by their evidence and nobody has
    answered that, for a note that says nothing, and for one that somebody else wrote; Stale when it changed, or
    when the transcript or a document that it cites was corrected since and that changes what is marked."""
    for _ in range(TRIES):
        with acting(actor, Action.NOTE_SIGN) as work:
            note, content = _to_sign(work, note_id, revision)
            found = rechecking.corrected(work, note, note.recording_id, content)
            if found is None:
                return _signed(work, note, content)
        after = rechecking.checked(found)
        revision = _marked_anew(actor, note_id, revision, after)
        if rechecking.is_marked_otherwise(content, after):
            raise Stale(CORRECTED.format(A_DOCUMENT if found.is_of_documents else THE_TRANSCRIPT))
    raise Conflict("What it cites is being corrected. Sign the note when that is done.")


def _to_sign(work: Work, note_id: int, revision: int) -> tuple[Note, NoteContent]:
    """The note, locked, with what it says. Raises Conflict where the actor may not sign it now."""
    note = work.get(Note, note_id, lock=True)
    states.after(note.state, NoteStep.SIGNED)
    stored.exactly(note, revision)
    rows = list(stored.versions(work, note))
    if not may_sign(note, rows, work.actor.user_id):
        raise Conflict("Somebody else wrote this note and signs it. You can read and edit it.")
    return note, stored.content_of(rows[-1])


def _signed(work: Work, note: Note, content: NoteContent) -> int:
    _may_be_signed(content)
    row = stored.put(work, note, NoteStep.SIGNED, content, author=work.actor)
    note.signed_at = row.created_at
    if _is_of_the_session(note):
        _add_to_history(work, note, content)
    webhooks.announce(work, webhooks.Event.NOTE_SIGNED, note.therapist_id, note.id)
    return note.revision


def _marked_anew(actor: Actor, note_id: int, revision: int, content: NoteContent) -> int:
    """The marks that a corrected transcript gives the note; its new revision."""
    with acting(actor, Action.NOTE_SIGN) as work:
        note, _ = _to_sign(work, note_id, revision)
        return stored.remark(work, note, content)


def _is_of_the_session(note: Note) -> bool:
    """Whether the note says what the session was, as its summary does. A letter or a note of a call does not."""
    kind = note.instruction_type
    return kind == "intake" or catalogue.built_in(kind).group == "progress"


def add_addendum(actor: Actor, note_id: int, text: str) -> int:
    """Words added to a signed note, under the actor's name; what was signed stays as it is. An addendum to a
    countersigned note leaves it countersigned, and shows that it came later."""
    return _step(actor, Action.NOTE_ADD, note_id, NoteStep.ADDENDUM, text, "An addendum")


def reopen(actor: Actor, note_id: int, reason: str) -> int:
    """A draft again. What was signed stays among the versions, with its signatures and the reason. Raises NotAllowed
    for what a colleague signed about a client who is not the actor's own."""
    return _step(actor, Action.NOTE_REOPEN, note_id, NoteStep.REOPENED, reason, "Reopening a note")


def return_to_author(
    actor: Actor,
    note_id: int,
    text: str,
    *,
    revision: int,
    comments: dict[str, str] | None = None,
) -> int:
    """A supervisor's answer: what should change, as a whole and at statements (by id). The note can be edited again."""
    with acting(actor, Action.NOTE_RETURN) as work:
        at = {key: _said(words, "A comment") for key, words in (comments or {}).items()}
        said = " ".join(text.split()) if at else _said(text, "Returning a note")
        note = work.get(Note, note_id, lock=True)
        states.after(note.state, NoteStep.RETURNED)
        stored.exactly(note, revision)
        content = stored.content_of(stored.newest(work, note))
        if not set(at) <= {one.id for one in content.statements()}:
            raise NotFound("There is no such statement in this note.")
        comment = {"text": said[:LONGEST], "statements": at}
        stored.put(work, note, NoteStep.RETURNED, content, author=actor, comment=comment)
        note.signed_at = None
        return note.revision


def countersign(actor: Actor, note_id: int, *, revision: int) -> int:
    """A supervisor's signature under a therapist's. Raises NotAllowed for one's own note, Conflict where the
    therapist's signature no longer holds."""
    with acting(actor, Action.NOTE_COUNTERSIGN) as work:
        note = work.get(Note, note_id, lock=True)
        states.after(note.state, NoteStep.COUNTERSIGNED)
        stored.exactly(note, revision)
        rows = list(stored.versions(work, note))
        signatures = [row for row in rows if row.step is NoteStep.SIGNED]
        if actor.user_id in {row.author_id for row in signatures}:
            raise NotAllowed("You signed this note yourself. Somebody else has to countersign it.")
        if not holds(signatures[-1]):
            raise Conflict(
                "What is stored is not what was signed, so it was not countersigned. Tell the "
                "privacy officer."
            )
        content = stored.content_of(signatures[-1])
        stored.put(work, note, NoteStep.COUNTERSIGNED, content, author=actor)
        return note.revision


def verify(actor: Actor, note_id: int) -> bool:
    """Whether every signature of the note still holds: what is stored has the hash that was taken then."""
    with acting(actor, Action.NOTE_READ) as work:
        note = work.get(Note, note_id)
        work.detail("verify")
        return all(holds(row) for row in stored.versions(work, note) if row.content_sha256)


def may_sign(note: Note, rows: Sequence[NoteVersion], user_id: int) -> bool:
    """The note's therapist may; somebody who covers signs what they wrote, or what no hand has touched."""
    hands = {row.author_id for row in rows if row.step is NoteStep.EDITED}
    return user_id == note.therapist_id or not hands or user_id in hands


def may_reopen(note: Note, rows: Sequence[NoteVersion], user_id: int) -> bool:
    """The note's therapist may; somebody who covers reopens what they signed themselves. `rows`: oldest first."""
    signers = [row.author_id for row in rows if row.step is NoteStep.SIGNED]
    return user_id == note.therapist_id or signers[-1:] == [user_id]


def holds(version: NoteVersion) -> bool:
    """Whether a signed version still says what was signed."""
    try:
        return stored.fingerprint(encryption.unseal_json(version, "content")) == (
            version.content_sha256
        )
    except (encryption.SealBroken, ValueError):
        return False


def _step(actor: Actor, action: Action, note_id: int, step: NoteStep, text: str, what: str) -> int:
    with acting(actor, action) as work:
        said = _said(text, what)
        note = work.get(Note, note_id, lock=True)
        states.after(note.state, step)
        rows = stored.versions(work, note)
        if step is NoteStep.REOPENED and not may_reopen(note, rows, actor.user_id):
            raise NotAllowed(
                "A colleague signed this note, and reopens it. You can add an addendum."
            )
        content = stored.content_of(rows[-1])
        stored.put(work, note, step, content, author=actor, comment={"text": said})
        if note.state is NoteState.DRAFT:
            note.signed_at = None
        return note.revision


def _may_be_signed(content: NoteContent) -> None:
    if not content.statements():
        raise Conflict("There is nothing in this note to sign. Write it, or draft it again.")
    unanswered = [one.id for one in content.statements() if one.level is Level.CONTRADICTED]
    if unanswered:
        count = len(unanswered)
        points = "A statement is" if count == 1 else f"{count} statements are"
        raise Unanswered(
            f"{points} not borne out by the passages cited. Edit, keep as your own or remove "
            f"{'it' if count == 1 else 'them'}, then sign. Nothing was lost.",
            tuple(unanswered),
        )


def _add_to_history(work: Work, note: Note, content: NoteContent) -> None:
    """What was signed is the newest version of the session's summary, under the name of who signed."""
    recording = work.session.get_one(Recording, note.recording_id)
    row = work.session.scalars(
        work.visible(TherapistSessionTranscript)
        .where(TherapistSessionTranscript.recording_id == note.recording_id)
        .with_for_update()
    ).first()
    if row is None:
        return  # its transcript was removed; the note stands by itself
    table = TherapistSessionTranscriptHistory
    known = work.session.scalars(select(table.version).where(table.transcript_id == row.id))
    text = as_text(content)
    history = TherapistSessionTranscriptHistory(
        therapist_id=row.therapist_id,
        transcript_id=row.id,
        therapist_client_id=row.therapist_client_id,
        therapist_session_id=row.therapist_session_id,
        client_user_id=recording.client_user_id,
        version=max(known, default=0) + 1,
        author=f"user:{work.actor.user_id}",
        date=row.date,
    )
    history.transcript_summary = encryption.seal(history, "transcript_summary", text)
    row.transcript_summary = encryption.seal(row, "transcript_summary", text)
    work.session.add(history)
    work.session.flush()


def _said(text: str, what: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid(f"{what} needs words.")
    if len(text) > LONGEST:
        raise Invalid(f"{what} may have {LONGEST} characters.")
    return text
