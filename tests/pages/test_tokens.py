"""My account, for programs: tokens and webhooks made, shown once, and ended."""

from streamlit.testing.v1 import AppTest

from models.user import Role
from pages import tokens
from services import api_tokens, bearer, webhooks
from services.access import Actor
from services.api_tokens import Scope
from services.second_factor import my_second_factor
from services.webhooks import Event
from tests.pages.opening import buttons, click, dialogs, open_page, open_part, table, text
from tests.pages.test_second_factor import fill
from tests.people import PASSWORD, People, enrol
from tests.second_factors import equip

URL = "https://intake.clinic.example/verbatim"


def shown_secret(at: AppTest) -> str:
    (code,) = at.code
    return str(code.value)


def open_maker(actor: Actor) -> AppTest:
    """The dialog that makes a token, as the account page opens it."""
    return open_part(tokens.make_token, actor, my_second_factor(actor))


def test_a_token_is_made_and_shown_once(sqlite_people: People) -> None:
    at = open_maker(sqlite_people.alice)
    at.text_input[0].set_value("Intake system")
    at.radio[0].set_value(Scope.WRITE)
    at = click(at, "Make the token")
    secret = shown_secret(at)
    holder = bearer.lookup(secret)
    assert holder is not None
    assert (holder.user_id, holder.reads_only) == (sqlite_people.alice.user_id, False)
    assert "shown only now" in text(at)
    assert at.session_state[tokens.SHOWN] is True  # that something was shown, not what
    assert not at.run().code


def test_a_token_without_a_name_is_not_made(sqlite_people: People) -> None:
    at = click(open_maker(sqlite_people.alice), "Make the token")
    assert "Give the token a name" in text(at)
    assert api_tokens.list_tokens(sqlite_people.alice) == []


def test_without_a_second_factor_nothing_more_is_asked_for(sqlite_people: People) -> None:
    at = open_maker(sqlite_people.alice)
    assert [field.label for field in at.text_input] == ["What will use it"]


def test_with_a_second_factor_a_token_asks_for_password_and_code(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    phone = equip(alice)
    at = open_maker(alice)
    for password, code, said in (
        ("", "", "A new token needs your password and a code. Nothing was made."),
        (PASSWORD, phone.wrong_code(), "The password or the code is not right."),
        ("not mine", phone.code(), "The password or the code is not right."),
    ):
        fill(at, What="Intake system", Your_password=password, Code=code)
        at = click(at, "Make the token")
        assert said in text(at)
        assert not at.code
    assert api_tokens.list_tokens(alice) == []
    at = click(fill(at, Your_password=PASSWORD, Code=phone.code()), "Make the token")
    assert bearer.lookup(shown_secret(at)) is not None
    assert dialogs(click(open_page(alice, "account"), "Make a token")) == ["Make a token"]


def test_the_account_page_lists_those_that_stand(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    api_tokens.create(alice, "Intake system", Scope.READ, 30)
    ended = api_tokens.create(alice, "Old script", Scope.WRITE, 30)
    api_tokens.revoke(alice, ended.token.id)
    at = open_page(alice, "account")
    (listed,) = table(at, "Name")
    assert (listed["Name"], listed["May"], listed["Last used"]) == (
        "Intake system",
        "Read",
        "Never",
    )


def test_a_token_is_revoked(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    made = api_tokens.create(alice, "Intake system", Scope.READ, 30)
    click(open_part(tokens.revoke_token, alice, made.token), "Revoke the token")
    assert bearer.lookup(made.secret) is None


def test_a_webhook_is_added_and_removed(sqlite_people: People) -> None:
    alice = sqlite_people.alice
    at = open_part(tokens.add_webhook, alice)
    at.text_input[0].set_value(URL)
    at = click(at, "Add the webhook")
    assert shown_secret(at).startswith("whsec_")
    (mine,) = webhooks.list_webhooks(alice)
    assert (mine.url, mine.events) == (URL, (Event.TRANSCRIPT_READY, Event.NOTE_SIGNED))
    (listed,) = table(open_page(alice, "account"), "Address")
    assert (listed["Address"], listed["Last answer"]) == (URL, "None yet")
    click(open_part(tokens.remove_webhook, alice, mine), "Remove the webhook")
    assert webhooks.list_webhooks(alice) == []


def test_an_address_inside_is_refused(sqlite_people: People) -> None:
    at = open_part(tokens.add_webhook, sqlite_people.alice)
    at.text_input[0].set_value("https://10.0.0.1/")
    at = click(at, "Add the webhook")
    assert "private network" in text(at)
    assert webhooks.list_webhooks(sqlite_people.alice) == []


def test_only_those_who_record_have_webhooks(sqlite_people: People) -> None:
    assert "Add a webhook" in buttons(open_page(sqlite_people.alice, "account"))
    for other in (sqlite_people.sam, sqlite_people.dora, sqlite_people.adam):
        offered = buttons(open_page(other, "account"))
        assert "Make a token" in offered
        assert "Add a webhook" not in offered
    assert enrol("clara", Role.CLIENT).may(tokens.Action.TOKEN_CHANGE)
