"""Accounts: who may make and change them, and what becomes of their sign-ins."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.base import now
from models.database import reading
from models.user import Role, SignIn, User
from services import sign_in, users
from services.access import Actor
from services.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from services.proof import NotProven
from tests.people import PASSWORD, People

HERE = "203.0.113.7"
NEW = "eleven quiet violet harbours"
ROOT = Path(__file__).resolve().parents[2]


def token_of(name: str, password: str = PASSWORD) -> str:
    return sign_in.sign_in(f"{name}@clinic.example", password, HERE)


def stands(actor: Actor) -> bool:
    with reading() as session:
        row = session.get_one(SignIn, actor.sign_in_id)
        return row.revoked_at is None


def test_only_the_administrator_sees_and_changes_accounts(people: People) -> None:
    names = [account.name for account in users.list_users(people.adam)]
    assert names == ["Adam", "Alice", "Bob", "Dora", "Sam"]
    assert not hasattr(users.list_users(people.adam)[0], "password_hash")
    for stranger in (people.alice, people.sam, people.dora):
        with pytest.raises(NotAllowed):
            users.list_users(stranger)
        with pytest.raises(NotAllowed):
            users.create_user(stranger, "eve@clinic.example", "Eve", Role.ADMINISTRATOR)
        with pytest.raises(NotAllowed):
            users.reset_password(stranger, people.adam.user_id)


def test_a_new_account_gets_a_password_for_one_use(people: People) -> None:
    made = users.create_user(people.adam, " Eve@Clinic.example ", "Eve  Stone", Role.THERAPIST)
    assert (made.account.email, made.account.name) == ("eve@clinic.example", "Eve Stone")
    assert made.account.waits_for_password
    assert made.password is not None
    with pytest.raises(sign_in.NewPasswordNeeded):
        sign_in.sign_in("eve@clinic.example", made.password, HERE)
    sign_in.sign_in("eve@clinic.example", made.password, HERE, new_password=NEW)
    (eve,) = [user for user in users.list_users(people.adam) if user.name == "Eve Stone"]
    assert not eve.waits_for_password


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("not an address", "Eve"),
        ("a@b@c", "Eve"),
        ("@clinic.example", "Eve"),
        ("eve@c.example", " "),
    ],
)
def test_what_cannot_be_an_account_is_refused(people: People, email: str, name: str) -> None:
    with pytest.raises(Invalid):
        users.create_user(people.adam, email, name, Role.THERAPIST)


def test_a_name_has_no_signs_that_nobody_sees(people: People) -> None:
    made = users.create_user(people.adam, "eve@c.example", " E\x00ve\u200b\tStone", Role.THERAPIST)
    assert made.account.name == "Eve Stone"
    with pytest.raises(Invalid):
        users.create_user(people.adam, "mal@c.example", "\x00\u200b", Role.THERAPIST)


def test_one_account_an_email_whatever_its_case(people: People) -> None:
    with pytest.raises(Conflict, match="account with this email"):
        users.create_user(people.adam, "ALICE@clinic.example", "Alice Two", Role.THERAPIST)


def test_a_new_role_counts_at_once(people: People) -> None:
    token = token_of("sam")
    users.change_role(people.adam, people.sam.user_id, Role.THERAPIST)
    assert sign_in.lookup(token) is None
    with pytest.raises(NotSignedIn):
        users.my_sign_ins(people.sam)
    found = sign_in.lookup(token_of("sam"))
    assert found is not None
    assert found.role is Role.THERAPIST
    assert users.supervisions(people.adam) == {}


def test_the_same_role_again_signs_nobody_out(people: People) -> None:
    users.change_role(people.adam, people.bob.user_id, Role.THERAPIST)
    assert stands(people.bob)


def test_disabled_and_back(people: People) -> None:
    token = token_of("bob")
    users.disable(people.adam, people.bob.user_id)
    assert sign_in.lookup(token) is None
    with pytest.raises(sign_in.WrongPassword):
        token_of("bob")
    users.enable(people.adam, people.bob.user_id)
    assert sign_in.lookup(token) is None
    assert sign_in.lookup(token_of("bob")) is not None


def test_one_administrator_always_remains(people: People) -> None:
    with pytest.raises(Conflict, match="only administrator"):
        users.disable(people.adam, people.adam.user_id)
    with pytest.raises(Conflict, match="only administrator"):
        users.change_role(people.adam, people.adam.user_id, Role.THERAPIST)
    users.change_role(people.adam, people.bob.user_id, Role.ADMINISTRATOR)
    users.disable(people.adam, people.adam.user_id)


def test_supervision_is_set_as_a_whole(people: People) -> None:
    sam, alice, bob = people.sam.user_id, people.alice.user_id, people.bob.user_id
    assert users.supervisions(people.adam) == {sam: [alice]}
    users.set_supervision(people.adam, sam, [bob, bob])
    assert users.supervisions(people.adam) == {sam: [bob]}
    users.set_supervision(people.adam, sam, [])
    assert users.supervisions(people.adam) == {}
    with pytest.raises(Invalid, match="not a supervisor"):
        users.set_supervision(people.adam, alice, [bob])
    with pytest.raises(Invalid, match="Only therapists"):
        users.set_supervision(people.adam, sam, [people.dora.user_id])


def test_a_reset_password_ends_everything_of_the_old_one(people: People) -> None:
    token = token_of("bob")
    given = users.reset_password(people.adam, people.bob.user_id)
    assert sign_in.lookup(token) is None
    with pytest.raises(sign_in.WrongPassword):
        token_of("bob")
    with pytest.raises(sign_in.NewPasswordNeeded):
        token_of("bob", given)


def test_signing_somebody_out_everywhere(people: People) -> None:
    token = token_of("bob")
    users.end_sign_ins(people.adam, people.bob.user_id)
    assert sign_in.lookup(token) is None
    assert not stands(people.bob)
    assert stands(people.alice)


def test_my_own_password(people: People) -> None:
    other = token_of("alice")
    with pytest.raises(NotProven, match="current password is not right"):
        users.change_my_password(people.alice, "copper lantern six bridges", NEW)
    with pytest.raises(Invalid, match="easy to guess"):
        users.change_my_password(people.alice, PASSWORD, "alice clinic example 1")
    assert sign_in.lookup(other) is not None
    users.change_my_password(people.alice, PASSWORD, NEW)
    assert sign_in.lookup(other) is None
    assert stands(people.alice)
    assert sign_in.lookup(token_of("alice", NEW)) is not None


def test_my_sign_ins_and_nobody_elses(people: People) -> None:
    found = sign_in.lookup(token_of("alice"))
    assert found is not None
    mine = users.my_sign_ins(people.alice)
    assert {row.id for row in mine} == {people.alice.sign_in_id, found.sign_in_id}
    assert [row.id for row in mine if row.is_this_one] == [people.alice.sign_in_id]
    users.revoke_sign_in(people.alice, found.sign_in_id)
    assert [row.id for row in users.my_sign_ins(people.alice)] == [people.alice.sign_in_id]
    for somebody in (people.bob, people.adam):
        assert people.alice.sign_in_id is not None
        with pytest.raises(NotFound):
            users.revoke_sign_in(somebody, people.alice.sign_in_id)
    assert stands(people.alice)


def test_changes_are_logged_by_id_without_passwords(people: People) -> None:
    given = users.reset_password(people.adam, people.bob.user_id)
    users.change_my_password(people.alice, PASSWORD, NEW)
    with reading() as session:
        rows = list(session.scalars(select(AccessLog).order_by(AccessLog.id)))
        hashes = list(session.scalars(select(User.password_hash)))
    said = [(row.action, row.detail, row.subject_ids) for row in rows]
    assert ("user:change", "reset_password", str(people.bob.user_id)) in said
    assert ("account:change", "change_password", str(people.alice.user_id)) in said
    written = " ".join(f"{row.detail} {row.subject_ids} {row.actor_name}" for row in rows)
    for secret in (given, NEW, PASSWORD, *hashes):
        assert secret is not None
        assert secret not in written


def test_the_command_makes_the_first_administrator(sqlite_database: str) -> None:
    def run(password: str) -> subprocess.CompletedProcess[str]:
        command = ["-m", "commands.create_administrator", "--email", "root@clinic.example"]
        return subprocess.run(
            [sys.executable, *command, "--name", "Ruth", "--password-file", "-"],
            input=password + "\n",
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    weak = run("passwordpassword")
    assert (weak.returncode, weak.stdout) == (1, "")
    assert "easy to guess" in weak.stderr
    made = run(NEW)
    assert made.returncode == 0, made.stderr
    assert NEW not in made.stdout + made.stderr
    found = sign_in.lookup(sign_in.sign_in("root@clinic.example", NEW, HERE))
    assert found is not None
    assert found.role is Role.ADMINISTRATOR
    assert found.last_seen_at <= now()
    assert run(NEW).returncode == 1
