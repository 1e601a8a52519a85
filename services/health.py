"""The health of each part, for the administrator: what works, what does not, what to do."""

import datetime as dt
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, text

from config import settings
from models.api import Webhook, WebhookDelivery
from models.base import now
from models.clinic import WorkerHeartbeat
from models.recording import Recording, RecordingState
from services import vault
from services.access import Action, Actor, Work, acting
from services.adapters import sentence_model, weights, wiring
from services.adapters.errors import BlobMissing, IntegrationError
from services.adapters.ocr import rapid
from services.grounding import likeness
from services.processing.webhooks import PAUSES

GIVEN_UP_SHOWS = dt.timedelta(days=3)
LOW_DISK = 2 << 30  # bytes: about four hours of uncompressed sound, sealed twice


@dataclass(frozen=True)
class Part:
    name: str
    works: bool
    words: str


def check(actor: Actor) -> list[Part]:
    """One row a part. Asks the blob store and the key provider, so it may take a second."""
    with acting(actor, Action.HEALTH_READ) as work:
        parts = [_database(work), _workers(work), _queue(work), _webhooks(work)]
    return [
        *parts,
        _tried("Storage", _blob_store),
        _tried("Keys", _keys),
        _tried("Speech model", _speech),
        _tried("Drafter", _drafter),
        _tried("Document reader", _document_reader),
        _disk(),
    ]


def _database(work: Work) -> Part:
    began = now()
    work.session.execute(text("SELECT 1"))
    took = (now() - began).total_seconds() * 1000
    name = work.session.get_bind().dialect.name
    return Part("Database", True, f"{name}, answers in {took:.1f} ms")


def _workers(work: Work) -> Part:
    # A beat comes every third of the time after which a worker counts as dead.
    since = now() - dt.timedelta(seconds=settings().worker_ttl)
    alive = work.session.scalar(
        select(func.count()).select_from(WorkerHeartbeat).where(WorkerHeartbeat.seen_at > since)
    )
    if alive:
        return Part("Workers", True, f"{alive} at work" if alive > 1 else "One at work")
    return Part(
        "Workers",
        False,
        "None is running: recordings are kept but not transcribed. Start worker.py.",
    )


def _queue(work: Work) -> Part:
    states = work.session.execute(
        select(Recording.state, func.count())
        .where(Recording.deleted_at.is_(None))
        .group_by(Recording.state)
    )
    counts = {state: count for state, count in states}
    waiting, failed = (counts.get(s, 0) for s in (RecordingState.PROCESSING, RecordingState.FAILED))
    return Part(
        "Recordings", not failed, f"{waiting} being transcribed, {failed} could not be finished"
    )


def _webhooks(work: Work) -> Part:
    """Counts and no addresses: these are people's own."""
    kept = Webhook.deleted_at.is_(None)
    if not work.session.scalar(select(func.count()).select_from(Webhook).where(kept)):
        return Part("Webhooks", True, "Nobody has set one up")
    delivery = WebhookDelivery
    open_ones = (
        select(func.count())
        .select_from(delivery)
        .join(Webhook, Webhook.id == delivery.webhook_id)
        .where(kept, delivery.delivered_at.is_(None))
    )
    waiting = work.session.scalar(open_ones.where(delivery.attempts <= len(PAUSES)))
    given_up = work.session.scalar(
        open_ones.where(
            delivery.attempts > len(PAUSES), delivery.created_at > now() - GIVEN_UP_SHOWS
        )
    )
    words = f"{waiting} waiting to be taken"
    if given_up:
        words += f", {given_up} given up in three days: their receivers did not take them"
    return Part("Webhooks", not given_up, words)


def _blob_store() -> str:
    # A path that can't exist: any answer but "missing" means that the store is not reachable.
    try:
        wiring.blob_store().stat(f"health/{secrets.token_hex(8)}")
    except BlobMissing:
        pass
    return f"{settings().blob_store}, answers"


def _keys() -> str:
    key = secrets.token_bytes(32)
    provider = wiring.keys()
    if provider.unwrap(*provider.wrap(key)) != key:
        raise IntegrationError("The key provider returned another key.", retryable=False)
    return f"{settings().keys.replace('_', ' ')}, wraps and unwraps"


def _speech() -> str:
    chosen = settings()
    if chosen.speech != "faster_whisper":
        return f"{chosen.speech_model} at a transcription server"
    folder = chosen.speech_model_dir or chosen.weights_dir / "whisper-base"
    weights.check(folder, ("config.json", "model.bin", "tokenizer.json"))
    weights.check(chosen.weights_dir / "campplus", ("campplus.onnx",))
    return f"{folder.name} and voice model, unaltered"


def _drafter() -> str:
    """Asks no model: an answer would cost money, and may take a minute."""
    wiring.drafter()
    chosen = settings()
    for kept in (likeness, sentence_model):  # drafts are checked with them
        weights.check(chosen.weights_dir / kept.FOLDER, kept.FILES)
    if chosen.llm == "extractive":
        return "quotes what was said, on this machine"
    return f"{chosen.llm_model} at a language model server, not asked here"


def _document_reader() -> str:
    wiring.document_reader()
    if settings().ocr != "local":
        return "Azure Document Intelligence, not asked here"
    quick = rapid.check(settings().weights_dir)
    return f"on this machine, models unaltered, {'with' if quick else 'without'} the quick one for lines"


def _disk() -> Part:
    free = shutil.disk_usage(vault.spool_folder()).free
    words = f"{free / (1 << 30):.0f} GB free in the data folder"
    return Part("Disk", free > LOW_DISK, words if free > LOW_DISK else f"{words}: make room")


def _tried(name: str, ask: Callable[[], str]) -> Part:
    try:
        return Part(name, True, ask())
    except IntegrationError as error:
        return Part(name, False, str(error))
