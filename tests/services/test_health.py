"""Health as the administrator sees it: each part works or says what to do."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from config import settings
from models.api import Webhook, WebhookDelivery
from models.base import now
from models.clinic import WorkerHeartbeat
from models.database import sessions
from models.recording import RecordingState
from services import clients, health, vault, webhooks
from services.adapters import sentence_model, weights
from services.adapters.ocr import line_reader
from services.errors import NotAllowed
from services.grounding import likeness
from services.processing.webhooks import PAUSES
from tests.people import People
from tests.services.written import change, write_session

Configure = Callable[..., None]
WHISPER = ("config.json", "model.bin", "tokenizer.json")


def parts(people: People) -> dict[str, health.Part]:
    return {part.name: part for part in health.check(people.adam)}


def beat(seconds_ago: float) -> None:
    with sessions()() as session, session.begin():
        at = now() - dt.timedelta(seconds=seconds_ago)
        session.add(WorkerHeartbeat(executor_id=f"w-{seconds_ago}", seen_at=at))


@pytest.fixture
def models(tmp_path: Path, people: People, configure: Configure) -> Path:
    """Folders with the right names in them, sealed as set-up does it."""
    folder = tmp_path / "weights"
    for name, files in (
        ("whisper-base", WHISPER),
        ("campplus", ("campplus.onnx",)),
        (likeness.FOLDER, likeness.FILES),
        (sentence_model.FOLDER, sentence_model.FILES),
    ):
        (folder / name).mkdir(parents=True)
        for file in files:
            (folder / name / file).write_bytes(b"as verified")
        weights.seal(folder / name, files)
    configure(VERBATIM_WEIGHTS_DIR=str(folder))
    vault.open_vault()
    return folder


def test_a_clinic_in_order(people: People, models: Path) -> None:
    beat(1)
    found = parts(people)
    assert {name: part.works for name, part in found.items()} == dict.fromkeys(
        (
            "Database", "Workers", "Recordings", "Webhooks", "Storage", "Keys", "Speech model",
            "Drafter", "Document reader", "Disk",
        ),
        True,
    )  # fmt: skip
    dialect = "sqlite" if settings().database.startswith("sqlite") else "postgresql"
    assert found["Database"].words.startswith(f"{dialect}, answers in")
    assert found["Workers"].words == "One at work"
    assert found["Speech model"].words == "whisper-base and voice model, unaltered"


def test_workers_that_went_silent_do_not_count(people: People, models: Path) -> None:
    assert not parts(people)["Workers"].works
    beat(settings().worker_ttl + 1)
    assert "Start worker.py" in parts(people)["Workers"].words
    beat(1)
    beat(2)
    assert parts(people)["Workers"] == health.Part("Workers", True, "2 at work")


def test_recordings_that_failed_show_until_they_are_removed(people: People, models: Path) -> None:
    client = clients.create_client(people.alice, "Nora Feldt")
    write_session(people.alice, client, state=RecordingState.PROCESSING)
    failed = write_session(people.alice, client, state=RecordingState.FAILED)
    found = parts(people)["Recordings"]
    assert found == health.Part("Recordings", False, "1 being transcribed, 1 could not be finished")
    change(failed, deleted_at=now())
    assert parts(people)["Recordings"].works


def test_models_altered_or_absent_are_named(people: People, models: Path) -> None:
    (models / "whisper-base" / "model.bin").write_bytes(b"other")
    found = parts(people)["Speech model"]
    assert not found.works
    assert "model.bin" in found.words
    assert "was altered" in found.words
    (models / "whisper-base" / "model.bin").unlink()
    assert "is missing" in parts(people)["Speech model"].words


def test_the_quick_reader_of_lines_is_named(
    people: People, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_reader, "_multiplies_bytes", lambda: True)
    file = models / line_reader.FOLDER / line_reader.FILES[0]
    file.parent.mkdir()
    file.write_bytes(b"as made")
    weights.seal(file.parent, line_reader.FILES)
    assert parts(people)["Document reader"].words.endswith("with the quick one for lines")
    file.write_bytes(b"other")
    found = parts(people)["Document reader"]
    assert not found.works
    assert "was altered" in found.words


def test_the_drafter_and_the_reader_are_named(
    people: People, models: Path, configure: Configure
) -> None:
    found = parts(people)
    assert found["Drafter"].words == "quotes what was said, on this machine"
    assert found["Document reader"].words.startswith("on this machine, models unaltered, without")
    assert found["Webhooks"].words == "Nobody has set one up"
    configure(
        VERBATIM_LLM="openai",
        VERBATIM_LLM_MODEL="notes-1",
        VERBATIM_LLM_BASE_URL="http://127.0.0.1:9/v1",
        VERBATIM_LLM_API_KEY="k",
        VERBATIM_WEIGHTS_DIR=str(models),
    )
    assert parts(people)["Drafter"].words.startswith("notes-1 at a language model server")


def test_webhooks_that_were_given_up_show_for_three_days(people: People, models: Path) -> None:
    webhooks.add(people.alice, "https://intake.clinic.example/hook", [webhooks.Event.NOTE_SIGNED])
    ages = [(0, 0), (len(PAUSES) + 1, 1), (len(PAUSES) + 1, 4)]  # (tries, days)
    with sessions()() as session, session.begin():
        ident = session.scalars(select(Webhook.id)).one()
        for tries, days in ages:
            session.add(
                WebhookDelivery(
                    webhook_id=ident,
                    event="note.signed",
                    subject_id=1,
                    attempts=tries,
                    created_at=now() - dt.timedelta(days=days),
                )
            )
    found = parts(people)["Webhooks"]
    assert not found.works
    assert found.words.startswith("1 waiting to be taken, 1 given up in three days")
    assert "clinic.example" not in found.words


def test_a_lost_key_file_is_said_while_the_rest_is_still_shown(
    people: People, models: Path
) -> None:
    settings().keys_path.unlink()
    found = parts(people)
    assert not found["Keys"].works
    assert found["Database"].works


def test_a_full_disk_is_said(people: People, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LOW_DISK", 1 << 60)
    assert parts(people)["Disk"].words.endswith("make room")


def test_only_the_administrator_asks(people: People) -> None:
    for actor in (people.alice, people.sam, people.dora):
        with pytest.raises(NotAllowed):
            health.check(actor)
