"""Bearer tokens over the wire: what they open, what they never fall back to, how often they may ask."""

from pathlib import Path

import httpx
import pytest

from api.rate_limits import Buckets
from services import api_tokens
from services.api_tokens import Scope
from tests.servers.app_process import AppProcess, running


def bearer(secret: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"} | more


@pytest.fixture
def secret(app_process: AppProcess) -> str:
    return api_tokens.create(app_process.people.alice, "a script", Scope.WRITE, 1).secret


def test_a_token_opens_the_api_and_nothing_else(app_process: AppProcess, secret: str) -> None:
    with httpx.Client(base_url=app_process.address, headers=bearer(secret)) as client:
        assert client.get("/api/v1/recordings").json() == []
        assert client.get("/api/v1/openapi.json").status_code == 200
        assert client.get("/").status_code == 303
        assert client.get("/_stcore/host-config").status_code == 401


def test_it_needs_no_origin_and_may_come_from_any(app_process: AppProcess, secret: str) -> None:
    search = {"userid": "1", "therapist_clientid": "1"}
    with httpx.Client(base_url=app_process.address) as client:
        for origin in ({}, {"origin": "https://elsewhere.example"}):
            answer = client.post(
                "/api/v1/transcripts/search", json=search, headers=bearer(secret, **origin)
            )
            assert answer.status_code == 204
            assert "access-control-allow-origin" not in answer.headers


def test_a_wrong_token_does_not_fall_back_to_the_cookie(app_process: AppProcess) -> None:
    signed_in = app_process.headers(app_process.sign_in("alice"))
    with httpx.Client(base_url=app_process.address, headers=signed_in) as client:
        assert client.get("/api/v1/recordings").status_code == 200
        for wrong in ("Bearer vbt_" + "x" * 43, "Bearer", "Basic YTpi", "x"):
            answer = client.get("/api/v1/recordings", headers={"authorization": wrong})
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"].startswith("Bearer")


def test_without_a_token_changes_still_need_our_origin(app_process: AppProcess) -> None:
    cookie = {"cookie": f"{app_process.cookie_name}={app_process.sign_in('alice')}"}
    search = {"userid": "1", "therapist_clientid": "1"}
    with httpx.Client(base_url=app_process.address, headers=cookie) as client:
        for origin in ({}, {"origin": "https://elsewhere.example"}):
            answer = client.post("/api/v1/transcripts/search", json=search, headers=origin)
            assert answer.status_code == 403
        ours = {"origin": app_process.address}
        assert client.post("/api/v1/transcripts/search", json=search, headers=ours).is_success


def test_nobody_reads_a_token_out_of_the_log(app_process: AppProcess, secret: str) -> None:
    httpx.get(app_process.address + "/api/v1/recordings", headers=bearer(secret))
    assert secret not in app_process.output()


def test_cors_is_off_unless_set(app_process: AppProcess) -> None:
    asked = {"origin": "https://intake.example", "access-control-request-method": "GET"}
    answer = httpx.options(app_process.address + "/api/v1/recordings", headers=asked)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_cors_and_rate_as_set(tmp_path: Path, sqlite_template: Path) -> None:
    limits = {
        "VERBATIM_CORS_ORIGINS": "https://intake.example",
        "VERBATIM_TOKEN_REQUESTS_PER_MINUTE": "20",
    }
    with (
        running(tmp_path, sqlite_template, **limits) as app,
        httpx.Client(base_url=app.address) as client,
    ):
        secret = api_tokens.create(app.people.alice, "a page", Scope.READ, 1).secret
        asked = {
            "origin": "https://intake.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization",
        }
        preflight = client.options("/api/v1/recordings", headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "https://intake.example"
        assert "access-control-allow-credentials" not in preflight.headers
        other = client.options(
            "/api/v1/recordings", headers=asked | {"origin": "https://x.example"}
        )
        assert other.status_code == 403

        allowed = bearer(secret, origin="https://intake.example")
        answers = [client.get("/api/v1/recordings", headers=allowed) for _ in range(8)]
        assert answers[0].headers["access-control-allow-origin"] == "https://intake.example"
        assert {answer.status_code for answer in answers} == {200, 429}
        assert int(answers[-1].headers["retry-after"]) >= 1

        guesses = [
            client.get("/api/v1/recordings", headers=bearer("vbt_" + "y" * 43)).status_code
            for _ in range(40)
        ]
        assert guesses[0] == 401
        assert guesses[-1] == 429
        # a colleague behind the same address is not locked out by that
        theirs = api_tokens.create(app.people.bob, "another script", Scope.READ, 1).secret
        assert client.get("/api/v1/recordings", headers=bearer(theirs)).status_code == 200


def test_a_bucket_fills_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("api.rate_limits.time.monotonic", lambda: clock[0])
    buckets = Buckets(per_minute=60, burst=2)
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 1]
    assert buckets.wait("b") == 0
    clock[0] += 1
    assert [buckets.wait("a"), buckets.wait("a")] == [0, 1]


def test_a_405_names_every_method_of_the_address(app_process: AppProcess, secret: str) -> None:
    with httpx.Client(base_url=app_process.address + "/api/v1", headers=bearer(secret)) as client:
        for path, methods in (
            ("/recordings", "GET, POST"),
            ("/recordings/1", "GET, PATCH, PUT"),
            ("/transcripts/search", "POST"),
            ("/audio", "POST"),
        ):
            answer = client.delete(path)
            assert (answer.status_code, answer.headers["allow"]) == (405, methods)
            assert answer.headers["content-type"] == "application/problem+json"


def test_whose_token_it_is(app_process: AppProcess) -> None:
    made = api_tokens.create(app_process.people.sam, "a script", Scope.READ, 1)
    answer = httpx.get(app_process.address + "/api/v1/me", headers=bearer(made.secret))
    sam = app_process.people.sam
    expected = {"user_id": sam.user_id, "name": "Sam", "role": "supervisor", "scope": "read"}
    assert answer.json() == expected


@pytest.mark.parametrize(
    "path", ["/api/v1/recordings/%0a", "/api/v1/%00", "/api/v1/a%7fb", "/x%0d"]
)
def test_control_characters_in_a_path(app_process: AppProcess, secret: str, path: str) -> None:
    assert httpx.get(app_process.address + path, headers=bearer(secret)).status_code == 400
