"""After a rotation nothing is under the old keys, everything can be read, and a broken-off one goes on."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from commands import rotate_keys
from commands.rotate_keys import rotate
from config import settings
from models.clinic import EncryptionKey
from models.database import sessions
from models.transcript import TherapistSessionTranscript
from services import clients, transcripts, vault
from services.adapters import wiring
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.services.written import write_session


@pytest.fixture
def stored(people: People) -> tuple[People, int, str]:
    """A transcript and a stored chunk: (people, recording of the transcript, path of the chunk)."""
    recorder = Recorder(people.alice)
    (whole,) = webm_chunks(2.0, parts=1)
    path = recorder.send(whole, sequence=0).path
    recording_id = write_session(people.alice, recorder.client_id)
    assert path is not None
    return people, recording_id, path


def everything(people: People, recording_id: int, path: str) -> tuple[object, ...]:
    names = sorted(client.name for client in clients.list_clients(people.alice))
    said = transcripts.read(people.alice, recording_id)["utterances"]
    return names, said, b"".join(vault.blobs().read(path))


def sealed_columns() -> list[str]:
    with sessions()() as session:
        return [
            row.transcript.stored for row in session.scalars(select(TherapistSessionTranscript))
        ]


def test_everything_moves_and_reads_as_before(
    stored: tuple[People, int, str], configure: Callable[..., None]
) -> None:
    before, ciphertexts = everything(*stored), sealed_columns()
    old = wiring.keys().active_key_id()
    moved = rotate(new_keys=True)
    assert moved["data keys"] == 2
    assert min(moved[name] for name in ("therapist_clients", "audio_blobs", "files")) >= 1
    assert everything(*stored) == before
    assert not set(sealed_columns()) & set(ciphertexts)
    assert vault.blobs().key_id(stored[2]) == wiring.keys().active_key_id() != old
    with sessions()() as session:
        assert old not in {row.kek_id for row in session.scalars(select(EncryptionKey))}
    configure()  # as after a restart
    vault.open_vault()
    assert everything(*stored) == before
    assert sum(rotate(new_keys=False).values()) == 0


def test_a_rotation_that_broke_off_goes_on(
    stored: tuple[People, int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(*stored)
    with monkeypatch.context() as patch:
        patch.setattr(rotate_keys, "_sealed_tables", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            rotate(new_keys=True)
    assert everything(*stored) == before
    moved = rotate(new_keys=False)
    assert moved["data keys"] == 0
    assert moved["files"] == 1
    assert everything(*stored) == before


def test_the_old_key_is_not_needed_any_more(
    stored: tuple[People, int, str], configure: Callable[..., None]
) -> None:
    before, old = everything(*stored), wiring.keys().active_key_id()
    rotate(new_keys=True)
    path = settings().keys_path
    content = json.loads(path.read_text())
    del content["keys"][old]
    path.write_text(json.dumps(content))
    configure()
    vault.open_vault()
    assert everything(*stored) == before
