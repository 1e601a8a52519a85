"""What the browser sends, read as what it may be and as nothing else."""

from typing import Any

from ui.wishes import Wish

MAX_NAME, MAX_TEXT = 60, 4000  # what services.corrections and services.notes take
MAX_KEY = 64
MAX_CITED = 20  # lines of documents, as services.notes takes them
ROLES = ("therapist", "client", "other")


def read_act(sent: object) -> tuple[int, Wish | None]:
    """Its number and the wish, None where it is no wish at all."""
    if not isinstance(sent, dict) or type(sent.get("n")) is not int:
        return 0, None
    act = sent.get("act")
    if not isinstance(act, str):
        return sent["n"], None
    read = _of_the_note if act.startswith("note-") else _of_the_transcript
    return sent["n"], read(act, sent)


def _of_the_transcript(act: str, sent: dict[str, Any]) -> Wish | None:
    utterance, speaker = sent.get("id"), _words(sent.get("speaker"), MAX_NAME)
    name, text, ids = _words(sent.get("name"), MAX_NAME), _text(sent), _ids(sent.get("ids"))
    if act == "rename" and speaker and name:
        return {"act": act, "speaker": speaker, "name": name}
    if act == "role" and speaker and sent.get("role") in ROLES:
        return {"act": act, "speaker": speaker, "role": sent["role"]}
    if act == "reassign" and speaker and ids:
        return {"act": act, "ids": ids, "speaker": speaker}
    if act == "correct" and type(utterance) is int and text:
        return {"act": act, "id": utterance, "text": text}
    if act in ("merge", "restore") and type(utterance) is int:
        return {"act": act, "id": utterance}
    return None


def _of_the_note(act: str, sent: dict[str, Any]) -> Wish | None:
    """Each names the note and the revision of it that its writer saw."""
    note, revision = sent.get("note"), sent.get("rev")
    if type(note) is not int or type(revision) is not int:
        return None
    wish: Wish = {"act": act, "note": note, "rev": revision}
    if act == "note-add":
        return _addition(wish, sent)
    statement = _words(sent.get("statement"), MAX_KEY)
    if statement is None:
        return None
    wish["statement"] = statement
    if act in ("note-keep", "note-remove", "note-restore"):
        return wish
    text, ids = _text(sent), _ids(sent.get("utterances"))
    if act == "note-edit" and text:
        return wish | {"text": text}
    if act == "note-evidence" and ids is not None:
        return _with_documents(wish | {"utterances": ids}, sent)
    section, position = _words(sent.get("section"), MAX_KEY), sent.get("position")
    if act == "note-move" and section and type(position) is int and position >= 0:
        return wish | {"section": section, "position": position}
    return None


def _addition(wish: Wish, sent: dict[str, Any]) -> Wish | None:
    section, text, ids = _words(sent.get("section"), MAX_KEY), _text(sent), sent.get("utterances")
    after = sent.get("after")
    if not section or not text or _ids(ids) is None:
        return None
    if after is not None and not _words(after, MAX_KEY):
        return None
    added = {"section": section, "text": text, "after": after, "utterances": ids}
    return _with_documents(wish | added, sent)


def _with_documents(wish: Wish, sent: dict[str, Any]) -> Wish | None:
    """The wish with the lines of documents that it names, if it names any; None for what is no such list."""
    if "documents" not in sent:
        return wish
    named = sent["documents"]
    if not isinstance(named, list) or len(named) > MAX_CITED:
        return None
    lines = [_line(one) for one in named]
    return None if None in lines else wish | {"documents": lines}


def _line(value: object) -> dict[str, int] | None:
    if not isinstance(value, dict):
        return None
    line = {name: value.get(name) for name in ("document_id", "page", "line")}
    return line if all(type(one) is int for one in line.values()) else None


def _ids(value: object) -> list[int] | None:
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        return None
    return value


def _text(sent: dict[str, Any]) -> str | None:
    return _words(sent.get("text"), MAX_TEXT)


def _words(value: object, limit: int) -> str | None:
    """One line of people's words, at most `limit` characters; None for anything else."""
    if not isinstance(value, str) or len(value) > limit:
        return None
    return " ".join(value.split()) or None
