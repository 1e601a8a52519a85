"""The guard: without a sign-in nothing but the form, its assets and health; from elsewhere no change at all."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from api.oidc import PLACE
from services import sign_in
from tests.api.wire import raw, stream
from tests.servers.app_process import AppProcess

ROOT = Path(__file__).resolve().parents[2]
OPEN = {"/auth/login", "/auth/logout", "/auth/assets/{name}", "/healthz", "/readyz"}
LIST_ROUTES = """
import json, app
found = set()
built = app.app._build_starlette_app()
for route in built.routes:
    for method in getattr(route, "methods", None) or ():
        found.add((method, route.path))
    if type(route).__name__ == "WebSocketRoute":
        found.add(("WEBSOCKET", route.path))
api = next(r.app for r in built.routes if getattr(r, "path", "") == "/api/v1")
for path, methods in api.openapi()["paths"].items():
    found.update((method.upper(), "/api/v1" + path) for method in methods)
print(json.dumps(sorted(found)))
"""


@pytest.fixture(scope="module")
def routes() -> list[tuple[str, str]]:
    """Every (method, path) of the process, Streamlit's own included, whatever its version brings."""
    ran = subprocess.run(
        [sys.executable, "-c", LIST_ROUTES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = [tuple(pair) for pair in json.loads(ran.stdout.splitlines()[-1])]
    assert ("GET", "/_stcore/health") in found
    assert ("WEBSOCKET", "/_stcore/stream") in found
    assert ("POST", "/api/v1/audio") in found
    return found  # type: ignore[return-value]


def filled(path: str) -> str:
    parts = [("x" if part.startswith("{") else part) for part in path.split("/")]
    return "/".join(parts)


# --- nobody signed in ------------------------------------------------------------------------------


def test_every_route_is_closed_to_strangers(
    app_process: AppProcess, routes: list[tuple[str, str]]
) -> None:
    tried = 0
    for method, path in routes:
        if path in OPEN or path.startswith(PLACE) or method == "WEBSOCKET":
            continue
        for headers in ({}, app_process.headers(), app_process.headers("A" * 43)):
            status, location = raw(app_process, method, filled(path), headers)
            assert status in (401, 403, 413), (method, path, status)
            assert location == ""
            tried += 1
    assert tried > 60


def test_without_a_provider_its_routes_are_not_there(app_process: AppProcess) -> None:
    for method, name in (("GET", "start"), ("GET", "callback"), ("POST", "logout")):
        assert raw(app_process, method, f"{PLACE}/{name}", app_process.headers())[0] == 404


def test_unknown_paths_are_closed_too(app_process: AppProcess) -> None:
    for path in ("/today", "/static/js/index.js", "/favicon.ico", "/api", "/api/v2/x", "/auth/x"):
        assert raw(app_process, "GET", path, {})[0] == 401, path


def test_a_page_leads_to_the_form_and_back(app_process: AppProcess) -> None:
    assert raw(app_process, "GET", "/", {}) == (303, "/auth/login?next=%2F")
    navigating = {"sec-fetch-mode": "navigate"}
    assert raw(app_process, "GET", "/session?recording=12", navigating) == (
        303,
        "/auth/login?next=%2Fsession%3Frecording%3D12",
    )
    from_html = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    docs = (303, "/auth/login?next=%2Fapi%2Fv1%2Fdocs")
    assert raw(app_process, "GET", "/api/v1/docs", from_html) == docs
    for other in (from_html | {"sec-fetch-mode": "cors"}, {"accept": "*/*"}):
        assert raw(app_process, "GET", "/api/v1/docs", other)[0] == 401
    assert raw(app_process, "GET", "/api/v1/health", from_html)[0] == 401


def test_the_api_says_so_in_json(app_process: AppProcess) -> None:
    answer = httpx.get(app_process.address + "/api/v1/health")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-signed-in"


def test_what_is_open_shows_nothing(app_process: AppProcess) -> None:
    for path in ("/healthz", "/readyz"):
        assert httpx.get(app_process.address + path).text in ("ok", "ready")
    for asset in ("page.css", "page.js", "hanken-grotesk.woff2", "logo-light.svg", "favicon.png"):
        assert httpx.get(f"{app_process.address}/auth/assets/{asset}").status_code == 200
    for other in ("page.html", "..%2fsign_in.py", "%2e%2e/sign_in.py", "page.css/x"):
        assert raw(app_process, "GET", "/auth/assets/" + other, {})[0] in (400, 401, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/auth/../_stcore/metrics",
        "/auth/login/../../_stcore/metrics",
        "/auth/%2e%2e/_stcore/metrics",
        "/auth/login/%2e%2e/%2e%2e/_stcore/metrics",
        "/auth/assets/../../_stcore/metrics",
        "/auth/assets/%2e%2e%2f%2e%2e%2f_stcore/metrics",
        "//_stcore/metrics",
        "/healthz//../_stcore/metrics",
        "/healthz/..",
        "/healthz/../",
        "/healthz/",
        "/auth/login/",
        "/auth/login;x",
        "/auth/..;/_stcore/metrics",
        "/auth\\..\\_stcore\\metrics",
        "/auth%5c..%5c_stcore/metrics",
        "/_stcore/metrics%00/auth/login",
        "/HEALTHZ",
        "/Auth/Login",
        "/%2fauth/login",
    ],
)
def test_no_spelling_of_a_path_walks_round(app_process: AppProcess, path: str) -> None:
    status, location = raw(app_process, "GET", path, {})
    assert status in (400, 401, 404), path
    assert location == ""


# --- from elsewhere --------------------------------------------------------------------------------

FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {},  # no Origin at all
    {"origin": "http://127.0.0.1:1"},
    {"origin": "http://localhost:1"},
    {"origin": "http://127.0.0.1"},
]


@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_another_origin_changes_nothing(app_process: AppProcess, foreign: dict[str, str]) -> None:
    token = app_process.sign_in("alice")
    cookie = {"cookie": f"{app_process.cookie_name}={token}"}
    for method, path in (
        ("POST", "/auth/logout"),
        ("POST", "/auth/login"),
        ("POST", "/api/v1/audio"),
        ("DELETE", "/api/v1/health"),
        ("PUT", "/_stcore/upload_file/x/y"),
        ("OPTIONS", "/api/v1/health"),
        ("POST", "/"),
    ):
        assert raw(app_process, method, path, cookie | foreign)[0] == 403, (method, path)
    with pytest.raises(InvalidStatus) as refused:
        stream(app_process, token, **({"origin": ""} | foreign))
    assert refused.value.response.status_code == 403
    assert sign_in.lookup(token) is not None


def test_who_forgot_the_token_is_told_so(app_process: AppProcess) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert raw(app_process, method, "/api/v1/transcripts/1", {})[0] == 401, method


def test_a_tampered_origin_does_not_help_across_sites(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    headers = app_process.headers(token, **{"sec-fetch-site": "same-site"})
    assert raw(app_process, "POST", "/auth/logout", headers)[0] == 403


def test_another_site_cannot_sign_anybody_out_by_a_link(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    for site in ("cross-site", "same-site", "none"):
        headers = app_process.headers(token, **{"sec-fetch-site": site})
        assert raw(app_process, "GET", "/auth/logout", headers) == (303, "/")
    assert sign_in.lookup(token) is not None
    own = app_process.headers(token, **{"sec-fetch-site": "same-origin"})
    assert raw(app_process, "GET", "/auth/logout", own) == (303, "/auth/login?ended=1")
    assert sign_in.lookup(token) is None


def test_no_answer_allows_another_origin(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    for path in ("/", "/api/v1/health", "/_stcore/health"):
        answer = httpx.get(
            app_process.address + path,
            headers=app_process.headers(token) | {"origin": "https://evil.example"},
        )
        allowed = answer.headers.get("access-control-allow-origin")
        assert allowed in (None, app_process.address), path


def test_a_bearer_token_never_falls_back_to_the_cookie(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    for value in ("Bearer vbt_nothing", "Bearer", "bearer x", f"Bearer {token}", "Basic YTpi"):
        headers = app_process.headers(token, authorization=value)
        assert raw(app_process, "GET", "/api/v1/health", headers)[0] == 401, value


# --- signed in -------------------------------------------------------------------------------------


def test_signed_in_everything_answers(app_process: AppProcess) -> None:
    headers = app_process.headers(app_process.sign_in("alice"))
    for path in ("/", "/api/v1/health", "/_stcore/health", "/app/static/literata.woff2"):
        assert raw(app_process, "GET", path, headers)[0] == 200, path


def test_two_cookies_count_as_none(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    pair = f"{app_process.cookie_name}={'A' * 43}; {app_process.cookie_name}={token}"
    assert raw(app_process, "GET", "/api/v1/health", {"cookie": pair})[0] == 401


def test_sign_out_ends_the_api_at_once(app_process: AppProcess) -> None:
    token = app_process.sign_in("alice")
    headers = app_process.headers(token)
    assert raw(app_process, "GET", "/api/v1/health", headers)[0] == 200
    sign_in.sign_out(token)
    assert raw(app_process, "GET", "/api/v1/health", headers)[0] == 401
    assert raw(app_process, "GET", "/", headers)[0] == 303
