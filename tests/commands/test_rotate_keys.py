"""After a rotation nothing is under the old keys, everything can be read, and a broken-off one goes on."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from commands import rotate_keys
from commands.rotate_keys import rotate
from config import settings
from models.clinic import EncryptionKey
from models.database import sessions
from models.second_factor import SecondFactor
from models.transcript import TherapistSessionTranscript
from services import clients, one_time_codes, transcripts, vault
from services.adapters import wiring
from tests.models.test_sealed_columns import SEALED
from tests.people import People
from tests.second_factors import equip
from tests.services.recordings.sending import Recorder, webm_chunks
from tests.services.written import write_session

ROOT = Path(__file__).parents[2]


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


def test_a_second_factor_moves_too(people: People) -> None:
    phone = equip(people.alice)
    with sessions()() as session:
        before = session.scalars(select(SecondFactor)).one().secret.stored
    assert rotate(new_keys=True)["second_factors"] == 1
    with sessions()() as session, session.begin():
        factor = one_time_codes.of(session, people.alice.user_id, lock=True)
        assert factor is not None
        assert factor.secret.stored != before
        for given in (phone.code(), phone.recovery_codes[0]):
            assert one_time_codes.use(session, factor, given) is not None


def test_the_command_by_itself_knows_every_sealed_table() -> None:
    """In a process of its own: here the tests have imported whatever there is."""
    listing = "from commands import rotate_keys; print(*rotate_keys.sealed_columns())"
    ran = subprocess.run(
        [sys.executable, "-c", listing], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(ran.stdout.split()) == SEALED
