"""Review: what waits for a supervisor, read on the page, returned or countersigned."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import update

from models.base import now
from models.database import sessions
from models.note import Note, NoteStep, NoteVersion
from pages.review import how_long
from services import notes
from services.notes.content import Level, NoteContent, Reason, RiskMention, Section
from tests.pages.opening import buttons, click, open_page, table, text, tick
from tests.people import People
from tests.services.notes.noted import RISKY, SLEPT, SOAP, TRAM, a_note


def signed(people: People, days_ago: int, content: NoteContent = SOAP) -> int:
    note = a_note(people.alice, content)
    notes.sign(people.alice, note, revision=1)
    with sessions()() as session, session.begin():
        at = now() - dt.timedelta(days=days_ago)
        session.execute(update(Note).where(Note.id == note).values(signed_at=at))
    return note


def test_nothing_waits(sqlite_people: People) -> None:
    at = open_page(sqlite_people.sam, "review")
    assert "Nothing waits for you" in text(at)
    titles = [page.title for page in at.session_state["_pages"].values()]
    assert "Review" in titles


def test_longest_waiting_first_and_counted_in_the_menu(sqlite_people: People) -> None:
    signed(sqlite_people, 1)
    signed(sqlite_people, 5, RISKY)
    at = open_page(sqlite_people.sam, "review")
    rows = table(at)
    assert [(row["Therapist"], row["Client"], row["Format"]) for row in rows] == [
        ("Alice", "Nora Feldt", "SOAP")
    ] * 2
    assert [(row["Waiting"], row["Risk"]) for row in rows] == [
        ("5 days", "Mentioned"),
        ("1 day", ""),
    ]
    assert "Review (2)" in [page.title for page in at.session_state["_pages"].values()]
    assert "Tick a note" in text(at)


def test_read_and_countersigned(sqlite_people: People) -> None:
    note = signed(sqlite_people, 1)
    at = tick(open_page(sqlite_people.sam, "review"), 0)
    said = text(at)
    assert "Client: “I slept better.”" in said
    assert "Signed by Alice" in said
    assert "Not assessed" in said
    assert "not what was signed" not in said
    at = click(at, "Countersign")
    assert not at.exception
    assert notes.read(sqlite_people.alice, note)["state"] == "countersigned"
    assert "Nothing waits for you" in text(at)


def test_risk_and_what_is_to_be_checked_are_read_before_it_is_countersigned(
    sqlite_people: People,
) -> None:
    why = (Reason("name-not-found", "“Monday” is not in the passage it cites."),)
    unsure = replace(TRAM, level=Level.CHECK, reasons=why)
    risk = (
        RiskMention("suicide", 1, 40.0, "late *again*"),
        RiskMention("means", 2, 75.0, "slept better"),
        RiskMention("suicide", 3, 3700.0, "to sleep"),
    )
    content = replace(RISKY, risk=risk, sections=(Section("plan", "Plan", (SLEPT, unsure)),))
    signed(sqlite_people, 1, content)
    at = tick(open_page(sqlite_people.sam, "review"), 0)
    said = text(at)
    assert "Check: “Monday” is not in the passage it cites" in said.replace("\\", "")
    (warned,) = [one.value for one in at.warning]
    assert [line.replace("\\", "") for line in warned.split("  \n")] == [
        "**Risk was mentioned**",
        "Suicide 0:40 “late *again*”, 1:01:40 “to sleep”",
        "Means 1:15 “slept better”",
    ]
    assert "*again*" not in warned  # shown as it was said, no markup


def test_what_may_hint_at_risk_stands_apart_from_what_was_said(sqlite_people: People) -> None:
    hinted = (RiskMention("suicide", 2, 75.0, "nobody needs *me*"),)
    signed(sqlite_people, 1, replace(RISKY, risk=(), hints=hinted))
    at = open_page(sqlite_people.sam, "review")
    assert "Mentioned" not in text(at)
    at = tick(at, 0)
    assert not at.warning
    assert "May hint at risk" in text(at)
    assert "1:15 “nobody needs *me*”" in text(at).replace("\\", "")


def test_many_mentions_of_risk_are_their_times(sqlite_people: People) -> None:
    many = tuple(RiskMention("abuse", n, 10.0 * n, "late again") for n in range(9))
    signed(sqlite_people, 1, replace(RISKY, risk=many))
    at = tick(open_page(sqlite_people.sam, "review"), 0)
    (warned,) = [one.value for one in at.warning]
    assert "Abuse 0:00, 0:10," in warned
    assert "late again" not in warned


def test_returned_with_a_comment_and_not_without(sqlite_people: People) -> None:
    note = signed(sqlite_people, 1)
    at = tick(open_page(sqlite_people.sam, "review"), 0)
    at = click(at, "Return")
    assert "needs words" in text(at)
    assert notes.read(sqlite_people.alice, note)["state"] == "signed"
    at.text_area[0].input("Which morning?")
    at = click(at, "Return")
    read = notes.read(sqlite_people.alice, note)
    assert (read["state"], read["returned"]["text"]) == ("returned", "Which morning?")


def test_what_changed_after_it_was_shown_is_not_countersigned(sqlite_people: People) -> None:
    note = signed(sqlite_people, 1)
    at = tick(open_page(sqlite_people.sam, "review"), 0)
    notes.add_addendum(sqlite_people.alice, note, "The letter arrived.")
    at = click(at, "Countersign")
    assert "changed since you opened it" in text(at)
    assert notes.read(sqlite_people.alice, note)["state"] == "signed"
    assert "The letter arrived." in text(at)
    click(at, "Countersign")  # now that it was shown
    assert notes.read(sqlite_people.alice, note)["state"] == "countersigned"


def test_a_broken_signature_is_said(sqlite_people: People) -> None:
    note = signed(sqlite_people, 1)
    with sessions()() as session, session.begin():
        session.execute(
            update(NoteVersion)
            .where(NoteVersion.note_id == note, NoteVersion.step == NoteStep.SIGNED)
            .values(content_sha256="0" * 64)
        )
    at = tick(open_page(sqlite_people.sam, "review"), 0)
    assert "not what was signed" in text(at)
    at = click(at, "Countersign")
    assert "so it was not countersigned" in text(at)
    assert notes.read(sqlite_people.alice, note)["state"] == "signed"


def test_it_opens_with_the_transcript(sqlite_people: People) -> None:
    note = signed(sqlite_people, 1)
    at = click(tick(open_page(sqlite_people.sam, "review"), 0), "Open with transcript")
    assert at.query_params["note"] == str(note)
    assert at.title[0].value == "Nora Feldt"


def test_a_therapist_has_no_review(sqlite_people: People) -> None:
    signed(sqlite_people, 1)
    at = open_page(sqlite_people.alice, "review")
    assert "Countersign" not in buttons(at)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (dt.timedelta(minutes=5), "Under 1 h"),
        (dt.timedelta(hours=3.5), "3 h"),
        (dt.timedelta(hours=25), "1 day"),
        (dt.timedelta(days=5.5), "5 days"),
    ],
)
def test_how_long_it_waits(ago: dt.timedelta, said: str) -> None:
    assert how_long(now() - ago) == said
