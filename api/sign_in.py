"""GET and POST /auth/login, /auth/logout, and the few files that the form needs."""

import asyncio
import re
from functools import cache
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api import cookie, oidc, second_step, sign_in_form
from api.sign_in_form import sent
from config import settings
from services import sign_in, sign_in_throttle
from services.errors import AppError, Invalid, TooMany
from services.half_sign_ins import CodeNeeded

# A path of this site with a plain query; "//elsewhere", "/\\elsewhere" and other sites fall back to
# "/".
SAFE_TARGET = re.compile(r"/(?![/\\])[\w\-./?=&%]{0,200}")
FORM = "/auth/login"


async def form(request: Request) -> Response:
    """The form, or its second step; whoever is signed in already goes on at once."""
    target = safe_target(request.query_params.get("next"))
    half = await second_step.pending(request)
    if half is not None:
        return await second_step.form(half, target)
    if await to_thread.run_sync(sign_in.lookup, cookie.read(request.scope["headers"])):
        return RedirectResponse(target, 303)
    ended = sign_in_form.ENDED if "ended" in request.query_params else ""
    return await page(200, target=target, message=ended)


async def submit(request: Request) -> Response:
    data = await request.form()
    target = safe_target(sent(data, "next"))
    try:
        if "step" in data:
            return await second_step.submit(request, data, target)
        token = await _token(request, data)
    except CodeNeeded as right:
        return second_step.begun(f"{FORM}?next={quote(target, safe='')}", right.token)
    except AppError as error:
        return await _refused(error, target, sent(data, "email"))
    response = RedirectResponse(target, 303)
    cookie.put(response, token)
    cookie.remove_half(response)  # of somebody who did not go on
    return response


async def sign_out(request: Request) -> Response:
    """By a button (POST), or by a link on our own pages; another site cannot sign anybody out."""
    if request.method == "GET" and request.headers.get("sec-fetch-site") != "same-origin":
        return RedirectResponse("/", 303)
    elsewhere = await to_thread.run_sync(sign_in.sign_out, cookie.read(request.scope["headers"]))
    there = await oidc.end_session_url() if elsewhere and settings().oidc_issuer else None
    response = RedirectResponse(there or FORM + "?ended=1", 303)
    cookie.remove(response)
    cookie.remove_half(response)
    return response


async def asset(request: Request) -> Response:
    found = sign_in_form.ASSETS.get(request.path_params["name"])
    if found is None or not found[0].is_file():
        return Response(status_code=404)
    return FileResponse(
        found[0], media_type=found[1], headers={"cache-control": "public, max-age=3600"}
    )


def safe_target(given: str | None) -> str:
    return given if given and SAFE_TARGET.fullmatch(given) else "/"


routes = [
    Route(FORM, form, methods=["GET"]),
    Route(FORM, submit, methods=["POST"]),
    Route("/auth/logout", sign_out, methods=["GET", "POST"]),
    Route("/auth/assets/{name}", asset, methods=["GET"]),
    *oidc.routes,
]


async def _token(request: Request, data: FormData) -> str:
    address = request.client.host if request.client else "unknown"
    older = cookie.read(request.scope["headers"])
    demo = sent(data, "demo")
    if demo:
        user_id = int(demo) if demo.isdecimal() and len(demo) < 10 else 0
        return await to_thread.run_sync(
            lambda: sign_in.sign_in_as_demo(user_id, address, replaces=older)
        )
    email, password = sent(data, "email"), sent(data, "password")
    if len(email) > 254 or len(password) > 1024:
        raise sign_in.WrongPassword
    await asyncio.sleep(await to_thread.run_sync(sign_in_throttle.pause, email))
    return await to_thread.run_sync(
        lambda: sign_in.sign_in(
            email,
            password,
            address,
            replaces=older,
            new_password=sent(data, "new_password") or None,
        ),
        limiter=_limiter(),
    )


async def _refused(error: AppError, target: str, email: str) -> Response:
    renewing = isinstance(error, sign_in.NewPasswordNeeded | Invalid)
    waiting = isinstance(error, TooMany)
    response = await page(
        error.status,
        target=target,
        email=email[:254],
        message=error.message,
        tone="note" if renewing else "wait" if waiting else "refused",
        renewing=renewing,
    )
    if isinstance(error, TooMany):
        response.headers["retry-after"] = str(error.retry_after)
    return response


async def page(status: int, **shown: object) -> HTMLResponse:
    def render() -> str:
        people = sign_in.demo_accounts()
        return sign_in_form.page(clinic=sign_in.clinic_name(), demo=people, **shown)  # type: ignore[arg-type]

    return HTMLResponse(await to_thread.run_sync(render), status)


@cache
def _limiter() -> CapacityLimiter:
    """argon2id takes 46 MiB and a core for 60 ms; two at a time bound both."""
    return CapacityLimiter(2)
