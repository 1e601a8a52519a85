"""Documents as a therapist uses them: send in a scan, see it read, correct a line, find it, view the PDF in the page;
and a file that would like to run something can't."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chromium import PATIENCE
from tests.browser.conftest import Watch
from tests.browser.demo_product import demo_product
from tests.browser.session_page import all_stored
from tests.product import Product
from tests.services.documents.papers import LETTER, pdf, scan

pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parent / "screenshots"
READ = 180_000  # ms: the first scan loads the models


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with demo_product(tmp_path_factory.mktemp("documents")) as product:
        yield product


@pytest.fixture
def page(chromium: Browser, product: Product, request: pytest.FixtureRequest) -> Iterator[Page]:
    options = getattr(request, "param", {})
    size = {"width": options.get("width", 1440), "height": options.get("height", 900)}
    context = chromium.new_context(
        viewport=size, color_scheme=options.get("theme", "light"), base_url=product.url
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, product.url)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name=re.compile("Ruth Adeyemi")).click()
    page.get_by_role("heading", name="Today").wait_for()
    yield page
    context.close()
    # the browser's own PDF viewer is a page of its own, made of the browser's own files
    own = ("chrome-extension://", "chrome://")
    assert [one for one in watch.complaints if not any(scheme in one for scheme in own)] == []


@pytest.fixture(scope="module")
def letter(product: Product) -> int:
    """A PDF of client 1, read; its document's id."""
    with product.sign_in() as client:
        client.timeout = httpx.Timeout(120)
        answer = client.post(
            "/api/v1/documents",
            data={
                "userid": "1", "role": "Therapist", "feature": "letters", "therapist_clientid": "1",
            },
            files=[("files", ("letter.pdf", pdf(table=True)))],
        )  # fmt: skip
    [[document]] = answer.json()
    assert document["state"] == "read", document["problem"]
    ident: int = document["document_id"]
    return ident


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"documents-{name}.png")


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(label)).first
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).click()


@pytest.mark.timeout(600)
def test_a_scan_is_sent_read_corrected_and_found(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "Scan of Daniel.png"
    path.write_bytes(scan())
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("button", name="Add documents").click()
    zone = page.locator(".zone")
    expect(zone).to_contain_text("Choose what kind of document it is first.")
    expect(zone).to_contain_text("up to 500 MB and 300 pages each")
    upload = page.locator(".st-key-upload")
    for label, option in (("Client|About no client", "Daniel Ferreira"), ("Kind|Choose", "Letter")):
        box = upload.get_by_role("combobox", name=re.compile(label)).first
        box.click()
        box.fill(option)
        page.get_by_role("option", name=option).click()
    expect(page.locator("input.pick")).to_be_enabled()
    page.locator("input.pick").set_input_files(path)
    expect(page.locator(".files .words")).to_have_text("Stored encrypted")
    page.get_by_text(re.compile("^Reading|Waiting")).first.wait_for()
    shoot(page, "sent")
    page.get_by_text(re.compile("You can leave this page")).wait_for(state="hidden", timeout=READ)
    ident = page.evaluate("window.__verbatimPile.stored.at(-1)")
    _corrects(page, ident)
    _finds(page, ident)


def _corrects(page: Page, ident: int) -> None:
    page.goto(f"/document?id={ident}")
    page.get_by_role("heading", name="Scan of Daniel").wait_for()
    assert "Daniel" not in page.title() + page.url
    line = page.locator(".line").filter(has_text="Nora Feldt")
    line.click()
    assert page.locator(".boxes i.on").count() == 1
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some("
        "e => (e.shadowRoot ?? e).querySelector('.sheet img')?.naturalWidth > 800)"
    )
    line.press("Enter")
    field = page.locator(".field input")
    field.fill("Re: <img src=x onerror=alert(1)> Danielle Quince")
    field.press("Enter")
    changed = page.locator(".line").filter(has_text="Danielle Quince")
    expect(changed.locator(".why")).to_have_text("corrected")
    expect(changed).to_contain_text("<img src=x")
    expect(page.locator(".boxes i.on")).to_have_count(1)
    shoot(page, "corrected")
    all_stored(page)
    page.reload()
    expect(page.locator(".line").filter(has_text="Danielle Quince")).to_be_visible()


def _finds(page: Page, ident: int) -> None:
    page.get_by_role("link", name="Documents").click()
    page.get_by_role("heading", name="Documents").wait_for()
    choose(page, "Client|All clients", "Daniel Ferreira")
    find = page.get_by_role("textbox", name="Find in this client's documents")
    expect(find).to_be_enabled()
    find.fill("danielle QUINCE")
    find.press("Enter")
    page.get_by_text("1 place in 1 document.").wait_for()
    shoot(page, "found")
    page.get_by_role("cell", name="Danielle Quince").click()
    page.wait_for_url(f"**/document?id={ident}&page=1")
    expect(page.locator("mark")).to_have_text("Danielle Quince")
    assert page.locator(".boxes i.hit").count() == 1
    expect(page.locator(".line.on")).to_contain_text("Danielle Quince")
    shoot(page, "hit")


@pytest.mark.parametrize(
    "page", [{}, {"theme": "dark", "width": 820, "height": 1180}], indirect=True
)
def test_text_and_page_are_linked_both_ways(page: Page, letter: int) -> None:
    page.goto(f"/document?id={letter}")
    page.locator(".line").first.wait_for()
    expect(page.locator(".line")).to_have_text([re.compile(re.escape(one)) for one in LETTER])
    page.locator(".line").nth(2).hover()
    expect(page.locator(".boxes i.on")).to_have_attribute("data-key", "l2")
    page.locator('.boxes i[data-key="l3"]').hover()
    expect(page.locator(".line.on")).to_have_attribute("data-key", "l3")
    page.locator(".line").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".line.on")).to_have_attribute("data-key", "l1")
    page.get_by_role("button", name="Next page").click()
    table = page.get_by_role("region", name="Table")
    expect(table.locator("th")).to_have_text(["Medicine", "Dose"])
    with page.expect_download() as started:
        table.get_by_role("link", name="Save as CSV").click()
    assert started.value.suggested_filename == "table-2-1.csv"
    shoot(page, f"table-{page.viewport_size['width']}")  # type: ignore[index]
    page.get_by_role("button", name="Page before").click()
    expect(page.locator(".number")).to_have_value("1")


def test_what_was_read_with_doubt_says_so(page: Page, letter: int) -> None:
    """The page as it was read, with one line less sure: doubt cannot be ordered from a recogniser."""

    def doubtful(route: Route) -> None:
        found = route.fetch().json()
        found["lines"][2]["confidence"] = 0.58
        route.fulfill(json=found)

    page.route(f"**/documents/{letter}/pages/1", doubtful)
    page.goto(f"/document?id={letter}")
    line = page.locator(".line.low")
    expect(line.locator(".why")).to_have_text("check, 58 % sure")
    box = page.locator(".boxes i.low")
    expect(box).to_have_attribute("data-key", "l2")
    assert box.evaluate("e => getComputedStyle(e).borderTopStyle") == "dashed"
    page.get_by_role("button", name="1 line to check").click()
    expect(line).to_be_focused()
    expect(page.locator(".boxes i.on")).to_have_attribute("data-key", "l2")
    shoot(page, "doubt")


def test_the_pdf_is_shown_in_the_page(page: Page, letter: int) -> None:
    page.goto(f"/document?id={letter}")
    page.get_by_text("Original", exact=True).click()
    page.locator(".original iframe").wait_for()
    # The viewer is a page of the browser's own inside the frame, and it counts the pages.
    for _ in range(200):
        viewers = [frame for frame in page.frames if "chrome-extension://" in frame.url]
        if viewers and viewers[0].evaluate(
            "document.querySelector('pdf-viewer')?.shadowRoot?.querySelector('#toolbar')?.docLength ?? 0"
        ):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the browser's PDF viewer did not start")
    shoot(page, "original")


def test_nothing_in_a_file_can_run(page: Page, product: Product, letter: int) -> None:
    address = f"{product.url}/api/v1/documents/{letter}/file"
    with product.sign_in() as client:
        file = client.get(address)
        image = client.get(f"/api/v1/documents/{letter}/pages/1/image")
        for name, content in (
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("a.html", b"<script>alert(1)</script>"),
            ("a.pdf", b"<html><script>alert(1)</script>%PDF-1.7"),
        ):
            refused = client.post(
                "/api/v1/documents",
                data={"userid": "1", "role": "Therapist", "feature": "letters"},
                files=[("files", (name, content))],
            )
            assert refused.status_code == 400
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["x-frame-options"] == "SAMEORIGIN"
    assert file.headers["cross-origin-resource-policy"] == "same-origin"
    policy = file.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert image.headers["x-frame-options"] == "DENY"
    # A picture that is a page as well: taken for what its bytes begin with, and not run.
    polyglot = b"BM" + b"<script>window.ran = 1</script>" + bytes(64)
    page.route("**/api/v1/documents/*/file", lambda route: route.fulfill(
        body=polyglot, headers=dict(file.headers) | {"content-type": "image/bmp"}
    ))  # fmt: skip
    page.goto(address)
    assert page.evaluate("window.ran") is None
