"""What the reader asked of the view, done: corrections of the transcript, changes of the note."""

from dataclasses import dataclass

import streamlit as st

from services import notes, transcripts
from services.access import Actor
from services.errors import Invalid, NotSignedIn, describe
from ui import frame
from ui.session_view import Wish, take_wish

UNREADABLE = "This change could not be read. Load the page again."


@dataclass(frozen=True)
class Refused:
    """A wish that was not done: why, and the words that it held ("" where it held none)."""

    message: str
    words: str


def grant_asked(actor: Actor, recording_id: int, key: str) -> None:
    """Before the page reads anything: what it shows, and what its buttons do, is then about what is stored."""
    refused, revisions = _refused(recording_id), _revisions()
    if (wish := take_wish(key)) is not None:
        _grant(actor, recording_id, wish, refused, revisions)


def grant(actor: Actor, recording_id: int, wish: Wish) -> None:
    """Does it, or keeps why not together with the words that would be lost: the view shows what is stored."""
    _grant(actor, recording_id, wish, _refused(recording_id), _revisions())


def _grant(
    actor: Actor, recording_id: int, wish: Wish, refused: list[Refused], revisions: dict[int, int]
) -> None:
    """The lists are plain ones: a run may be stopped wherever it touches the page's state, not here."""
    words = wish.get("text", "")
    try:
        if "note" in wish:
            revisions[wish["note"]] = _of_the_note(actor, wish)
        else:
            _of_the_transcript(actor, recording_id, wish)
    except NotSignedIn:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it was, no words are lost for it
        refused.append(Refused(describe(error).text, words))
    else:
        refused[:] = [one for one in refused if one.words != words]  # they are stored now


def tell_refusal(recording_id: int) -> None:
    """Above the view, which is as high as the window: below it nobody would see it. Words stay until they are
    stored after all, or put away."""
    refused = _refused(recording_id)
    for message in dict.fromkeys(one.message for one in refused):
        st.error(frame.plain(message), icon=":material/error:")
    refused[:] = [one for one in refused if one.words]
    if not refused:
        return
    with st.container(border=True, gap="xsmall", key="unsaved"):
        st.markdown("**Your words, not saved:**")
        for one in refused:
            st.text(one.words)
        if st.button("Put them away", type="tertiary", icon=":material/close:"):
            refused.clear()
            st.rerun()


def saved(note_id: int) -> int | None:
    """The revision that this reader's last change of the note made, if there was one."""
    return _revisions().get(note_id)


def _refused(recording_id: int) -> list[Refused]:
    found: list[Refused] = st.session_state.setdefault(f"session-{recording_id}-refused", [])
    return found


def _revisions() -> dict[int, int]:
    found: dict[int, int] = st.session_state.setdefault("notes-saved", {})
    return found


def _of_the_transcript(actor: Actor, recording_id: int, wish: Wish) -> None:
    match wish:
        case {"act": "rename", "speaker": key, "name": name}:
            transcripts.rename_speaker(actor, recording_id, key, name)
        case {"act": "role", "speaker": key, "role": role}:
            transcripts.set_role(actor, recording_id, key, role)
        case {"act": "reassign", "ids": ids, "speaker": key}:
            transcripts.reassign(actor, recording_id, ids, key)
        case {"act": "merge", "id": ident}:
            transcripts.merge(actor, recording_id, ident)
        case {"act": "correct", "id": ident, "text": text}:
            transcripts.correct(actor, recording_id, ident, text)
        case {"act": "restore", "id": ident}:
            transcripts.restore(actor, recording_id, ident)
        case _:
            raise Invalid(UNREADABLE)


def _of_the_note(actor: Actor, wish: Wish) -> int:
    """The revision that it made of the note that the wish names. Whether that is theirs to change, the service says."""
    ident, rev = wish["note"], wish["rev"]
    match wish:
        case {"act": "note-edit", "statement": one, "text": text}:
            made = notes.edit_statement(actor, ident, one, text, revision=rev)
        case {"act": "note-add", "section": key, "after": after, "text": text, "utterances": said}:
            made = notes.add_statement(
                actor,
                ident,
                key,
                text,
                revision=rev,
                after=after,
                utterances=said,
                documents=_cited(wish) or (),
            )
        case {"act": "note-evidence", "statement": one, "utterances": said}:
            made = notes.set_evidence(actor, ident, one, said, revision=rev, documents=_cited(wish))
        case {"act": "note-move", "statement": one, "section": key, "position": to}:
            made = notes.move_statement(actor, ident, one, key, to, revision=rev)
        case {"act": "note-keep", "statement": one}:
            made = notes.keep_as_own(actor, ident, one, revision=rev)
        case {"act": "note-remove", "statement": one}:
            made = notes.remove_statement(actor, ident, one, revision=rev)
        case {"act": "note-restore", "statement": one}:
            made = notes.restore_statement(actor, ident, one, revision=rev)
        case _:
            raise Invalid(UNREADABLE)
    return made


def _cited(wish: Wish) -> list[notes.DocumentLine] | None:
    """Lines of documents that it names; None where it says nothing of them."""
    named = wish.get("documents")
    return None if named is None else [notes.DocumentLine(**one) for one in named]
