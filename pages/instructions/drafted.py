"""How an instruction drafts: the sample session as a note of it."""

import html

import streamlit as st

from services.instructions import Instruction, preview
from services.notes.content import NoteContent, Statement
from ui import frame

WIDTH = 680  # px


def drafted(instruction: Instruction) -> None:
    with st.spinner("Drafting the sample session"):
        content = preview.preview(instruction)
    st.caption(
        "An invented session of three minutes, drafted by quoting, without a language model. "
        "A language model writes sentences instead, in the style chosen."
    )
    if content.notice:
        st.info(frame.plain(content.notice), icon=":material/info:")
    said = {utterance["id"]: utterance["start"] for utterance in preview.sample()}
    with st.container(border=True, width=WIDTH, gap="small"):
        _note(content, said)


def _note(content: NoteContent, said: dict[int, float]) -> None:
    if not content.sections:
        st.caption("No note.")
    for section in content.sections:
        with st.container(gap="xxsmall"):
            st.markdown(f"##### {frame.plain(section.title)}", anchors=False)
            if not section.statements:
                st.caption("Not assessed")
            for statement in section.statements:
                st.html(_spoken(statement, said))


def _spoken(statement: Statement, said: dict[int, float]) -> str:
    """What was said is serif, as everywhere; the words are escaped, never markup."""
    words, places = html.escape(statement.text), _places(statement, said)
    return (
        f'<p style="margin:0;font-family:Literata,Georgia,serif">{words} '
        f'<span style="font-family:Hanken Grotesk,sans-serif;opacity:.75">{places}</span></p>'
    )


def _places(statement: Statement, said: dict[int, float]) -> str:
    starts = [
        said[ident] for one in statement.evidence for ident in one.utterances if ident in said
    ]
    return ", ".join(dict.fromkeys(frame.hms(start) for start in starts))
