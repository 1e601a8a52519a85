"""The sign-in form as plain HTML: with the guard nothing of Streamlit exists before sign-in."""

import re
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from starlette.datastructures import FormData

from config import settings
from models.user import User
from services.passwords import SHORTEST

HERE = Path(__file__).with_name("sign_in_page")
STATIC = Path(__file__).parent.parent / "ui" / "static"
ASSETS = {
    "page.css": (HERE / "page.css", "text/css; charset=utf-8"),
    "page.js": (HERE / "page.js", "text/javascript; charset=utf-8"),
    "hanken-grotesk.woff2": (STATIC / "hanken-grotesk.woff2", "font/woff2"),
    "logo-light.svg": (STATIC / "logo-light.svg", "image/svg+xml"),
    "logo-dark.svg": (STATIC / "logo-dark.svg", "image/svg+xml"),
    "favicon.png": (STATIC / "favicon.png", "image/png"),
}
PAGE = Template((HERE / "page.html").read_text(encoding="utf-8"))
ENDED = "You are signed out. What was saved is safe."
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
DEMO_BANNER = (
    "Demo: anyone at this computer can sign in with one click. The people and their words are "
    "invented. Do not put real sessions here."
)
EYE = (
    '<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="1.8" aria-hidden="true"><path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 '
    '6.5S2 12 2 12Z"/><circle cx="12" cy="12" r="2.8"/></svg>'
)


def sent(data: FormData, name: str) -> str:
    """A field as it was sent; empty for a file, and for characters that no database takes and no browser sends."""
    value = data.get(name)
    return value if isinstance(value, str) and not UNSTORABLE.search(value) else ""


def page(
    *,
    clinic: str,
    target: str = "/",
    email: str = "",
    message: str = "",
    tone: str = "note",
    renewing: bool = False,
    demo: list[User] | None = None,
) -> str:
    """`target` is where to go afterwards, checked by the caller; `renewing` asks for a new password
    too."""
    minutes = settings().idle_minutes
    return card(
        "Choose your password" if renewing else "Sign in",
        clinic,
        _forms(target, email, renewing) + ("" if renewing or not demo else _demo(demo, target)),
        message=message,
        tone=tone,
        foot=f"Signs out after {minutes:g} minutes without use.",
    )


def card(
    title: str, line: str, content: str, *, message: str = "", tone: str = "note", foot: str = ""
) -> str:
    """A page of the sign-in. `content` is HTML of our own; everything else is text."""
    return PAGE.substitute(
        title=escape(title),
        line=escape(line),
        banner=_banner() if settings().demo else "",
        message=_message(message, tone),
        content=content,
        foot=escape(foot),
    )


def _forms(target: str, email: str, renewing: bool) -> str:
    """The provider's way first, where there is one; then the form, unless passwords are off."""
    chosen = settings()
    parts = []
    if chosen.oidc_issuer and not renewing:
        href = f"/auth/oidc/start?next={quote(target, safe='')}"
        kind = "" if chosen.local_sign_in else "primary"
        parts.append(
            f'<p class="provider"><a class="button {kind}" href="{escape(href)}">'
            f"Sign in with {escape(chosen.oidc_name)}</a></p>"
        )
    if chosen.local_sign_in:
        parts.append(_form(target, email, renewing))
    return "".join(parts)


def _form(target: str, email: str, renewing: bool) -> str:
    known = bool(email)
    fields = [
        _field("Email", "email", "email", "username", email, focus=not known),
        _field(
            "Temporary password" if renewing else "Password",
            "password",
            "password",
            "current-password",
            focus=known,
        ),
    ]
    if renewing:
        label = f"New password, {SHORTEST} characters or more"
        fields.append(_field(label, "new_password", "password", "new-password"))
    return (
        '<form method="post" action="/auth/login">'
        f'<input type="hidden" name="next" value="{escape(target)}">'
        + "".join(fields)
        + '<button class="primary" type="submit">Sign in</button></form>'
    )


def _field(
    label: str, name: str, kind: str, autocomplete: str, value: str = "", *, focus: bool = False
) -> str:
    secret = kind == "password"
    show = (
        f'<button class="show" type="button" hidden aria-pressed="false" '
        f'aria-label="Show what is typed: {escape(label)}">{EYE}</button>'
    )
    placeholder = "" if secret else ' placeholder="name@practice.example"'
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<div class="field{" secret" if secret else ""}">'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{autocomplete}" required '
        f'value="{escape(value)}"{placeholder}{" autofocus" if focus else ""}>'
        f"{show if secret else ''}</div>"
    )


def _demo(people: list[User], target: str) -> str:
    buttons = "".join(
        f'<button name="demo" value="{person.id}"><span>{escape(person.name)}</span>'
        f'<span class="role">{escape(person.role.replace("_", " "))}</span></button>'
        for person in people
    )
    return (
        '<form class="demo" method="post" action="/auth/login">'
        f'<input type="hidden" name="next" value="{escape(target)}">'
        f"<h2>Or try the demo as</h2>{buttons}</form>"
    )


def _banner() -> str:
    return f'<div class="banner" role="note">{escape(DEMO_BANNER)}</div>'


def _message(text: str, tone: str) -> str:
    return f'<p class="message {tone}" role="alert">{escape(text)}</p>' if text else ""
