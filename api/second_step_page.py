"""The pages of the second step as plain HTML: the code, setting up an app, and the recovery codes."""

from html import escape
from urllib.parse import quote

from api.sign_in_form import card
from services import one_time_codes
from services.half_sign_ins import CODE_WITHIN, ENROL_WITHIN, Half
from services.second_step import Offer

SAVE_THEM = (
    "Each of these opens Verbatim once if your phone is lost. They are shown only now: keep them in a password "
    "manager, or print them."
)
FILE = "verbatim-recovery-codes.txt"


def code(half: Half, target: str, *, message: str = "", tone: str = "note") -> str:
    content = (
        '<form method="post" action="/auth/login">'
        f'<input type="hidden" name="next" value="{escape(target)}">'
        + _field("Code from your app, six digits")
        + "<details><summary>No phone at hand? Use a recovery code</summary>"
        '<label for="recovery">Recovery code</label>'
        '<div class="field"><input id="recovery" name="recovery" autocomplete="off" '
        'autocapitalize="off" spellcheck="false" placeholder="abcde-fghjk"></div></details>'
        '<button class="primary" type="submit" name="step" value="code">Sign in</button></form>'
        + _again(target)
    )
    return card(
        "Enter your code", half.email, content, message=message, tone=tone,
        foot=f"This step is open for {_minutes(CODE_WITHIN.total_seconds())}.",
    )  # fmt: skip


def enrol(half: Half, offer: Offer, target: str, *, message: str = "", tone: str = "note") -> str:
    content = (
        '<ol class="steps"><li>Open an authenticator app on your phone, or install one.</li>'
        "<li>Scan this picture with it, or type the key.</li>"
        "<li>Enter the six digits that it shows.</li></ol>"
        f'<div class="qr">{one_time_codes.picture(offer.address)}</div>'
        f'<p class="key">{escape(one_time_codes.spelled(offer.secret))}</p>'
        '<form method="post" action="/auth/login">'
        f'<input type="hidden" name="next" value="{escape(target)}">'
        f'<input type="hidden" name="offer" value="{escape(offer.sealed)}">'
        + _field("Code from your app, six digits")
        + '<button class="primary" type="submit" name="step" value="enrol">Confirm</button></form>'
        + _again(target)
    )
    return card(
        "Set up the second factor",
        f"Your clinic asks for a code beside the password of {half.email}.",
        content, message=message, tone=tone,
        foot=f"This step is open for {_minutes(ENROL_WITHIN.total_seconds())}.",
    )  # fmt: skip


def recovery_codes(codes: list[str], target: str) -> str:
    listed = "".join(f"<li><code>{escape(each)}</code></li>" for each in codes)
    content = (
        f'<ul class="codes">{listed}</ul>'
        f'<p class="keep"><a class="button" download="{FILE}" href="{_as_file(codes)}">Download</a>'
        '<button class="copy" type="button" hidden>Copy</button></p>'
        f'<p class="provider"><a class="button primary" href="{escape(target)}">'
        "I have saved them: go on</a></p>"
    )
    return card("Save your recovery codes", SAVE_THEM, content)


def _field(label: str) -> str:
    return (
        f'<label for="code">{escape(label)}</label><div class="field"><input id="code" name="code" '
        'inputmode="numeric" autocomplete="one-time-code" maxlength="12" autofocus></div>'
    )


def _as_file(codes: list[str]) -> str:
    """Within the page itself: there is no address under which somebody else could fetch it."""
    return "data:text/plain;charset=utf-8," + quote("\n".join(["Verbatim", *codes, ""]))


def _again(target: str) -> str:
    href = f"/auth/login?again=1&next={quote(target, safe='')}"
    return f'<p class="quiet"><a href="{escape(href)}">Sign in as somebody else</a></p>'


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g} minutes"
