"""Webhooks: who is told of what, signed and until it is taken; and no way into the network by them."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import select, update

from config import settings
from models.api import Webhook, WebhookDelivery
from models.base import now
from models.database import sessions
from services import clients, notes, webhooks
from services.adapters import webhook
from services.errors import Conflict, Invalid, NotAllowed, NotFound
from services.processing.webhooks import PAUSES, WebhookSender
from services.webhooks import Event
from tests.people import People
from tests.services.notes.noted import a_session, write_note
from tests.services.written import write_session

URL = "https://intake.clinic.example/verbatim"


class Receiver:
    """A real HTTP server that answers with `statuses` one after the other, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.heard: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.heard.append((dict(self.headers), body))
                status = outer.statuses.pop(0) if outer.statuses else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("location", f"http://127.0.0.1:{outer.port}/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch, people: People) -> Iterator[Receiver]:
    monkeypatch.setattr(settings(), "webhook_private_addresses", True)
    made = Receiver()
    yield made
    made.close()


def make_due() -> None:
    with sessions()() as session, session.begin():
        session.execute(update(WebhookDelivery).values(next_at=now() - dt.timedelta(seconds=1)))


def delivery() -> WebhookDelivery:
    with sessions()() as session:
        return session.scalars(select(WebhookDelivery)).one()


def test_a_finished_transcript_is_told_of_and_signed(people: People, receiver: Receiver) -> None:
    added = webhooks.add(people.alice, receiver.url, [Event.TRANSCRIPT_READY])
    client_id = clients.create_client(people.alice, "Nora Feldt")
    recording_id = write_session(people.alice, client_id)
    assert WebhookSender().once() == 1
    ((headers, body),) = receiver.heard
    assert json.loads(body)["type"] == "transcript.ready"
    assert json.loads(body)["data"] == {"recording_id": recording_id}
    assert b"Nora" not in body
    key = base64.b64decode(added.secret.removeprefix("whsec_"))
    what = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, what, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert delivery().delivered_at is not None
    assert WebhookSender().once() == 0
    (mine,) = webhooks.list_webhooks(people.alice)
    assert (mine.last_status, mine.waiting) == (200, 0)


def test_a_signed_note_is_told_of(people: People, receiver: Receiver) -> None:
    webhooks.add(people.alice, receiver.url, [Event.NOTE_SIGNED])
    note_id = write_note(people.alice, a_session(people.alice))
    notes.sign(people.alice, note_id, revision=notes.read(people.alice, note_id)["revision"])
    assert WebhookSender().once() == 1
    ((_, body),) = receiver.heard
    assert json.loads(body)["type"] == "note.signed"
    assert json.loads(body)["data"] == {"note_id": note_id}


def test_what_is_not_taken_is_tried_again_later_under_the_same_id(
    people: People, receiver: Receiver
) -> None:
    receiver.statuses = [500, 302, 200]
    webhooks.add(people.alice, receiver.url, [Event.TRANSCRIPT_READY])
    write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    sender = WebhookSender()
    for tried, status in enumerate((500, 302, 200), 1):
        before = now()
        assert sender.once() == 1
        assert sender.once() == 0  # not before its time
        row = delivery()
        assert (row.attempts, row.last_status) == (tried, status)
        assert row.next_at - before > PAUSES[tried - 1] - dt.timedelta(seconds=1)
        make_due()
    assert sender.once() == 0
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert len(receiver.heard) == 3  # no redirect was followed


def test_it_is_given_up_in_the_end(people: People, receiver: Receiver) -> None:
    receiver.statuses = [503] * 20
    webhooks.add(people.alice, receiver.url, [Event.TRANSCRIPT_READY])
    write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    sender = WebhookSender()
    for _ in range(len(PAUSES) + 1):
        assert sender.once() == 1
        make_due()
    assert sender.once() == 0


def test_gone_means_no_more(people: People, receiver: Receiver) -> None:
    receiver.statuses = [410]
    webhooks.add(people.alice, receiver.url, [Event.TRANSCRIPT_READY])
    write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    sender = WebhookSender()
    assert sender.once() == 1
    make_due()
    assert sender.once() == 0


def test_a_worker_that_dies_while_sending_leaves_it_to_be_sent_again(
    people: People, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhooks.add(people.alice, receiver.url, [Event.TRANSCRIPT_READY])
    write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    sent = webhook.post

    def died(*args: Any, **more: Any) -> int:
        sent(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr("services.processing.webhooks.webhook.post", died)
    with pytest.raises(KeyboardInterrupt):
        WebhookSender().once()
    monkeypatch.undo()
    monkeypatch.setattr(settings(), "webhook_private_addresses", True)
    make_due()
    assert WebhookSender().once() == 1
    assert len(receiver.heard) == 2
    assert delivery().delivered_at is not None


def test_only_the_rows_own_therapist_is_told(people: People) -> None:
    webhooks.add(people.bob, URL, [Event.TRANSCRIPT_READY])
    webhooks.add(people.alice, URL, [Event.NOTE_SIGNED])
    write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    with sessions()() as session:
        assert session.scalars(select(WebhookDelivery)).all() == []


def test_a_removed_webhook_is_told_nothing_more(people: People, receiver: Receiver) -> None:
    added = webhooks.add(people.alice, receiver.url, [Event.TRANSCRIPT_READY])
    write_session(people.alice, clients.create_client(people.alice, "Nora Feldt"))
    webhooks.remove(people.alice, added.id)
    WebhookSender().once()
    assert receiver.heard == []
    assert webhooks.list_webhooks(people.alice) == []


def test_nobody_touches_somebody_elses(people: People) -> None:
    added = webhooks.add(people.alice, URL, [Event.NOTE_SIGNED])
    with pytest.raises(NotFound):
        webhooks.remove(people.bob, added.id)
    with pytest.raises(NotAllowed):
        webhooks.remove(people.adam, added.id)
    with pytest.raises(NotAllowed):
        webhooks.add(people.sam, URL, [Event.NOTE_SIGNED])
    assert webhooks.list_webhooks(people.bob) == []


def test_the_secret_is_sealed(people: People) -> None:
    added = webhooks.add(people.alice, URL, [Event.NOTE_SIGNED])
    with sessions()() as session:
        stored = session.scalars(select(Webhook)).one().secret.stored
    assert added.secret.removeprefix("whsec_") not in stored
    assert added.secret not in repr(added)


@pytest.mark.parametrize(
    "url",
    ["http://intake.clinic.example/", "ftp://x.example/", "https://", "x", "",
     "https://user:word@x.example/", "https://127.0.0.1/", "https://10.1.2.3/", "https://[::1]/",
     "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/", "https://x.example:99999/",
     "https://[fe80::1]/", "https://0.0.0.0/", "https://[64:ff9b::10.0.0.1]/", "https://[::10.0.0.1]/",
     "https://[::ffff:0:10.0.0.1]/", "https://x.example/" + "y" * 500],
)  # fmt: skip
def test_addresses_that_are_refused_at_once(url: str, sqlite_people: People) -> None:
    with pytest.raises(Invalid):
        webhooks.add(sqlite_people.alice, url, [Event.NOTE_SIGNED])


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.5", "::1", "169.254.169.254", "fd00::1", "64:ff9b::7f00:1", "::7f00:1"],
)
def test_a_name_that_points_inside_is_refused_when_it_is_used(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was fine when it was entered; it points elsewhere now."""
    entries = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)),
    ]
    monkeypatch.setattr("services.adapters.webhook.socket.getaddrinfo", lambda *a, **k: entries)
    with pytest.raises(webhook.WebhookRefused):
        webhook.post(URL, b"{}", {}, private=False)


def test_a_receiver_that_says_nothing_does_not_hold_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "DEADLINE", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(webhook.WebhookUnreachable):
            webhook.post(f"http://127.0.0.1:{port}/", b"{}", {}, private=True)


def test_a_handshake_that_trickles_does_not_hold_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each read gets a byte in time, so that no timeout of the socket is ever met."""
    monkeypatch.setattr(webhook, "DEADLINE", 1.0)
    over = threading.Event()

    def trickle(listening: socket.socket) -> None:
        peer, _ = listening.accept()
        with peer:
            peer.sendall(
                b"\x16\x03\x03\x3f\xff"
            )  # a TLS record of 16 kB, of which a byte comes now and then
            while not over.wait(0.1):
                try:
                    peer.sendall(b"\x02")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=trickle, args=(listening,))
        thread.start()
        began = time.monotonic()
        try:
            with pytest.raises(webhook.WebhookUnreachable):
                webhook.post(
                    f"https://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {}, private=True
                )
            assert time.monotonic() - began < 30
        finally:
            over.set()
            thread.join()


def test_a_look_up_that_hangs_does_not_hold_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hangs(*_: object, **__: object) -> None:
        over.wait()
        raise OSError

    monkeypatch.setattr(webhook, "DEADLINE", 0.3)
    monkeypatch.setattr("services.adapters.webhook.socket.getaddrinfo", hangs)
    try:
        with pytest.raises(webhook.WebhookUnreachable):
            webhook.post(URL, b"{}", {}, private=False)
    finally:
        over.set()


def test_events_and_number_are_bounded(sqlite_people: People) -> None:
    with pytest.raises(Invalid):
        webhooks.add(sqlite_people.alice, URL, [])
    for _ in range(webhooks.AT_ONCE):
        webhooks.add(sqlite_people.alice, URL, [Event.NOTE_SIGNED])
    with pytest.raises(Conflict):
        webhooks.add(sqlite_people.alice, URL, [Event.NOTE_SIGNED])
