"""What the recorder is made of, put together. No build step: the parts of the script are laid one after the other."""

from pathlib import Path

from ui.parts import Part

HERE = Path(__file__).parent
# In this order: each part may use what stands before it. `dom` is the session view's.
SCRIPTS = (
    "../scripts/elements", "../scripts/mounted", "../session_view/dom",
    "clocks", "ask", "seal", "shelf", "webm", "mp4", "head", "microphone", "levels",
    "tape", "outbox", "tabs", "deeds", "words", "recovery", "captions", "markers", "away", "recorder",
    "view",
)  # fmt: skip


def read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


PART = Part(
    "verbatim_recorder",
    js="\n".join(read(f"{script}.js") for script in SCRIPTS),
    css=read("view.css") + read("captions.css"),
    html=read("view.html"),
)
