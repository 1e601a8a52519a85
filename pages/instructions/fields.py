"""The fields of a variant in the making: of the whole note, and of one section."""

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.instructions import said
from services.adapters.speech.languages import NAMES as LANGUAGES
from services.instructions import Instruction, Section, Style
from services.instructions.checks import MODALITY, TEXT, TITLE, own_rules

HALF = 330  # px: two fields beside each other
FIXED = "It cannot be lifted here: diagnosis, level of risk and assessment are the clinician's."


def whole(instruction: Instruction, plain: Instruction) -> None:
    """Fields for title, purpose, style and rules of one's own."""
    st.text_input("Title", instruction.title, max_chars=TITLE, key="edit-title")
    st.text_area("Purpose", instruction.purpose, max_chars=TEXT, key="edit-purpose")
    _style(instruction.style)
    st.text_area(
        "Rules of your own, one a line",
        "\n".join(own_rules(instruction, plain)),
        placeholder="Name the interpreter in every note.",
        help="They come after the ten rules that hold for every note.",
        key="edit-rules",
    )


def typed_whole(instruction: Instruction, plain: Instruction) -> Instruction:
    """`instruction` with what the fields hold, where they were shown."""
    style = instruction.style
    names = ("length", "person", "tense", "quotes", "modality", "language")
    rules = _held("rules", "", "\n".join(own_rules(instruction, plain)))
    own = [line.strip() for line in rules.splitlines() if line.strip()]
    return replace(
        instruction,
        title=_held("title", "", instruction.title),
        purpose=_held("purpose", "", instruction.purpose),
        style=Style(**{name: _held(name, "", getattr(style, name)) for name in names}),
        rules=(*plain.rules, *own),
    )


def section(number: int, now: Section, plain: Instruction) -> None:
    """Fields of one section. `number` is its own within the draft."""
    of = f"-{number}"
    st.text_input("Title", now.title, max_chars=TITLE, key=f"edit-title{of}")
    st.text_area(
        "What belongs there", now.belongs, height=120, max_chars=TEXT, key=f"edit-belongs{of}"
    )
    st.text_area(
        "What does not belong there",
        now.excluded,
        height=100,
        max_chars=TEXT,
        key=f"edit-excluded{of}",
    )
    speakers = list(said.SPEAKERS)
    st.selectbox(
        "Whose words it is mostly made of",
        speakers,
        index=speakers.index(now.speaker),
        format_func=said.SPEAKERS.__getitem__,
        width=HALF,
        key=f"edit-speaker{of}",
    )
    st.checkbox(
        "Needed in every note; without this it may stay empty",
        now.is_required,
        key=f"edit-is_required{of}",
    )
    fixed = any(one.key == now.key and one.is_clinicians for one in plain.sections)
    st.checkbox(
        "A conclusion of mine: the draft only offers what was said",
        now.is_clinicians,
        disabled=fixed,
        help=FIXED if fixed else None,
        key=f"edit-is_clinicians{of}",
    )
    _cues(now, f"edit-cues{of}")


def _cues(now: Section, key: str) -> None:
    st.text_area(
        "Words and phrases that point at it, with commas between",
        ", ".join(now.cues),
        height=120,
        help="The part that quotes looks for passages with these. English, as people say it.",
        key=key,
    )


def typed(number: int, now: Section) -> Section:
    """`now` with what the fields hold, where they were shown."""
    of = f"-{number}"
    names = ("title", "belongs", "excluded", "speaker", "is_required", "is_clinicians")
    cues = _held("cues", of, ", ".join(now.cues))
    return replace(
        now,
        **{name: _held(name, of, getattr(now, name)) for name in names},
        cues=tuple(one.strip() for one in cues.split(",") if one.strip()),
    )


def _held(name: str, of: str, before: Any) -> Any:
    return st.session_state.get(f"edit-{name}{of}", before)


def _style(style: Style) -> None:
    with st.container(horizontal=True, gap="small"):
        _choice("Length", said.LENGTHS, style.length, "edit-length")
        _choice("Person", said.PERSONS, style.person, "edit-person")
        _choice("Tense", said.TENSES, style.tense, "edit-tense")
        _choice("Quotations", said.QUOTES, style.quotes, "edit-quotes")
        st.text_input(
            "Modality", style.modality, max_chars=MODALITY, placeholder="CBT, DBT, EMDR",
            width=HALF, key="edit-modality",
        )  # fmt: skip
        languages = {"": "That of the session", **LANGUAGES}
        _choice("Written in", languages, style.language, "edit-language")


def _choice(label: str, words: dict[str, str], now: str, key: str) -> None:
    values = list(words)
    st.selectbox(
        label, values, index=values.index(now), format_func=words.__getitem__, width=HALF, key=key
    )
