"""The second step on the sign-in's own form: who is half in, the code, setting up an app.

Until it is passed the browser has no sign-in, only a cookie that opens this step; to the guard it is a stranger.
"""

from anyio import to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api import cookie, second_step_page
from api.sign_in_form import sent
from services import half_sign_ins, second_step, sign_in
from services.errors import AppError, TooMany
from services.half_sign_ins import Half

LONGEST = 64  # characters of a code that is looked at


async def pending(request: Request) -> Half | None:
    """Whoever is half in, in this browser; nobody when a new beginning was asked for."""
    if "again" in request.query_params:
        return None
    return await to_thread.run_sync(half_sign_ins.find, _token(request))


def begun(target: str, token: str) -> Response:
    """After the right password: on to the step, whose page can be loaded again without sending the password."""
    response = RedirectResponse(target, 303)
    cookie.put_half(response, token)
    return response


async def form(half: Half, target: str) -> Response:
    return await _page(200, half, target)


async def submit(request: Request, data: FormData, target: str) -> Response:
    """The code was sent, or the first code of a new factor."""
    sealed, code = sent(data, "offer"), (sent(data, "code").strip() or sent(data, "recovery"))
    half = await to_thread.run_sync(half_sign_ins.find, _token(request))
    try:
        if half is None:
            return await _sent_again(request, target)
        answer = await to_thread.run_sync(_taken, request, sealed, code[:LONGEST], target)
    except second_step.WrongCode as error:
        still = await to_thread.run_sync(half_sign_ins.find, _token(request))
        if still is None:
            raise second_step.HalfEnded from error
        return await _page(error.status, still, target, sealed, error)
    except TooMany as error:
        assert half is not None
        response = await _page(error.status, half, target, sealed, error)
        response.headers["retry-after"] = str(error.retry_after)
        return response
    cookie.remove_half(answer)
    return answer


def _taken(request: Request, sealed: str, code: str, target: str) -> Response:
    address = request.client.host if request.client else "unknown"
    token, older = _token(request), cookie.read(request.scope["headers"])
    answer: Response
    if sealed:
        made = second_step.enrol(token, sealed, code, address, replaces=older)
        answer = HTMLResponse(second_step_page.recovery_codes(made.recovery_codes, target))
        cookie.put(answer, made.token)
    else:
        answer = RedirectResponse(target, 303)
        cookie.put(answer, second_step.finish(token, code, address, replaces=older))
    return answer


async def _sent_again(request: Request, target: str) -> Response:
    """No half sign-in stands. Whoever is in by now goes on: a page that was passed is sent again by "reload"."""
    if await to_thread.run_sync(sign_in.lookup, cookie.read(request.scope["headers"])):
        return RedirectResponse(target, 303)
    raise second_step.HalfEnded


async def _page(
    status: int, half: Half, target: str, sealed: str = "", error: AppError | None = None
) -> HTMLResponse:
    message = error.message if error else ""
    tone = "wait" if isinstance(error, TooMany) else "refused"

    def render() -> str:
        if half.enrols:
            offer = second_step.offer(half, sealed)
            return second_step_page.enrol(half, offer, target, message=message, tone=tone)
        return second_step_page.code(half, target, message=message, tone=tone)

    return HTMLResponse(await to_thread.run_sync(render), status)


def _token(request: Request) -> str | None:
    return cookie.read_half(request.scope["headers"])
