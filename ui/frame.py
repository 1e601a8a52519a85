"""What pages share: head, badges, empty states, formats, the CSS that the theme cannot express."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

Colour = Literal["gray", "blue", "green", "orange", "red", "violet"]


class State(NamedTuple):
    words: str
    colour: Colour
    icon: str


# One place. Colour never stands alone; red is for recording and failure, nothing else.
STATES: dict[str, State] = {
    "planned": State("Planned", "gray", "schedule"),
    "consent_missing": State("Consent missing", "orange", "front_hand"),
    "recording": State("Recording", "red", "fiber_manual_record"),
    "interrupted": State("Interrupted", "orange", "history"),
    "receiving": State("Receiving", "orange", "cloud_upload"),
    "waiting": State("Waiting", "orange", "hourglass_empty"),
    "processing": State("Transcribing", "orange", "hourglass_top"),
    "transcribing": State("Transcribing", "orange", "hourglass_top"),
    "labelling": State("Finding the speakers", "orange", "record_voice_over"),
    "summarising": State("Summarising", "orange", "subject"),
    "drafting": State("Drafting the note", "orange", "edit_note"),
    "done": State("Transcribed", "blue", "article"),
    "reading": State("Reading", "orange", "hourglass_top"),
    "read": State("Read", "blue", "article"),
    "locked": State("Locked", "orange", "key"),
    "failed": State("Could not finish", "red", "error"),
    "draft": State("Draft", "blue", "edit_note"),
    "returned": State("Returned", "orange", "undo"),
    "signed": State("Signed", "green", "lock"),
    "countersigned": State("Countersigned", "green", "verified"),
}

LISTS = 1140  # px: pages that are read as a list
WORK = 1400  # px: pages that are worked on

# Only data-testid hooks, no generated class names. They are no API: tests/browser/test_frame_hooks.py
# asserts them.
#  - captions are text at opacity .6, which measures 4.18:1 on this paper
#  - a selected segment is primary on its own tint: 3.36:1 in dark
#  - one border colour serves cards and fields; the fields' edge needs 3:1
#  - what stands at the right comes under the rest in a narrow window, also where it is to be filled in first
#  - buttons have no type for what takes something away; a key is a class by Streamlit's own promise
TIDY = """<style>
[data-testid="stMainBlockContainer"]{max-width:%dpx;margin-inline:auto;padding-inline:clamp(1rem,3vw,2.5rem)}
[data-testid="stCaptionContainer"]{opacity:.75}
[data-testid="stButtonGroup"] [data-selected="true"] p{color:light-dark(#24506B,#8CC0DF)}
:is([data-testid="stTextInputRootElement"],[data-testid="stTextAreaRootElement"],[data-testid="stDateInputField"],[data-testid="stNumberInputContainer"],[data-testid="stSelectbox"] [role="group"],[data-testid="stMultiSelect"] [role="group"],[data-testid="stCheckbox"] label:not(:has(:checked))>span+div,[data-testid="stRadioOption"]:not(:has(:checked))>span+div>div:first-child):not(:focus-within){border-color:light-dark(#838F95,#66757C)}
[class*="st-key-danger-"] button:not(:disabled){background:light-dark(#B8342B,#CB4638);border-color:transparent}
[class*="st-key-danger-"] button:not(:disabled):is(:hover,:active){background:light-dark(#9C2A22,#B23A2E)}
@media (max-width:1439px){[data-testid="stLayoutWrapper"]:has(>.st-key-first-where-narrow){order:-1}}
.stApp{font-variant-numeric:tabular-nums}
</style>"""  # noqa: E501  (a style sheet, one rule a line)

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def tidy(width: int = LISTS) -> None:
    """All custom CSS there is. Call once a page, with LISTS or WORK."""
    st.html(TIDY % width)


@contextmanager
def head(title: str, line: str = "") -> Iterator[None]:
    """Title and one quiet line at the left, actions (the with-body) at the right.

    Both may hold people's words: they are shown as text, never as markup.
    """
    with st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"
    ):
        with st.container(gap=None, width="content"):
            st.title(plain(title), anchor=False)
            if line:
                st.caption(plain(line))
        with st.container(
            horizontal=True,
            horizontal_alignment="right",
            vertical_alignment="center",
            width="content",
            gap="xsmall",
        ):
            yield


def badge(state: str, words: str | None = None) -> None:
    """A state as words, colour and icon. `words` says it more exactly where the page knows more."""
    known = STATES[state]
    st.badge(words or known.words, color=known.colour, icon=f":material/{known.icon}:")


def mark(words: str, colour: Colour, icon: str) -> None:
    """As a badge looks, but a long one wraps instead of being cut. People's words in it are made plain already."""
    st.markdown(f":{colour}[:material/{icon}:] :{colour}-background[:{colour}[{words}]]")


def empty(icon: str, title: str, what_next: str) -> None:
    """What a list shows while it holds nothing: an icon, one bold line, the next step."""
    with st.container(border=True, horizontal_alignment="center", gap="xsmall"):
        st.space("small")
        st.markdown(f":gray[:material/{icon}:]", text_alignment="center")
        st.markdown(f"**{plain(title)}**", text_alignment="center")
        st.caption(plain(what_next), text_alignment="center")
        st.space("small")


def danger(label: str, key: str, *, disabled: bool = False) -> bool:
    """A primary button for what takes something away: red. Whether it was pressed in this run."""
    return st.button(label, type="primary", key=f"danger-{key}", disabled=disabled)


def ink() -> str:
    """Quiet text of the present theme, for charts: their own label grey is 3.62:1 in light."""
    return str(st.get_option(f"theme.{theme()}.grayTextColor"))


def theme() -> Literal["light", "dark"]:
    return "dark" if st.context.theme.type == "dark" else "light"


# --- people's words -------------------------------------------------------------------------------

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")  # every ASCII mark may be escaped in CommonMark
# what Streamlit's Markdown still turns into something after the escapes: directives, links, arrows
_TURNED = re.compile(
    r"(:(?=[a-z/])|www(?=\.)|@(?=\w)|[<~-](?=[=-])|[-](?=>)|>(?==))", re.IGNORECASE
)
_JOINER = "\N{WORD JOINER}"  # no width; put in only where one of these stands


def plain(text: str) -> str:
    """People's words for a place that renders Markdown: shown as they are, whatever they hold."""
    flat = " ".join(text.split())
    return _PUNCTUATION.sub(r"\\\1", _TURNED.sub(rf"\1{_JOINER}", flat))


# --- formats --------------------------------------------------------------------------------------


def hms(seconds: float) -> str:
    """A position in audio: 0:33, 25:49, 1:24:50."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(seconds: float) -> str:
    """How long: 45 s, 50 min, 1 h 25 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 100:  # a session of 75 min is said in minutes
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def count(number: int, singular: str, plural: str | None = None) -> str:
    """1 session, 3 sessions, 1,024 sessions."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def percent(share: float) -> str:
    """60 %, from 0.6."""
    return f"{round(100 * share)} %"


def zone() -> ZoneInfo:
    """The reader's time zone as the browser names it; UTC when it names none that is known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(at: dt.datetime) -> dt.datetime:
    """An aware time on the reader's clock."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return at.astimezone(zone())


def day(at: dt.date) -> str:
    """24 Nov 2026. A datetime is read as it stands: pass it through `local` first."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def weekday(at: dt.date) -> str:
    """Tuesday 24 Nov 2026."""
    return f"{DAYS[at.weekday()]} {day(at)}"


def clock(at: dt.datetime) -> str:
    """09:00."""
    return f"{at:%H:%M}"


def moment(at: dt.datetime) -> str:
    """24 Nov 2026 09:00, on the reader's clock."""
    here = local(at)
    return f"{day(here)} {clock(here)}"


def stamp(at: dt.datetime) -> str:
    """2026-11-24 11:42:08 on the reader's clock, for the access log; the page names the zone."""
    return f"{local(at):%Y-%m-%d %H:%M:%S}"
