"""The loader of a component's part in a browser: fetched once, drawn once, tried again, replaced by an update."""

import pytest
from playwright.sync_api import Page, Route

from ui.parts import PREFIX, Part

pytestmark = pytest.mark.browser

SHOWS = """
export default component => {
  component.parentElement.querySelector('p').textContent += component.data;
  return () => 'gone';
};
"""
OLD = Part("probe", js=SHOWS, css="p { color: rgb(1, 2, 3); }", html="<p>old </p>")
NEW = Part("probe", js=SHOWS, css="p { color: rgb(4, 5, 6); }", html="<p>new </p>")
# As Streamlit does it: the script from a blob, its default function once for each run of the page.
RUN = """async ([loader, data]) => {
  window.host ??= document.body.appendChild(document.createElement('div'));
  const parentElement = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  window.scripts ??= new Map();
  if (!scripts.has(loader))
    scripts.set(loader, URL.createObjectURL(new Blob([loader], { type: 'text/javascript' })));
  const module = await import(scripts.get(loader));
  try {
    const cleanup = await module.default({ parentElement, data });
    const all = [...parentElement.querySelectorAll('p')];
    return [all.map(p => p.textContent), getComputedStyle(all[0]).color, cleanup()];
  } catch {
    return null;
  }
}"""


class Served:
    """Answers for the parts, as many failures first as there are in `fails`."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.fails = 0
        page.route(f"**{PREFIX}**", self._answer)

    def _answer(self, route: Route) -> None:
        path = route.request.url.split("/")[-1]
        self.asked.append(path.split("?")[0])
        if self.fails:
            self.fails -= 1
            return route.abort()
        [part] = [one for one in (OLD, NEW) if one.address.endswith(self.asked[-1])]
        route.fulfill(body=part.body, content_type="text/javascript")


@pytest.fixture
def served(page: Page) -> Served:
    page.goto("/stage/uploads")  # under the policy, and with nothing on it
    return Served(page)


def test_fetched_and_drawn_once_for_all_runs(page: Page, served: Served) -> None:
    assert page.evaluate(RUN, [OLD.loader, "1"]) == [["old 1"], "rgb(1, 2, 3)", "gone"]
    assert page.evaluate(RUN, [OLD.loader, "2"]) == [["old 12"], "rgb(1, 2, 3)", "gone"]
    assert len(served.asked) == 1


def test_an_update_takes_the_place_of_what_was_drawn(page: Page, served: Served) -> None:
    page.evaluate(RUN, [OLD.loader, "1"])
    assert page.evaluate(RUN, [NEW.loader, "1"]) == [["new 1"], "rgb(4, 5, 6)", "gone"]


def test_what_could_not_be_fetched_is_tried_again(page: Page, served: Served) -> None:
    served.fails = 2
    assert page.evaluate(RUN, [OLD.loader, "1"]) == [["old 1"], "rgb(1, 2, 3)", "gone"]
    assert len(served.asked) == 3
    served.fails = 5
    assert page.evaluate(RUN, [NEW.loader, "1"]) is None
    assert page.evaluate(RUN, [NEW.loader, "1"]) == [["new 1"], "rgb(4, 5, 6)", "gone"]
