"""Who an identity of the provider is here, and as what; on both databases, from claims as they come verified."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.access_log import AccessLog
from models.api import ApiToken
from models.base import now
from models.database import reading, sessions
from models.user import Role, SignIn, Supervision, User
from services import api_tokens, oidc, sign_in
from services.access import Via
from services.api_tokens import Scope
from services.oidc import NotAdmitted
from tests.people import People

ISSUER = "https://id.clinic.example"
ROLES = "chiefs=supervisor,staff=therapist"


@pytest.fixture(autouse=True)
def _map(configure: Callable[..., None], database: str) -> None:
    configure(
        VERBATIM_OIDC_ISSUER=ISSUER, VERBATIM_OIDC_CLIENT_ID="verbatim", VERBATIM_OIDC_ROLES=ROLES
    )


def claims(sub: str = "42", **more: Any) -> dict[str, Any]:
    known = {"email": f"{sub}@id.example", "name": "Lea  Brandt", "groups": ["staff"]}
    return {"iss": ISSUER, "sub": sub} | known | more


def user_of(token: str) -> User:
    standing = sign_in.lookup(token)
    assert standing is not None
    with reading() as session:
        return session.get_one(User, standing.user_id)


def enter(**given: Any) -> User:
    return user_of(oidc.sign_in_with(claims(**given), "127.0.0.1"))


def logged() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(AccessLog.action).order_by(AccessLog.id)))


def test_the_first_sign_in_makes_the_account_and_the_second_finds_it() -> None:
    first, second = enter(), enter(email="new@id.example", name="Lea Brandt-Moe")
    assert first.id == second.id
    assert (second.name, second.role, second.oidc_subject) == (
        "Lea Brandt-Moe", Role.THERAPIST, f"{ISSUER}|42",
    )  # fmt: skip
    assert logged() == ["sign_in:enrol", "sign_in:start", "sign_in:start"]


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["staff"], Role.THERAPIST),
        (["staff", "chiefs"], Role.SUPERVISOR),  # the first row of the map
        ("staff", Role.THERAPIST),
        (["Staff"], None),
        ([], None),
    ],
)
def test_groups_say_what_somebody_is(groups: Any, role: Role | None) -> None:
    if role is None:
        with pytest.raises(NotAdmitted, match="in no group"):
            enter(groups=groups)
        with reading() as session:
            assert session.scalars(select(User)).all() == []
    else:
        assert enter(groups=groups).role is role


def test_another_role_ends_what_was_open() -> None:
    token = oidc.sign_in_with(claims(), "127.0.0.1")
    assert enter(groups=["chiefs"]).role is Role.SUPERVISOR
    assert sign_in.lookup(token) is None


def test_an_account_from_before_is_linked_by_a_verified_email_only() -> None:
    alice = People().alice
    with pytest.raises(NotAdmitted, match="another account has it"):
        enter(email="alice@clinic.example")
    assert enter(email="Alice@clinic.example", email_verified=True).id == alice.user_id
    with pytest.raises(NotAdmitted):  # it is somebody's now: another subject does not take it over
        enter(sub="43", email="alice@clinic.example", email_verified=True)
    assert "sign_in:link" in logged()


def test_the_same_subject_of_another_issuer_is_somebody_else() -> None:
    first = enter()
    second = enter(iss="https://elsewhere.example", email="other@id.example")
    assert first.id != second.id


def test_an_account_that_is_switched_off_stays_so() -> None:
    user = enter()
    with sessions()() as session, session.begin():
        session.get_one(User, user.id).disabled_at = now()
    with pytest.raises(NotAdmitted, match="switched off"):
        enter()


@pytest.mark.parametrize(("by", "ended"), [({"sid": "s1"}, 1), ({"sub": "42"}, 2)])
def test_the_back_channel_ends_a_session_or_a_person(by: dict[str, str], ended: int) -> None:
    for sid in ("s1", "s2"):
        oidc.sign_in_with(claims(sid=sid), "127.0.0.1")
    oidc.sign_in_with(claims("43", sid="s3"), "127.0.0.1")
    told = {"iss": ISSUER, "jti": "once"} | by
    assert oidc.end_at_the_provider(told) == ended
    with reading() as session:
        open_ones = session.scalars(select(SignIn).where(SignIn.revoked_at.is_(None))).all()
    assert len(open_ones) == 3 - ended


def test_a_logout_token_counts_once() -> None:
    told = {"iss": ISSUER, "sub": "42", "jti": "once"}
    oidc.sign_in_with(claims(), "127.0.0.1")
    assert oidc.end_at_the_provider(told) == 1
    oidc.sign_in_with(claims(), "127.0.0.1")
    assert oidc.end_at_the_provider(told) == 0


def test_passwords_can_be_switched_off(configure: Callable[..., None]) -> None:
    from tests.people import PASSWORD

    People()
    configure(VERBATIM_LOCAL_SIGN_IN="0")
    with pytest.raises(sign_in.WrongPassword):
        sign_in.sign_in("alice@clinic.example", PASSWORD, "127.0.0.1")


def test_whoever_has_left_every_group_keeps_nothing() -> None:
    token = oidc.sign_in_with(claims(), "127.0.0.1")
    me = sign_in.actor(sign_in_id(token), Via.DASHBOARD)
    made = api_tokens.create(me, "a script", Scope.READ, 30)
    with pytest.raises(NotAdmitted):
        enter(groups=[])
    assert sign_in.lookup(token) is None
    with reading() as session:
        assert session.get_one(ApiToken, made.token.id).revoked_at is not None


def sign_in_id(token: str) -> int:
    standing = sign_in.lookup(token)
    assert standing is not None
    return standing.sign_in_id


def test_another_role_ends_supervision() -> None:
    chief, staff = enter(groups=["chiefs"]), enter(sub="43")
    with sessions()() as session, session.begin():
        session.add(Supervision(supervisor_id=chief.id, therapist_id=staff.id))
    enter(groups=["staff"])
    enter(groups=["chiefs"])
    with reading() as session:
        assert session.scalars(select(Supervision)).all() == []
    assert logged().count("sign_in:role") == 2


@pytest.mark.parametrize("verified", [False, "false", None, "yes"])
def test_only_a_plain_yes_verifies_an_email(verified: object) -> None:
    People()
    with pytest.raises(NotAdmitted):
        enter(email="alice@clinic.example", email_verified=verified)


def test_the_back_channel_is_in_the_access_log() -> None:
    oidc.sign_in_with(claims(), "127.0.0.1")
    oidc.end_at_the_provider({"iss": ISSUER, "sub": "42", "jti": "once"})
    assert logged()[-1] == "sign_in:end"
