"""WCAG 2.2 AA contrast of every pair of colours that is used together, read from the theme itself."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
TEXT, EDGE = 4.5, 3.0
HUES = ("red", "green", "orange", "blue", "violet")
PAIRS = [
    ("textColor", "backgroundColor", TEXT),
    ("textColor", "secondaryBackgroundColor", TEXT),
    ("grayTextColor", "backgroundColor", TEXT),
    ("grayTextColor", "secondaryBackgroundColor", TEXT),
    ("grayTextColor", "grayBackgroundColor", TEXT),
    ("linkColor", "backgroundColor", TEXT),
    ("linkColor", "secondaryBackgroundColor", TEXT),
    ("linkColor", "blueBackgroundColor", TEXT),
    ("#FFFFFF", "primaryColor", TEXT),
    ("#FFFFFF", "redColor", TEXT),
    ("primaryColor", "backgroundColor", EDGE),
    *((f"{hue}TextColor", f"{hue}BackgroundColor", TEXT) for hue in HUES),
    *((f"{hue}TextColor", "backgroundColor", TEXT) for hue in HUES),
    *((f"{hue}TextColor", "secondaryBackgroundColor", TEXT) for hue in HUES),
    *(("textColor", f"{hue}BackgroundColor", TEXT) for hue in HUES),
    *((f"{hue}Color", "backgroundColor", EDGE) for hue in HUES),
]
STYLES = (ROOT / "ui/session_view/view.css", ROOT / "ui/drop_zone/zone.css")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 definition."""
    channels = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colour(mode: str, name: str) -> str:
    return name if name.startswith("#") else str(CONFIG["theme"][mode][name])


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_pair(mode: str, front: str, back: str, least: float) -> None:
    assert contrast(colour(mode, front), colour(mode, back)) >= least


def own_pairs(name: str) -> list[tuple[str, str]]:
    """Every `name: light-dark(a, b)` of the components' styles."""
    pattern = re.compile(rf"{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)")
    return [pair for style in STYLES for pair in pattern.findall(style.read_text())]


@pytest.mark.parametrize(
    ("name", "least"), [("--name", TEXT), ("--mark", EDGE), ("--edge", EDGE), ("--voice-\\d", EDGE)]
)
def test_colours_of_the_components_own(name: str, least: float) -> None:
    pairs = own_pairs(name)
    assert pairs
    for light, dark in pairs:
        for mode, front in (("light", light), ("dark", dark)):
            assert contrast(front, colour(mode, "backgroundColor")) >= least
            if least == TEXT:
                assert contrast(front, colour(mode, "secondaryBackgroundColor")) >= least


def test_marks_over_words_keep_the_words_readable() -> None:
    rules = re.findall(
        r"::highlight\([\w-]+\) \{ background-color: (?P<back>[^;]+);\s+color: (?P<front>[^;]+);",
        STYLES[0].read_text(),
    )
    assert len(rules) == 3
    for back, front in rules:
        backs = re.findall(r"#\w{6}", back)
        fronts = re.findall(r"#\w{6}", front) * (2 if front.startswith("#") else 1)
        for under, over in zip(backs, fronts, strict=True):
            assert contrast(over, under) >= TEXT


def test_security_options_are_set() -> None:
    server, client = CONFIG["server"], CONFIG["client"]
    assert server["trustedUserHeaders"] == {"x-verbatim-sign-in": "sign_in"}
    assert server["enableXsrfProtection"] is True
    assert server["enableCORS"] is True
    assert server["fileWatcherType"] == "none"
    assert client["showErrorDetails"] == "none"
    assert client["disableDataExport"] is True
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["logger"]["enableRich"] is False


def test_every_option_is_known_to_the_installed_streamlit() -> None:
    from streamlit import config

    known = set(config._config_options_template)
    flat = []
    for section, options in CONFIG.items():
        for name in options:
            nested = section == "theme" and name in ("light", "dark")
            flat += (
                [f"theme.{name}.{key}" for key in options[name]]
                if nested
                else [f"{section}.{name}"]
            )
    assert [name for name in flat if name not in known] == []
