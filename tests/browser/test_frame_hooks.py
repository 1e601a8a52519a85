"""The hooks that the product's few CSS rules hang on, and people's words in Streamlit's own Markdown."""

import pytest
from playwright.sync_api import Page, expect

from ui import frame

pytestmark = pytest.mark.browser


def test_the_hooks_exist_and_take_effect(page: Page) -> None:
    page.goto("/widgets")
    page.wait_for_selector('[data-testid="stButtonGroup"]')

    def shows(selector: str, name: str, value: str) -> None:
        expect(page.locator(selector).first).to_have_css(name, value)  # once its transition is over

    shows('[data-testid="stMainBlockContainer"]', "max-width", f"{frame.LISTS}px")
    shows('[data-testid="stCaptionContainer"]', "opacity", "0.75")
    shows('[data-testid="stButtonGroup"] [data-selected="true"] p', "color", "rgb(36, 80, 107)")
    for field in (
        '[data-testid="stTextInputRootElement"]',
        '[data-testid="stTextAreaRootElement"]',
        '[data-testid="stDateInputField"]',
        '[data-testid="stSelectbox"] [role="group"]',
        '[data-testid="stNumberInputContainer"]',
        '[data-testid="stMultiSelect"] .react-aria-ComboBox > [role="group"]',
        '[data-testid="stCheckbox"] label > span + div',
        '[data-testid="stRadioOption"] > span + div > div:first-child',
    ):
        shows(field, "border-top-color", "rgb(131, 143, 149)")
    shows(".stApp", "font-variant-numeric", "tabular-nums")


def test_the_typefaces_are_ours_and_served_here(page: Page) -> None:
    page.goto("/")
    page.wait_for_selector(".u")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    loaded = page.evaluate(
        "() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    families = {family.strip('"') for family in loaded}
    assert {"Hanken Grotesk", "Literata"} <= families


def test_peoples_words_stay_text_in_streamlits_markdown(page: Page) -> None:
    page.goto("/words")
    for i, said in enumerate(page_words()):
        shown = page.locator(f".st-key-word-{i} p").first
        expect(shown).to_be_visible()
        text = (shown.text_content() or "").replace(frame._JOINER, "")
        assert text == said
        assert (
            shown.locator("a, img, em, strong, code, span[class*=katex], span[style]").count() == 0
        )


def page_words() -> list[str]:
    import sys
    from pathlib import Path

    sys.path.insert(0, str(Path(__file__).parent / "stage"))
    import stage_talk

    return list(stage_talk.HOSTILE)
