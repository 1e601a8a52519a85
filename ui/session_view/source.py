"""What the view is made of, put together. No build step: the parts of the script are laid one after the other."""

from pathlib import Path

from ui.parts import Part

HERE = Path(__file__).parent
# In this order: each part may use what stands before it.
SCRIPTS = (
    "../scripts/elements", "../scripts/mounted", "../scripts/outbox",
    "dom", "words", "voices", "faces", "between", "leaves", "transcript", "find", "timeline", "player", "evidence",
    "risk", "citing", "statement", "note_ends", "note_rows", "note", "editing", "writing", "menu",
    "menus", "keys", "view",
)  # fmt: skip


def read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


PART = Part(
    "verbatim_session",
    js="\n".join(read(f"{script}.js") for script in SCRIPTS),
    css=read("note.css") + read("view.css"),  # what a narrow one changes comes last
    html=read("view.html"),
)
