"""Instructions and measures in a real browser: what was typed is kept wherever the next click goes, and nothing
runs out of the page on a tablet."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from models.base import now
from models.treatment import MeasureKind
from services import clients, treatment
from tests.browser.chromium import PATIENCE
from tests.browser.conftest import Watch
from tests.servers.app_process import AppProcess
from tests.services.written import write_session

pytestmark = pytest.mark.browser
OURS = "What the client did between the sessions, with its day."
WIDE = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def client_id(app_process: AppProcess) -> int:
    """A client of Alice's with a session, a goal and a score."""
    alice = app_process.people.alice
    client_id = clients.create_client(alice, "Nora Feldt")
    write_session(alice, client_id)
    treatment.add_goal(alice, client_id, "Fall asleep before midnight on five nights a week")
    treatment.add_measurement(alice, client_id, MeasureKind.GAD7, now().date(), total=9)
    return client_id


@pytest.fixture
def page(
    chromium: Browser, app_process: AppProcess, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Signed in as Alice."""
    address, width = app_process.address, getattr(request, "param", 1440)
    context = chromium.new_context(viewport={"width": width, "height": 1180}, base_url=address)
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, address)
    token = app_process.sign_in("alice")
    context.add_cookies([{"name": app_process.cookie_name, "value": token, "url": address}])
    yield context.new_page()
    context.close()
    assert watch.complaints == []


def field(page: Page, label: str) -> Locator:
    """Once the fields of the section shown before are gone."""
    found = page.get_by_role("textbox", name=label)
    expect(found).to_have_count(1)
    return found


def test_what_is_typed_survives_the_next_click(page: Page) -> None:
    page.goto("/instructions?type=birp")
    page.get_by_role("button", name="Make my own").click()
    page.get_by_text("1. Behaviour").click()
    expect(field(page, "Title")).to_have_value("Behaviour")
    field(page, "What belongs there").fill(OURS)
    page.get_by_text("4. Plan").click()  # straight from the field, which was not left before
    expect(field(page, "Title")).to_have_value("Plan")
    field(page, "What does not belong there").fill("Wishes.")
    page.get_by_role("button", name="Up", exact=True).click()
    expect(page.get_by_text("3. Plan")).to_be_visible()
    field(page, "Title").fill("Next steps")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your own, version 1")).to_be_visible()
    expect(page.get_by_text(OURS)).to_be_visible()
    expect(page.get_by_text("Does not belong: Wishes.")).to_be_visible()
    titles = page.locator("h5").all_inner_texts()
    assert titles.index("Next steps") < titles.index("Response")
    page.reload()
    expect(page.get_by_text(OURS)).to_be_visible()


def test_a_score_by_hand_is_drawn_and_its_risk_answer_is_said(page: Page, client_id: int) -> None:
    page.goto(f"/treatment?client={client_id}")
    page.get_by_role("button", name="Enter a score").click()
    page.get_by_label("Total, 0 to 27").fill("12")
    page.get_by_label("Item 9").click()
    page.get_by_role("option", name="1 Several days").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was answered “Several days”")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg").first).to_be_visible()


@pytest.mark.parametrize("page", [820, 1440], indirect=True)
@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("/instructions", "Summary for the client"),
        ("/instructions?type=intake", "Initial plan"),
        ("/treatment?client={}", "Short marks at the foot"),
    ],
)
def test_nothing_runs_out_of_the_page(page: Page, client_id: int, address: str, seen: str) -> None:
    page.goto(address.format(client_id))
    expect(page.get_by_text(seen).first).to_be_visible()
    assert page.evaluate(WIDE)
