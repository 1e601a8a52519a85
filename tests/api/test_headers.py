"""Security headers stand on every answer, refusals included; over TLS the cookies and HSTS too."""

import re
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from api import cookie, headers
from tests.servers.app_process import AppProcess
from ui import parts, wire
from ui.session_view.source import PART as SESSION_VIEW

PATHS = [
    ("/", 200, 303),
    ("/today", 200, 401),
    ("/auth/login", 303, 200),
    ("/auth/assets/page.css", 200, 200),
    ("/healthz", 200, 200),
    ("/api/v1/health", 200, 401),
    ("/api/v1/nothing", 404, 401),
    ("/media/nothing.wav", 404, 401),
    ("/_stcore/health", 200, 401),
    ("/static/nothing.js", 200, 401),  # Streamlit's page, as for every path that it does not know
    ("/app/static/nothing.woff2", 404, 401),
    ("/app/static/literata.woff2", 200, 401),
    (SESSION_VIEW.address, 200, 401),
    (parts.PREFIX + "verbatim_session-of-the-version-before.js", 200, 401),
    ("/a/..%2fb", 400, 400),
]

KEPT = {"/auth/assets/page.css", "/app/static/literata.woff2", SESSION_VIEW.address}


@pytest.mark.parametrize(("path", "signed_in", "stranger"), PATHS)
def test_every_answer_carries_them(
    app_process: AppProcess, path: str, signed_in: int, stranger: int
) -> None:
    token = app_process.sign_in("alice")
    for given, status in ((token, signed_in), (None, stranger)):
        answer = httpx.get(app_process.address + path, headers=app_process.headers(given))
        assert answer.status_code == status
        for name, value in headers.FIXED.items():
            assert answer.headers.get_list(name) == [value], name
        assert len(answer.headers.get_list("content-security-policy")) == 1
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers  # no TLS here
        kept = path in KEPT and status == 200
        assert (answer.headers.get("cache-control") == "no-store") is not kept


def test_refused_methods_and_bodies_carry_them_too(app_process: AppProcess) -> None:
    for method, path, content in (
        ("POST", "/auth/login", b"x" * 20_000),
        ("POST", "/api/v1/audio", b"x"),
        ("DELETE", "/auth/login", b""),
    ):
        answer = httpx.request(method, app_process.address + path, content=content)
        assert answer.status_code >= 400
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def policy(text: str) -> dict[str, set[str]]:
    return {name: set(values) for name, *values in (part.split() for part in text.split("; "))}


def test_the_page_policy_is_the_strictest_under_which_pages_render(app_process: AppProcess) -> None:
    answer = httpx.get(
        app_process.address + "/", headers=app_process.headers(app_process.sign_in("alice"))
    )
    found = policy(answer.headers["content-security-policy"])
    assert found["default-src"] == {"'none'"}
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert found[name] == {"'none'"}
    for name in ("connect-src", "form-action", "media-src"):
        assert found[name] == {"'self'"}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "data:", "*"} & found["script-src"]
    hashes = {source for source in found["script-src"] if source.startswith("'sha256-")}
    assert hashes == set(wire.inline_script_hashes())
    inline = re.findall(r"<script>", answer.text)
    assert len(inline) == len(hashes) >= 1


def test_form_and_api_have_narrower_policies(app_process: AppProcess) -> None:
    form = httpx.get(app_process.address + "/auth/login")
    found = policy(form.headers["content-security-policy"])
    assert "connect-src" not in found
    assert all(values <= {"'self'", "'none'"} for values in found.values())
    assert not re.search(r"<script>|<style|style=|onclick", form.text)
    api = httpx.get(app_process.address + "/api/v1/health")
    assert set().union(*policy(api.headers["content-security-policy"]).values()) == {"'none'"}


@pytest.fixture
def over_tls(configure: Callable[..., None]) -> TestClient:
    """A bare app under the same middleware, as a browser sees it through a proxy that ends TLS."""
    configure(VERBATIM_PUBLIC_URL="https://notes.clinic.example")

    async def sign_in(_request: Request) -> Response:
        response = PlainTextResponse("in")
        cookie.put(response, "a-token")
        response.set_cookie("_streamlit_xsrf", "x")  # as Streamlit does it: without Secure
        return response

    async def sign_out(_request: Request) -> Response:
        response = PlainTextResponse("out")
        cookie.remove(response)
        return response

    bare = Starlette(routes=[Route("/in", sign_in), Route("/out", sign_out)])
    app = headers.Headers(bare, inline_scripts=["'sha256-x'"])
    return TestClient(app, base_url="https://notes.clinic.example")


def test_over_tls_cookies_are_for_this_host_alone(over_tls: TestClient) -> None:
    answer = over_tls.get("/in")
    mine, streamlits = answer.headers.get_list("set-cookie")
    assert mine == "__Host-verbatim=a-token; HttpOnly; Path=/; SameSite=lax; Secure"
    assert streamlits.endswith("; Secure")
    assert over_tls.get("/out").headers["set-cookie"].startswith('__Host-verbatim=""; ')
    assert "Max-Age=0" in over_tls.get("/out").headers["set-cookie"]


def test_over_tls_browsers_are_told_to_stay(over_tls: TestClient) -> None:
    hsts = over_tls.get("/in").headers["strict-transport-security"]
    assert hsts == "max-age=31536000; includeSubDomains"


def test_over_tls_the_plain_cookie_counts_for_nothing(configure: Callable[..., None]) -> None:
    configure(VERBATIM_PUBLIC_URL="https://notes.clinic.example")
    sent = [(b"cookie", b"verbatim=planted; __Host-verbatim=mine")]
    assert cookie.read(sent) == "mine"
    assert cookie.read([(b"cookie", b"verbatim=planted")]) is None


def test_only_components_may_be_framed_and_only_by_our_pages() -> None:
    assert "frame-src 'self'" in headers.page_policy(())
    assert "frame-ancestors 'none'" in headers.page_policy(())
    assert "frame-ancestors 'self'" in headers.FRAMED_POLICY
    assert "'unsafe-inline'" not in headers.FRAMED_POLICY.split("style-src")[0]


def test_a_component_is_framed_by_us_alone(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    path = "/component/streamlit_webrtc.component.webrtc_streamer/index.html"
    answer = httpx.get(app_process.address + path, headers=app_process.headers(token))
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["content-security-policy"] == headers.FRAMED_POLICY
