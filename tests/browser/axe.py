"""axe-core against a page: the WCAG 2.2 AA rules that a machine can hold it to."""

import pytest
from playwright.sync_api import Page

from tests.servers.npm_package import Absent, NpmPackage

PACKAGE = NpmPackage(
    "axe-core", "4.14.1", "axe-core/axe.min.js", "no rule of accessibility is checked in a browser"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """tags => axe.run(document, {
  runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'],
})"""


def script() -> str:
    """Its source; without it the test is skipped, and says so."""
    try:
        PACKAGE.install()
    except Absent as why:
        pytest.skip(str(why))
    return (PACKAGE.modules / PACKAGE.proof).read_text(encoding="utf-8")


def broken_rules(page: Page, source: str) -> list[str]:
    """Each rule with where it is broken; nothing of what the page says."""
    page.evaluate(source)
    found = page.evaluate(RUN, TAGS)
    return [
        f"{rule['id']}: {_where(node['target'])}{_measured(node)}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _where(target: list[str | list[str]]) -> str:
    """A selector, or one for each shadow tree on the way."""
    steps = [one if isinstance(one, str) else " >>> ".join(one) for one in target]
    return " in ".join(steps)


def _measured(node: dict[str, list[dict[str, dict[str, object] | None]]]) -> str:
    """Of a contrast that is too low: how low, and which colours."""
    data = next((one["data"] for one in node["any"] if one["data"]), None)
    if not data or "contrastRatio" not in data:
        return ""
    return f" ({data['contrastRatio']}: {data['fgColor']} on {data['bgColor']})"
