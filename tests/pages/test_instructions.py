"""Instructions: the catalogue, one of it to read, one's own in the making, its differences and versions."""

from dataclasses import replace

from pages.instructions import differences
from services import clients
from services.instructions import variants
from services.instructions.catalogue import built_in, rules, types
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, refusals, text
from tests.people import People


def cards(at) -> list[str]:  # type: ignore[no-untyped-def]
    return [
        button.help.removeprefix("Open ")
        for button in at.button
        if (button.key or "").startswith("open-")
    ]


def test_the_catalogue_by_group(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "instructions")
    assert len(cards(at)) == len(types())
    said = text(at)
    for words in (
        "Progress notes",
        "Assessment",
        "Plans",
        "Other",
        "Subjective, Objective, Assessment, Plan",
    ):
        assert words in said


def test_search_and_filter(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    variants.save_variant(alice, replace(built_in("dap"), title="My DAP"))
    variants.save_variant(alice, built_in("soap"), client_id=nora)
    at = open_page(alice, "instructions")
    assert "your variant in use" in text(at)
    at.text_input[0].set_value("warning signs").run()
    assert cards(at) == ["Safety plan"]
    at.text_input[0].set_value("nora").run()
    assert cards(at) == ["SOAP"]
    at.text_input[0].set_value("xylophone").run()
    assert "Nothing matches" in text(at)
    at.text_input[0].set_value("").run()
    at.segmented_control[0].set_value("Mine").run()
    assert cards(at) == ["My DAP"]
    at.segmented_control[0].set_value("Per client").run()
    assert cards(at) == ["SOAP"]
    assert "For Nora Feldt" in text(at)
    at.button(key=f"open-soap-{nora}").click().run()
    assert at.query_params["client"] == str(nora)
    assert "Your own for this client, version 1" in text(at)


def test_one_to_read(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "instructions", type="safety_plan")
    said = text(at)
    assert "Built in, version 1" in said
    assert "1 Warning signs" in said
    assert "Stanley" in said
    assert "not their official form" in said
    assert all(rule in said for rule in rules())
    assert buttons(at) == ["All instructions", "Make my own"]
    click(at, "All instructions")
    assert len(cards(at)) == len(types())


def test_an_address_that_names_nothing_shows_the_catalogue(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "instructions", type="soup", client="x")
    assert len(cards(at)) == len(types())
    other = clients.create_client(sqlite_people.bob, "Mia Lund")
    at = open_page(sqlite_people.alice, "instructions", type="soap", client=str(other))
    assert at.error
    assert "Mia" not in text(at)


def test_preview_drafts_the_sample(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "instructions", type="soap")
    at.segmented_control[0].set_value("Preview").run()
    assert refusals(at) == []
    assert "An invented session" in text(at)
    assert any("We meet again next Tuesday" in str(one.proto.body) for one in at.get("html"))


def test_my_own_from_the_first_word_to_the_way_back(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    at = click(open_page(alice, "instructions", type="soap"), "Make my own")
    at.text_input(key="edit-title").set_value("SOAP *short*").run()
    at.selectbox(key="edit-length").set_value("short").run()
    at.text_area(key="edit-rules").set_value("No abbreviations.\n\n").run()
    at.radio[0].set_value(_numbers(at)[1]).run()
    number = at.session_state["instruction-draft"].chosen
    at.text_area(key=f"edit-belongs-{number}").set_value("Only what hurts.").run()
    click(at, "Add a section")
    number = at.session_state["instruction-draft"].chosen
    at.text_input(key=f"edit-title-{number}").set_value("Sleep")
    at.text_area(key=f"edit-belongs-{number}").set_value("Hours and quality.").run()
    click(at, "Up")
    at.segmented_control[0].set_value("Compare with the built-in").run()
    assert "New section: " in text(at)
    at.segmented_control[0].set_value("Sections").run()
    click(at, "Save")
    assert refusals(at) == []
    saved = variants.effective(alice, "soap")
    assert (saved.title, saved.style.length, saved.version) == ("SOAP *short*", "short", 1)
    assert saved.rules == (*rules(), "No abbreviations.")
    assert [one.title for one in saved.sections] == [
        "Sleep", "Subjective", "Objective", "Assessment", "Plan",
    ]  # fmt: skip
    assert saved.sections[1].belongs == "Only what hurts."
    assert "Your own, version 1" in text(at)
    at = click(open_page(alice, "instructions", type="soap"), "Change")
    at.text_input(key="edit-title").set_value("Second").run()
    click(at, "Save")
    at.segmented_control[0].set_value("Versions").run()
    assert dialogs(click(at, "Put my variant away")) == ["Put this variant away"]
    assert [one.number for one in variants.versions(alice, saved.instruction_id or 0)] == [2, 1]


def _numbers(at) -> list[int]:  # type: ignore[no-untyped-def]
    return [0, *at.session_state["instruction-draft"].numbers]


def test_for_one_client(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    at = open_page(alice, "instructions", type="soap")
    at.selectbox[0].set_value(nora).run()
    click(at, "Make my own for this client")
    assert "Your own, for Nora Feldt" in text(at)
    click(at, "Save")
    assert variants.effective(alice, "soap").source == "built-in"
    assert variants.effective(alice, "soap", client_id=nora).source == "client"


def test_what_cannot_be_saved_is_said_and_nothing_is_lost(sqlite_people: People) -> None:
    at = click(open_page(sqlite_people.alice, "instructions", type="soap"), "Make my own")
    click(at, "Add a section")
    click(at, "Save")
    assert [error.value for error in at.error] == [
        "Section 5\\: the title is empty\\. Fill it in\\."
    ]
    number = at.session_state["instruction-draft"].chosen
    assert at.text_input(key=f"edit-title-{number}").value == ""
    click(at, "Remove")
    click(at, "Cancel")
    assert buttons(at) == ["All instructions", "Make my own"]


def test_the_administrator_publishes(sqlite_people: People) -> None:
    at = open_page(sqlite_people.adam, "instructions", type="soap")
    click(at, "Change for the clinic")
    at.text_input(key="edit-title").set_value("Harbour SOAP").run()
    click(at, "Publish for the clinic")
    assert variants.effective(sqlite_people.bob, "soap").title == "Harbour SOAP"
    assert "The clinic's, version 1" in text(at)
    at = open_page(sqlite_people.bob, "instructions", type="soap")
    assert "Harbour SOAP" in text(at)
    assert "Make my own" in buttons(at)
    at.segmented_control[0].set_value("Versions").run()
    assert "Go back to the built-in" not in buttons(at)


def test_others_have_no_such_page(sqlite_people: People) -> None:
    assert cards(open_page(sqlite_people.dora, "instructions")) == []


def test_words_of_people_are_text(sqlite_people: People) -> None:
    evil = "<img src=x onerror=alert(1)> [x](http://evil.example) :material/lock:"
    section = replace(built_in("dap").sections[0], title=evil[:60], belongs=evil)
    variants.save_variant(
        sqlite_people.alice, replace(built_in("dap"), title=evil[:60], sections=(section,))
    )
    at = open_page(sqlite_people.alice, "instructions", type="dap")
    shown = "\n".join(str(one.value) for kind in (at.title, at.markdown) for one in kind)
    assert "\\<img" in shown
    assert "<img" not in shown.replace("\\<img", "")
    assert "[x](" not in shown


def test_differences_are_marked_and_peoples_words_stay_text() -> None:
    before = built_in("soap")
    after = replace(
        before, purpose=f"{before.purpose} *Shortly*", rules=(*before.rules, "No *bold* words")
    )
    at = open_part(differences.compared, before, after, "Both say the same.")
    said = "\n".join(one.value for one in at.markdown)
    assert at.caption[0].value.startswith("2 differences: :green-background[added]")
    assert r":green-background[\*Shortly\*]" in said
    assert r":green-background[No \*bold\* words]" in said
    at = open_part(differences.compared, before, before, "Both say the same.")
    assert [one.value for one in at.caption] == ["Both say the same."]
