"""An instruction to read: sections at the left, style and rules beside them."""

import streamlit as st

from pages.instructions import said
from services.instructions import Instruction
from ui import frame

TEXT, BESIDE = 680, 340  # px: beside each other in frame.LISTS


def document(instruction: Instruction) -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=TEXT, gap="small"):
            st.markdown(frame.plain(instruction.purpose))
            if instruction.attribution:
                st.caption(frame.plain(instruction.attribution))
            for section in instruction.sections:
                with st.container(gap="xxsmall"):
                    st.markdown(f"##### {frame.plain(section.title)}", anchors=False)
                    st.markdown(frame.plain(section.belongs))
                    if section.excluded:
                        st.markdown(f":gray[Does not belong: {frame.plain(section.excluded)}]")
                    remarks = said.remarks(section)
                    if remarks:
                        st.caption(remarks)
        with st.container(width=BESIDE, gap="small"):
            with st.container(border=True, gap="xxsmall"):
                st.markdown("**Style**")
                for line in said.style(instruction.style):
                    st.markdown(frame.plain(line))
            with st.container(border=True, gap="xsmall"):
                st.markdown("**Rules**")
                rules = [f"1. {frame.plain(rule)}" for rule in instruction.rules]
                st.markdown("\n".join(rules))
