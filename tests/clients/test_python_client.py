"""The Python client and its command against the running product with its worker: the whole way, over the wire."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from fpdf import FPDF
from verbatim_client import Refused, Unreachable, Verbatim, VerbatimError
from verbatim_client.cli import main

from services import api_tokens, clients
from services.api_tokens import Scope
from tests.servers.app_process import AppProcess, running
from tests.sounds import encode

SESSION = Path(__file__).parents[2] / "demo" / "session.ogg"
RATE = 16_000


def spoken(seconds: float) -> bytes:
    """The beginning of the demo's session, as a WAV file."""
    resampler = av.AudioResampler("s16", "mono", RATE)
    samples: list[np.ndarray] = []
    with av.open(str(SESSION)) as container:
        for frame in container.decode(audio=0):
            samples += [each.to_ndarray()[0] for each in resampler.resample(frame)]
            if sum(map(len, samples)) > seconds * RATE:
                break
    whole = np.concatenate(samples)[: int(seconds * RATE)].astype(np.float32) / 32768
    return encode(whole, "wav", rate=RATE)


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[AppProcess]:
    folder = tmp_path_factory.mktemp("client")
    with running(folder, sqlite_template, VERBATIM_SUPERVISE_WORKER="1") as app:
        yield app


@pytest.fixture(scope="module")
def secret(product: AppProcess) -> str:
    return api_tokens.create(product.people.alice, "client", Scope.WRITE, 1).secret


@pytest.fixture(scope="module")
def client_id(product: AppProcess) -> int:
    return clients.create_client(product.people.alice, "Nora Feldt", language="en")


@pytest.fixture
def api(product: AppProcess, secret: str) -> Iterator[Verbatim]:
    with Verbatim(product.address, secret) as made:
        yield made


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "session.wav"
    path.write_bytes(spoken(12))
    return path


@pytest.fixture
def command(
    product: AppProcess, secret: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., int]:
    monkeypatch.setenv("VERBATIM_URL", product.address)
    monkeypatch.setenv("VERBATIM_TOKEN", secret)
    return lambda *arguments: main([str(each) for each in arguments])


def test_whose_token_it_is(api: Verbatim, product: AppProcess) -> None:
    me = api.identity()
    assert (me.user_id, me.role, me.scope) == (product.people.alice.user_id, "therapist", "write")


@pytest.mark.timeout(280)
def test_from_a_file_to_its_words(
    command: Callable[..., int],
    recording: Path,
    client_id: int,
    capsys: pytest.CaptureFixture[str],
    api: Verbatim,
) -> None:
    assert command("transcribe", recording, "--client", client_id) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Speaker 1: ")
    words = set(re.findall(r"[a-z]+", printed.out.lower()))
    said = json.loads((SESSION.parent / "dialogues.json").read_text())
    script = set(re.findall(r"[a-z]+", json.dumps(said).lower()))
    assert len(words) > 8
    assert len(words & script) > len(words) * 0.7
    assert "100%" in printed.err

    rows = api.recordings(client=client_id)
    assert [row["is_processed"] for row in rows] == [True] * len(rows)
    again = command("transcribe", recording, "--client", client_id)  # nothing is sent or made twice
    assert again == 0
    assert capsys.readouterr().out == printed.out
    assert api.recordings(client=client_id) == rows

    day = rows[0]["create_timestamp"][:10]
    (text,) = api.transcribe_day(client_id, day)
    assert " ".join(text.split()) == " ".join(printed.out.split())

    assert command("history", client_id) == 0
    history = capsys.readouterr().out
    assert "summary" in history.lower() or "Quoted" in history


def test_an_upload_that_was_cut_off_goes_on_where_it_stopped(
    product: AppProcess, secret: str, client_id: int, recording: Path
) -> None:
    sent: list[bytes] = []

    class Failing(httpx.HTTPTransport):
        """Lets two pieces through, then the line is dead."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/audio"):
                if len(sent) == 2:
                    raise httpx.ConnectError("gone", request=request)
                sent.append(request.read())
            return super().handle_request(request)

    piece = recording.stat().st_size // 4 + 1
    with (
        pytest.MonkeyPatch.context() as patch,
        Verbatim(product.address, secret, transport=Failing()) as api,
    ):
        patch.setattr("verbatim_client.client.time.sleep", lambda _: None)
        with pytest.raises(Unreachable):
            api.upload_audio(recording, client_id=client_id, session_id="cut-off", piece=piece)
    with Verbatim(product.address, secret) as api:
        answered: list[str] = []
        api._http.event_hooks["request"] = [lambda request: answered.append(request.url.path)]
        uploaded = api.upload_audio(
            recording, client_id=client_id, session_id="cut-off", piece=piece
        )
        assert sum(path.endswith("/audio") for path in answered) == 2  # the two that were missing
        assert (uploaded.missing, uploaded.state) == ([], "processing")
        assert api.wait(uploaded.recording_id).state == "done"
        assert api.transcript(uploaded.recording_id).duration == pytest.approx(12, abs=0.3)


def test_a_lost_answer_is_asked_for_again(
    product: AppProcess, secret: str, client_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verbatim_client.client.time.sleep", lambda _: None)
    lost: list[int] = []

    class Losing(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = super().handle_request(request)
            if request.url.path.endswith("/audio") and not lost:
                lost.append(answer.status_code)
                answer.close()
                raise httpx.ReadError("lost", request=request)
            return answer

    path = io.BytesIO(spoken(2))
    file = Path(product.said.parent / "short.wav")
    file.write_bytes(path.getvalue())
    with Verbatim(product.address, secret, transport=Losing()) as api:
        before = len(api.recordings(client=client_id))
        api.upload_audio(file, client_id=client_id, session_id="lost-answer")
        assert lost == [200]
        assert len(api.recordings(client=client_id)) == before + 1


def test_refusals_are_the_servers_sentences(
    api: Verbatim, recording: Path, product: AppProcess
) -> None:
    with pytest.raises(Refused, match="not yours to see") as refused:
        api.upload_audio(recording, client_id=4711)
    assert (refused.value.status, refused.value.code) == (404, "not-found")
    with Verbatim(product.address, "vbt_" + "x" * 43) as stranger, pytest.raises(Refused) as wrong:
        stranger.identity()
    assert wrong.value.status == 401
    with Verbatim("http://127.0.0.1:9", "x") as nowhere, pytest.MonkeyPatch.context() as patch:
        patch.setattr("verbatim_client.client.time.sleep", lambda _: None)
        with pytest.raises(VerbatimError, match="does not answer"):
            nowhere.identity()


def test_the_command_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VERBATIM_URL", raising=False)
    monkeypatch.delenv("VERBATIM_TOKEN", raising=False)
    assert main(["history", "1"]) == 2
    assert "VERBATIM_TOKEN" in capsys.readouterr().err


def test_texts_are_not_printed_by_accident(api: Verbatim, client_id: int) -> None:
    for version in api.history(client_id):
        assert version.summary
        assert version.summary not in repr(version)


@pytest.mark.timeout(280)
def test_a_document_to_its_text(
    command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=14)
    page.cell(text="Referred by the practice on Harbour Lane.")
    file = tmp_path / "referral.pdf"
    file.write_bytes(bytes(page.output()))
    assert command("documents", "read", file, "--feature", "intake-forms") == 0
    assert "Referred by the practice on Harbour Lane." in capsys.readouterr().out
