"""A score that was found in a document, to be confirmed by a person or left alone."""

import streamlit as st

from services import documents
from services.access import Actor
from services.documents import DocumentSummary, Questionnaire
from services.treatment import scales
from ui import frame
from ui.errors import showing


def score_offer(actor: Actor, found: DocumentSummary) -> None:
    """The card, while there is something to offer that was not declined in this window."""
    memory = f"offer-{found.document_id}-{found.revision}"
    if memory not in st.session_state:  # looked for once for each state of the text
        st.session_state[memory] = documents.offered(actor, found.document_id)
    offer: Questionnaire | None = st.session_state[memory]
    if offer is None:
        return
    scale = scales.SCALES[offer.kind]
    with st.container(border=True, gap="small", key="score-offer"):
        band = scales.band(offer.kind, offer.total)
        st.markdown(f"**This looks like a filled {scale.name}: {offer.total}, {band}**")
        st.caption(
            f"Read from page {offer.page}, its least sure answer {frame.percent(offer.confidence)}. Compare it "
            "with the page. It is kept only if you say so."
        )
        self_harm = offer.items[scales.SELF_HARM_ITEM - 1 :]
        if scale is scales.PHQ9 and self_harm and self_harm[0]:
            answer = scales.ANSWERS[self_harm[0]].lower()
            st.warning(
                f"Item 9, thoughts of being better off dead or of self-harm: {answer}.",
                icon=":material/warning:",
            )
        with st.expander("The answers"):
            for number, (item, answered) in enumerate(
                zip(scale.items, offer.items, strict=True), 1
            ):
                st.markdown(
                    f"{number}. {frame.plain(item)}: **{answered}**, {scales.ANSWERS[answered].lower()}"
                )
        _deeds(actor, found, offer, memory)


def _deeds(actor: Actor, found: DocumentSummary, offer: Questionnaire, memory: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        day = st.date_input(
            "Filled in on",
            value=frame.local(found.added_at).date(),
            format="YYYY-MM-DD",
            width=170,
            key="score-day",
        )
        keep = st.button("Keep this score", type="primary", key="keep-score")
        if st.button("It is not right", type="tertiary", key="decline-score"):
            st.session_state[memory] = None
            st.rerun()
    if keep and day:
        with showing() as shown:
            documents.confirm(actor, found.document_id, offer.kind, offer.items, day)
        if not shown.failed:
            st.session_state[memory] = None
            st.rerun()
