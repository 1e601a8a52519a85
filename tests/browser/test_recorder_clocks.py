"""The recorder's two ways to notice a night's sleep of the computer, by its own script with a clock of the test's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.product import ROOT

pytestmark = pytest.mark.browser
SLEPT = 7200.0  # seconds
# Minutes of recording before, hours of sleep, minutes of recording after. `at` is when a chunk came.
CHUNKS = """slept => {
  let time = 100; performance.now = () => time * 1000;
  const clock = new SoundClock(5), notes = [];
  const pass = (seconds, sound = seconds) => {
    for (let left = seconds; left > 0.01; left -= 0.1) { time += 0.1; clock.beat(); }
    const gap = clock.came(sound, { at: time });
    if (gap) notes.push(gap);
  };
  clock.start();
  for (let i = 0; i < 24; i++) pass(5);
  for (let left = 2; left > 0.01; left -= 0.1) { time += 0.1; clock.beat(); }
  const before = clock.position;
  time += slept;
  clock.beat();
  const awake = clock.position;
  pass(0.1, 2.1);
  for (let i = 0; i < 60; i++) pass(5);
  return { notes, before, awake, after: clock.position };
}"""
# The page's clock stood with the computer: only the server's answers tell.
ANSWERS = """slept => {
  let time = 100, server = 1.8e9; performance.now = () => time * 1000;
  const watch = new SleepWatch(), notes = [];
  watch.onSleep = seconds => notes.push(seconds);
  const pass = seconds => { time += seconds; server += seconds; };
  const answered = (date, trip = 0.05) => watch.heard(new Date(date * 1000).toUTCString(), trip * 1000);
  for (let i = 0; i < 24; i++) { pass(5); answered(server); }
  const asked = server; // an answer that was on its way when the lid closed
  server += slept;
  answered(asked);
  answered(server - slept / 2, 30); // too slow to say anything
  for (let i = 0; i < 60; i++) { answered(server); pass(5); }
  return notes;
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.add_script_tag(content=(ROOT / "ui" / "recorder" / "clocks.js").read_text())
    yield page
    page.close()


@pytest.mark.parametrize("slept", [20.0, SLEPT, 12 * 3600.0])
def test_a_clock_that_ran_on_notes_one_gap_of_the_right_length(page: Page, slept: float) -> None:
    found = page.evaluate(CHUNKS, slept)
    (gap,) = found["notes"]
    print(f"slept {slept:.0f} s, noted {gap['seconds']:.2f} s at {gap['at']:.1f} s")
    assert gap["seconds"] == pytest.approx(slept, abs=0.5)
    assert gap["at"] == pytest.approx(found["before"], abs=0.5)
    assert found["awake"] - found["before"] < 4  # the time shown does not run away
    assert found["after"] == pytest.approx(24 * 5 + 2.1 + 60 * 5, abs=0.5)


@pytest.mark.parametrize("slept", [20.0, SLEPT, 12 * 3600.0])
def test_a_clock_that_stood_is_told_once_by_the_server(page: Page, slept: float) -> None:
    (seconds,) = page.evaluate(ANSWERS, slept)
    print(f"slept {slept:.0f} s, noted {seconds:.2f} s")
    assert seconds == pytest.approx(slept, abs=1.1)  # a date has whole seconds


def test_without_sleep_there_is_no_gap(page: Page) -> None:
    assert page.evaluate(CHUNKS, 0.0)["notes"] == []
    assert page.evaluate(ANSWERS, 0.0) == []
