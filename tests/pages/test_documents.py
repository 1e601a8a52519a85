"""Documents: the list with its filters and search, one document in each of its states, and what each role may do."""

import pytest

from models.user import Role
from pages.documents import deleted
from services import clients, documents, jobs, treatment
from services.documents import processing
from services.errors import NotFound
from services.treatment.scales import PHQ9
from tests.pages.opening import (
    buttons,
    click,
    dialogs,
    open_page,
    open_part,
    refusals,
    table,
    text,
    tick,
)
from tests.people import People, enrol
from tests.services.documents.papers import pdf, questionnaire, read, send, send_and_read


def test_without_documents_the_page_says_what_to_do(sqlite_people: People) -> None:
    at = open_page(sqlite_people.alice, "documents")
    assert "No document yet" in text(at)
    assert "Add documents" in buttons(at)


def test_the_list_with_what_matters(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    send_and_read(alice, "letter.pdf", pdf(), client_id=nora)
    send(alice, ("locked.pdf", pdf(password="marigold")), feature="discharge-summaries")
    rows = table(open_page(alice, "documents"))
    assert [row["Document"] for row in rows] == ["locked.pdf", "letter.pdf"]
    del rows[1]["Added"]
    assert rows[1] == {
        "Document": "letter.pdf",
        "Client": "Nora Feldt",
        "Kind": "Letter",
        "State": "Read",
        "Pages": 2,
        "Sure": "100 %",
    }
    assert (rows[0]["Kind"], rows[0]["State"]) == ("Discharge summaries", "Locked")
    assert (rows[0]["Client"], rows[0]["Pages"], rows[0]["Sure"]) == ("About no client", "", "")


def test_filters_and_search(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    ident = send_and_read(alice, "letter.pdf", pdf(), client_id=nora)
    send_and_read(alice, "own.pdf", pdf(), feature="reports")
    at = open_page(alice, "documents")
    assert at.text_input(key="find-words").disabled
    at.selectbox(key="filter-feature").set_value("reports").run()
    assert [row["Document"] for row in table(at)] == ["own.pdf"]
    at.selectbox(key="filter-feature").set_value(None).run()
    at.selectbox(key="filter-client").set_value(nora).run()
    assert [row["Document"] for row in table(at)] == ["letter.pdf"]
    at.text_input(key="find-words").set_value("lena").run()
    assert table(at) == [
        {"Document": "letter.pdf", "Page": 2, "Text": "Her friend Lena is a close support."}
    ]
    assert "1 place in 1 document" in text(at)
    at = tick(at, 0)
    assert at.session_state["document-find"] == (ident, "lena", {2: [1]})
    at = open_page(alice, "documents")
    at.selectbox(key="filter-client").set_value(nora).run()
    at.text_input(key="find-words").set_value("zopiclone").run()
    assert "These words were not found" in text(at)


def test_a_document_that_was_read(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    ident = send_and_read(alice, "Letter of [March](x).pdf", pdf(), client_id=nora)
    at = open_page(alice, "document", id=str(ident))
    assert not refusals(at)
    said = text(at)
    assert "Letter of [March](x)" in said
    assert "Nora Feldt · Letter · added" in said
    assert "2 pages · 100 % sure of its words" in said
    assert at.button_group[0].options == ["Text and page", "Original"]
    click(at, "Read again now")
    (progress,) = documents.watch(alice, [ident])
    assert progress.is_under_way


def test_states_that_need_something(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    [locked, failed] = send(alice, ("locked.pdf", pdf(password="marigold")), ("letter.pdf", pdf()))
    owner = jobs.document_owner(failed.document_id)
    processing.begin(owner, failed.document_id, 1)
    at = open_page(alice, "document", id=str(failed.document_id))
    assert "Read again now" not in buttons(at)  # while it is being read
    processing.fail(owner, failed.document_id, 1, "unreadable", "It is damaged.")
    at = open_page(alice, "document", id=str(failed.document_id))
    assert "It is damaged." in text(at)
    assert "The file is stored and can be looked at." in text(at)
    at = open_page(alice, "document", id=str(locked.document_id))
    assert "This PDF is locked" in text(at)
    at.text_input[0].set_value("geranium")
    at = click(at, "Read it")
    read(locked.document_id, 1)
    at = open_page(alice, "document", id=str(locked.document_id))
    assert "This password does not open the file. Try again." in text(at)


def test_a_score_is_offered_and_kept_only_on_a_word(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    filled = questionnaire(PHQ9.items, (1, 2, 3, 2, 1, 2, 1, 0, 1))
    ident = send_and_read(alice, "phq.pdf", filled, client_id=nora)
    at = open_page(alice, "document", id=str(ident))
    assert "This looks like a filled PHQ-9: 13, moderate" in text(at)
    assert "Item 9, thoughts of being better off dead or of self-harm: several days." in text(at)
    assert "looks like" not in text(click(at, "It is not right"))
    assert treatment.series(alice, nora).scores == ()
    at = click(open_page(alice, "document", id=str(ident)), "Keep this score")
    assert not refusals(at)
    assert "looks like" not in text(at)
    [score] = treatment.series(alice, nora).scores
    assert score.total == 13
    assert "looks like" not in text(open_page(sqlite_people.sam, "document", id=str(ident)))


def test_deleting_asks_first(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    ident = send_and_read(alice, "letter.pdf", pdf())
    at = click(open_page(alice, "document", id=str(ident)), "Delete")
    assert dialogs(at) == ["Delete this document"]
    from pages.document import _delete

    at = open_part(_delete, alice, ident, "letter.pdf")
    click(at, "Delete document")
    with pytest.raises(NotFound):
        documents.read_document(alice, ident)


def test_a_supervisor_reads_and_changes_nothing(sqlite_people: People) -> None:
    ident = send_and_read(sqlite_people.alice, "letter.pdf", pdf())
    at = open_page(sqlite_people.sam, "documents")
    assert "Add documents" not in buttons(at)
    assert table(at)[0]["Added by"] == "Alice"
    at = open_page(sqlite_people.sam, "document", id=str(ident))
    assert not {"Delete", "Read again now"} & set(buttons(at))
    assert not refusals(at)


def test_somebody_elses_and_nonsense(sqlite_people: People) -> None:
    ident = send_and_read(sqlite_people.alice, "letter.pdf", pdf())
    assert "Document not found" in text(open_page(sqlite_people.bob, "document", id=str(ident)))
    for wrong in ("", "x", "-1", "9" * 12):
        assert "Document not found" in text(open_page(sqlite_people.alice, "document", id=wrong))


def test_clients_have_no_dashboard_page_for_it(sqlite_people: People) -> None:
    clara = enrol("clara", Role.CLIENT)
    at = open_page(clara, "documents")
    assert "Documents" not in text(at)


def test_a_deleted_document_is_restored(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    nora = clients.create_client(alice, "Nora Feldt")
    ident = send_and_read(alice, "Letter of [March](x).pdf", pdf(), client_id=nora)
    assert "None of the last 30 days." in text(open_part(deleted, alice))
    documents.delete_document(alice, ident)
    assert "Deleted documents" in buttons(
        open_page(alice, "documents")
    )  # though there is none to list
    at = open_part(deleted, alice)
    assert "Letter of [March](x).pdf, Nora Feldt" in text(at).replace("**", "")
    assert "Removed for good after" in text(at)
    click(at, "Restore")
    assert [one.document_id for one in documents.list_documents(alice).documents] == [ident]
    assert "Deleted documents" in buttons(open_page(alice, "documents"))
    assert "Deleted documents" not in buttons(open_page(sqlite_people.sam, "documents"))
