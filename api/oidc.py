"""Signing in through the clinic's identity provider (OpenID Connect, code flow with PKCE, by Authlib).

/auth/oidc/start sends the browser there, /auth/oidc/callback takes it back; /auth/oidc/logout is the provider's
back channel. State, nonce and verifier travel in a sealed cookie of ten minutes. The sign-in itself is ours.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from api import cookie
from config import settings
from services import encryption, oidc, sign_in
from services.errors import AppError

if TYPE_CHECKING:
    from authlib.integrations.starlette_client import StarletteOAuth2App

log = logging.getLogger("verbatim.sign_in")

Answer = Callable[[Request], Awaitable[Response]]

PLACE = "/auth/oidc"
FLOW, FLOW_SECONDS = "verbatim-flow", 600
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_SECONDS = 150  # how old a logout token may be, clocks of both sides included
FAILED = "Signing in with your organisation did not work. Try again; nothing was lost."


@cache
def provider() -> "StarletteOAuth2App":
    from authlib.integrations.starlette_client import OAuth

    chosen = settings()
    assert chosen.oidc_issuer is not None
    secret = chosen.oidc_client_secret
    registry = OAuth()
    registry.register(
        "provider",
        client_id=chosen.oidc_client_id,
        client_secret=secret.get_secret_value() if secret else None,
        server_metadata_url=chosen.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": chosen.oidc_scope, "code_challenge_method": "S256", "timeout": 10},
    )
    return registry.provider


async def start(request: Request) -> Response:
    from api.sign_in import safe_target

    mine = _with_flow(request, {})
    try:
        response: Response = await provider().authorize_redirect(mine, _here("callback"))
    except Exception as error:
        log.warning("oidc.start_failed", exc_info=error)
        return await _refused(502, "Your organisation's sign-in is not answering. Try again soon.")
    kept = mine.session | {"next": safe_target(request.query_params.get("next"))}
    sealed = encryption.seal_bytes(json.dumps(kept).encode(), "oidc-flow")
    response.set_cookie(
        FLOW, sealed, max_age=FLOW_SECONDS, path=PLACE, httponly=True,
        secure=settings().over_tls, samesite="lax",
    )  # fmt: skip
    return response


async def callback(request: Request) -> Response:
    """Verifies what came back: state, nonce, signature, issuer, audience, PKCE. Then our own sign-in begins."""
    kept = _flow(request)
    address = request.client.host if request.client else "unknown"
    older = cookie.read(request.scope["headers"])
    try:
        answer = await provider().authorize_access_token(_with_flow(request, kept))
        claims = await _with_userinfo(answer)
        token = await to_thread.run_sync(lambda: oidc.sign_in_with(claims, address, replaces=older))
    except AppError as error:
        response = await _refused(error.status, error.message)
    except Exception as error:  # noqa: BLE001  OAuthError, JoseError, httpx's: all mean "not proven"
        log.warning("oidc.callback_failed", extra={"f": {"kind": type(error).__name__}})
        await to_thread.run_sync(sign_in.log_refused, "oidc-not-proven", address)
        response = await _refused(400, FAILED)
    else:
        response = RedirectResponse(kept.get("next", "/"), 303)
        cookie.put(response, token)
        cookie.remove_half(response)
    response.delete_cookie(FLOW, path=PLACE)
    return response


async def back_channel_logout(request: Request) -> Response:
    """OpenID Connect Back-Channel Logout 1.0: 200 when it was a logout token for us, 400 otherwise."""
    form = await request.form()
    token = form.get("logout_token")
    try:
        claims = await _logout_claims(token if isinstance(token, str) else "")
    except Exception as error:  # noqa: BLE001  whatever is wrong with it
        log.warning("oidc.logout_refused", extra={"f": {"kind": type(error).__name__}})
        return PlainTextResponse("", 400)
    await to_thread.run_sync(oidc.end_at_the_provider, claims)
    return PlainTextResponse("", 200, headers={"cache-control": "no-store"})


async def end_session_url() -> str | None:
    """Where to go after signing out here, so that the provider's session ends as well."""
    try:
        made = await provider().create_logout_url(
            post_logout_redirect_uri=_origin() + "/auth/login?ended=1",
            client_id=settings().oidc_client_id,
        )
    except Exception as error:  # noqa: BLE001  without an end-session address, or away: ours has ended
        log.info("oidc.no_end_session", extra={"f": {"kind": type(error).__name__}})
        return None
    url: str = made["url"]
    return url


def _with_a_provider(answer: Answer) -> Answer:
    """Not there unless the settings name a provider."""

    @wraps(answer)
    async def answered(request: Request) -> Response:
        if not settings().oidc_issuer:
            return PlainTextResponse("", 404)
        return await answer(request)

    return answered


routes = [
    Route(f"{PLACE}/start", _with_a_provider(start), methods=["GET"]),
    Route(f"{PLACE}/callback", _with_a_provider(callback), methods=["GET"]),
    Route(f"{PLACE}/logout", _with_a_provider(back_channel_logout), methods=["POST"]),
]


def _origin() -> str:
    """As browsers see it; a callback address made from the Host header could be anybody's."""
    public = settings().public_url
    return public.rstrip("/") if public else f"http://{settings().address}:{settings().port}"


def _here(name: str) -> str:
    return f"{_origin()}{PLACE}/{name}"


def _with_flow(request: Request, flow: dict[str, Any]) -> Request:
    """The request with the flow as the session that Authlib writes to. A copy: Streamlit keeps a session of its
    own kind in the original."""
    return Request(dict(request.scope, session=flow), request.receive)


def _flow(request: Request) -> dict[str, Any]:
    sealed = request.cookies.get(FLOW, "")
    try:
        opened: dict[str, Any] = json.loads(encryption.unseal_bytes(sealed, "oidc-flow"))
    except (encryption.SealBroken, ValueError):
        return {}
    return opened


async def _with_userinfo(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Claims of the ID token; what it lacks of e-mail, name and groups comes from the userinfo endpoint."""
    claims = dict(answer["userinfo"])
    wanted = {"email", "name", settings().oidc_groups_claim}
    if not wanted <= set(claims):
        more = await provider().userinfo(token=answer)
        if more.get("sub") == claims["sub"]:  # OpenID Connect Core 5.3.2
            if "email" in claims:  # an address and whether it is verified belong together
                more = {key: value for key, value in more.items() if key != "email_verified"}
            claims = dict(more) | claims
    return claims


async def _logout_claims(token: str) -> Mapping[str, Any]:
    """Checked as Back-Channel Logout 1.0, 2.6. Raises whatever is wrong."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    client = provider()
    metadata = await client.load_server_metadata()

    async def decoded(force: bool) -> Mapping[str, Any]:
        keys = KeySet.import_key_set(await client.fetch_jwk_set(force=force))
        return jwt.decode(token, keys, algorithms=["RS256", "ES256", "PS256"]).claims

    try:
        claims = await decoded(force=False)
    except JoseError:  # its keys may have changed since they were fetched
        claims = await decoded(force=True)
    audience = claims.get("aud")
    ours = audience if isinstance(audience, list) else [audience]
    checks = (
        claims.get("iss") == metadata["issuer"],
        settings().oidc_client_id in ours,
        abs(time.time() - float(claims["iat"])) < LOGOUT_SECONDS,
        float(claims.get("exp", time.time())) > time.time() - LOGOUT_SECONDS,
        LOGOUT_EVENT in claims.get("events", {}),
        "nonce" not in claims,
        bool(claims.get("sub") or claims.get("sid")),
        isinstance(claims.get("jti"), str) and 0 < len(claims["jti"]) <= 200,
    )
    if not all(checks):
        raise ValueError("not a logout token for this client")
    return claims


async def _refused(status: int, message: str) -> Response:
    from api.sign_in import page

    return await page(status, message=message, tone="refused")
