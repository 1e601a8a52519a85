"""The cast of every test: two therapists, a supervisor of one of them, a privacy officer, an administrator."""

from functools import cache

from sqlalchemy import select

from models.base import now
from models.database import sessions
from models.user import Role, SignIn, Supervision, User
from services import passwords
from services.access import Actor, Via

PASSWORD = "copper lantern seven bridges"


class People:
    """In the database of the test; each attribute is an Actor who is signed in. Made unless they are there."""

    def __init__(self) -> None:
        if found := _present():
            self.alice, self.bob, self.sam, self.dora, self.adam = found
            return
        self.alice = enrol("alice", Role.THERAPIST)
        self.bob = enrol("bob", Role.THERAPIST)
        self.sam = enrol("sam", Role.SUPERVISOR)  # supervises Alice, not Bob
        self.dora = enrol("dora", Role.PRIVACY_OFFICER)
        self.adam = enrol("adam", Role.ADMINISTRATOR)
        with sessions()() as session, session.begin():
            session.add(
                Supervision(supervisor_id=self.sam.user_id, therapist_id=self.alice.user_id)
            )

    def everyone(self) -> list[Actor]:
        return [self.alice, self.bob, self.sam, self.dora, self.adam]


def enrol(name: str, role: Role, *, is_demo: bool = False) -> Actor:
    """An account `name@clinic.example` with PASSWORD, and its signed-in actor."""
    with sessions()() as session, session.begin():
        user = User(
            email=f"{name}@clinic.example",
            name=name.capitalize(),
            role=role,
            password_hash=_hash(),
            is_demo=is_demo,
        )
        session.add(user)
        session.flush()
        row = SignIn(token_hash=f"none-{name}", user_id=user.id, last_seen_at=now())
        session.add(row)
        session.flush()
        return Actor(user.id, user.name, role, Via.DASHBOARD, sign_in_id=row.id)


def _present() -> list[Actor]:
    """Those of a copied database, in the order of their ids; none in an empty one."""
    statement = select(User, SignIn.id).join(SignIn, SignIn.user_id == User.id).order_by(User.id)
    with sessions()() as session:
        return [
            Actor(user.id, user.name, user.role, Via.DASHBOARD, sign_in_id=sign_in)
            for user, sign_in in session.execute(statement)
        ]


@cache
def _hash() -> str:
    return passwords.hash_password(PASSWORD)
