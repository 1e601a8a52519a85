"""The second step over the wire: nothing is open half-way, the cookie is the step's own, and it works as a form."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from api.headers import FORM_POLICY
from services import second_factor
from tests.api.wire import stream
from tests.people import PASSWORD
from tests.second_factors import Phone, as_if_a_minute_later, equip
from tests.servers.app_process import AppProcess, running

STEP = "verbatim-step"
INSIDE = ("/api/v1/me", "/_stcore/health", "/media/x", "/app/static/literata.woff2", "/static/x")


@pytest.fixture(scope="module")
def alices_phone(app_process: AppProcess) -> Phone:
    return equip(app_process.people.alice)


@pytest.fixture
def phone(alices_phone: Phone, app_process: AppProcess) -> Phone:
    as_if_a_minute_later(app_process.people.alice)
    return alices_phone


@pytest.fixture
def browser(app_process: AppProcess) -> Iterator[httpx.Client]:
    with client(app_process) as made:
        yield made


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[AppProcess]:
    """A clinic that requires a second factor."""
    folder = tmp_path_factory.mktemp("strict")
    with running(folder, sqlite_template, VERBATIM_SECOND_FACTOR="required") as process:
        yield process


def client(app: AppProcess) -> httpx.Client:
    return httpx.Client(base_url=app.address, headers={"origin": app.address}, timeout=30)


def post(browser: httpx.Client, **fields: str) -> httpx.Response:
    return browser.post("/auth/login", data={"next": "/sessions"} | fields)


def password(browser: httpx.Client, name: str = "alice") -> httpx.Response:
    return post(browser, email=f"{name}@clinic.example", password=PASSWORD)


def title(answer: httpx.Response) -> str:
    return re.search("<h1[^>]*>(.*)</h1>", answer.text).group(1)  # type: ignore[union-attr]


def is_in(browser: httpx.Client) -> bool:
    return browser.get("/api/v1/me").status_code == 200


def half_in(browser: httpx.Client, name: str = "alice") -> httpx.Response:
    """The page of the second step."""
    answer = password(browser, name)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/login?next=%2Fsessions"
    return browser.get(answer.headers["location"])


def test_the_code_is_asked_for_and_opens(browser: httpx.Client, phone: Phone) -> None:
    page = half_in(browser)
    assert (page.status_code, title(page)) == (200, "Enter your code")
    assert "alice@clinic.example" in page.text
    assert page.headers["content-security-policy"] == FORM_POLICY
    assert page.headers["cache-control"] == "no-store"
    answer = post(browser, step="code", code=phone.code())
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions")
    assert is_in(browser)
    assert STEP not in browser.cookies


def test_the_steps_cookie_is_not_for_scripts_and_holds_no_sign_in(
    browser: httpx.Client, phone: Phone
) -> None:
    answer = password(browser)
    (kept,) = answer.headers.get_list("set-cookie")
    assert kept.startswith(STEP + "=")
    assert {"httponly", "samesite=lax", "path=/"} <= set(kept.lower().split("; "))
    assert set(browser.cookies) == {STEP}


def test_half_way_everything_is_closed(
    browser: httpx.Client, phone: Phone, app_process: AppProcess
) -> None:
    half_in(browser)
    token = browser.cookies[STEP]
    for path in INSIDE:
        assert browser.get(path).status_code == 401, path
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/login?next=%2F")
    assert browser.post("/api/v1/audio").status_code == 401
    # nor as the sign-in's own cookie, nor as a bearer token
    forged = app_process.headers(token)
    assert httpx.get(app_process.address + "/api/v1/me", headers=forged).status_code == 401
    bearer = {"authorization": f"Bearer {token}"}
    assert httpx.get(app_process.address + "/api/v1/me", headers=bearer).status_code == 401
    for headers in ({"cookie": f"{STEP}={token}"}, forged):
        with pytest.raises(InvalidStatus) as refused:
            stream(app_process, None, **headers)
        assert refused.value.response.status_code == 403


def test_another_browser_has_no_part_in_it(
    browser: httpx.Client, phone: Phone, app_process: AppProcess
) -> None:
    half_in(browser)
    with client(app_process) as other:
        answer = post(other, step="code", code=phone.code())
        assert (answer.status_code, title(answer)) == (401, "Sign in")
        assert "This step is over" in answer.text
        assert not is_in(other)


def test_another_site_cannot_send_the_code(browser: httpx.Client, phone: Phone) -> None:
    half_in(browser)
    for origin in ("https://evil.example", "null"):
        answer = browser.post(
            "/auth/login", data={"step": "code", "code": phone.code()}, headers={"origin": origin}
        )
        assert answer.status_code == 403
    assert not is_in(browser)


def test_a_wrong_code_says_so_and_the_step_stays(browser: httpx.Client, phone: Phone) -> None:
    half_in(browser)
    answer = post(browser, step="code", code=phone.wrong_code())
    assert (answer.status_code, title(answer)) == (401, "Enter your code")
    assert 'role="alert"' in answer.text
    assert '<input type="hidden" name="next" value="/sessions">' in answer.text
    answer = post(browser, step="code", recovery=phone.recovery_codes.pop())
    assert answer.status_code == 303
    assert is_in(browser)


def test_the_step_opens_once(browser: httpx.Client, phone: Phone, app_process: AppProcess) -> None:
    half_in(browser)
    token = browser.cookies[STEP]
    assert post(browser, step="code", code=phone.code()).status_code == 303
    as_if_a_minute_later(app_process.people.alice)
    again = app_process.headers() | {"cookie": f"{STEP}={token}"}
    answer = httpx.post(
        app_process.address + "/auth/login",
        data={"step": "code", "code": phone.code()},
        headers=again,
    )
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_a_step_that_was_passed_can_be_sent_again(browser: httpx.Client, phone: Phone) -> None:
    """Reload and "back" in a browser."""
    half_in(browser)
    code = phone.code()
    for _ in range(2):
        answer = post(browser, step="code", code=code)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sessions")
    assert is_in(browser)


def test_one_may_begin_again_as_somebody_else(browser: httpx.Client, phone: Phone) -> None:
    page = half_in(browser)
    again = "/auth/login?again=1&next=%2Fsessions"
    assert f'href="{again.replace("&", "&amp;")}"' in page.text
    other = browser.get(again)
    assert title(other) == "Sign in"
    assert '<input type="hidden" name="next" value="/sessions">' in other.text
    assert password(browser, "bob").headers["location"] == "/sessions"
    assert browser.get("/api/v1/me").json()["name"] == "Bob"
    assert STEP not in browser.cookies
    assert browser.get("/auth/login").status_code == 303  # Alice's step does not come back


@pytest.mark.parametrize(
    "fields", [{}, {"code": ""}, {"code": "x" * 5000}, {"offer": "x"}, {"offer": "x", "code": "1"}]
)
def test_what_makes_no_sense_opens_nothing(
    browser: httpx.Client, phone: Phone, fields: dict[str, str]
) -> None:
    half_in(browser)
    assert post(browser, step="code", **fields).status_code in (401, 409, 429)
    assert not is_in(browser)


@pytest.mark.parametrize("value", [b"a\0b", b"\\ud800"])
@pytest.mark.parametrize("name", ["email", "password", "code", "recovery", "offer", "next", "demo"])
def test_characters_that_no_browser_sends_are_no_error_of_ours(
    browser: httpx.Client, phone: Phone, name: str, value: bytes
) -> None:
    """A NUL, and half a surrogate pair by way of a charset that says so."""
    half_in(browser)
    fields = {"email": b"alice@clinic.example", "password": b"wrong"}
    fields = {"step": b"code"} if name in ("code", "recovery", "offer") else fields
    parts = [
        b'--x\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (key.encode(), given)
        for key, given in (fields | {name: value}).items()
    ]
    kind = "multipart/form-data; boundary=x; charset=raw_unicode_escape"
    answer = browser.post(
        "/auth/login", content=b"".join(parts) + b"--x--\r\n", headers={"content-type": kind}
    )
    assert answer.status_code in (401, 429)
    assert not is_in(browser)


def test_too_many_wrong_codes_wait_with_a_header(
    browser: httpx.Client, app_process: AppProcess
) -> None:
    sam = equip(app_process.people.sam)
    half_in(browser, "sam")
    for _ in range(5):
        post(browser, step="code", code=sam.wrong_code())
    half_in(browser, "sam")
    answer = post(browser, step="code", code=sam.code())
    assert (answer.status_code, title(answer)) == (429, "Enter your code")
    assert int(answer.headers["retry-after"]) <= 3
    second_factor.reset(app_process.people.adam, app_process.people.sam.user_id)


# --- a clinic that requires it --------------------------------------------------------------------


def offered(page: httpx.Response) -> tuple[Phone, str]:
    key = re.search('<p class="key">([A-Z2-7 ]+)</p>', page.text).group(1)  # type: ignore[union-attr]
    sealed = re.search('name="offer" value="(.*?)"', page.text).group(1)  # type: ignore[union-attr]
    return Phone(key.replace(" ", ""), []), sealed


def test_required_leads_to_setting_it_up_first(strict: AppProcess) -> None:
    with client(strict) as browser:
        page = half_in(browser, "bob")
        assert title(page) == "Set up the second factor"
        assert "bob@clinic.example" in page.text
        assert "<svg" in page.text
        phone, sealed = offered(page)
        assert phone.secret not in str(page.headers) + str(page.url)
        for path in INSIDE:
            assert browser.get(path).status_code == 401, path
        assert post(browser, step="code", code=phone.code()).status_code == 401
        wrong = post(browser, step="enrol", offer=sealed, code=phone.wrong_code())
        assert wrong.status_code == 401
        again, sealed = offered(wrong)
        assert again.secret == phone.secret
        answer = post(browser, step="enrol", offer=sealed, code=phone.code())
        assert (answer.status_code, title(answer)) == (200, "Save your recovery codes")
        assert len(re.findall(r"<code>[a-z2-9]{5}-[a-z2-9]{5}</code>", answer.text)) == 10
        assert 'href="/sessions"' in answer.text
        file = re.search('download="[^"]+" href="data:text/plain;charset=utf-8,(.*?)"', answer.text)
        kept = unquote(file.group(1)).split("\n")  # type: ignore[union-attr]
        assert kept[1:11] == re.findall(r"<code>(.*?)</code>", answer.text)
        assert is_in(browser)


def test_a_sign_in_from_before_it_was_required_is_over(strict: AppProcess) -> None:
    from services import sign_in

    before = sign_in.start(strict.people.dora.user_id, "127.0.0.1", None)
    headers = strict.headers(before)
    assert httpx.get(strict.address + "/api/v1/me", headers=headers).status_code == 401
    with pytest.raises(InvalidStatus):
        stream(strict, before)
    equip(strict.people.dora)
    assert httpx.get(strict.address + "/api/v1/me", headers=headers).status_code == 200


def test_programs_go_on_and_their_tokens_are_not_made_without_it(strict: AppProcess) -> None:
    from dataclasses import replace

    from services import api_tokens
    from services.access import Via
    from services.errors import NotSignedIn

    sam = strict.people.sam
    with pytest.raises(NotSignedIn):
        api_tokens.create(sam, "script", api_tokens.Scope.READ, 1)
    operator = replace(sam, sign_in_id=None, via=Via.COMMAND)
    made = api_tokens.create(operator, "script", api_tokens.Scope.READ, 1)
    headers = {"authorization": f"Bearer {made.secret}"}
    assert httpx.get(strict.address + "/api/v1/me", headers=headers).status_code == 200
