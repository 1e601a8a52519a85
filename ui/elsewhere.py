"""What an address shows that leads to nothing its reader may see: one way to say so, and the way on."""

from collections.abc import Sequence

from services.access import Actor
from ui import frame, links, words


def not_found(title: str, opened_from: Sequence[str]) -> None:
    """Absent and not theirs look alike, so that a guess reveals nothing."""
    with frame.head(
        f"{title} not found", "There is none at this address, or it is not yours to see."
    ):
        pass
    links.way_on(opened_from)


def no_page(_actor: Actor) -> None:
    with frame.head("There is no page at this address", "Part of it may be missing or mistyped."):
        pass
    links.way_on(())


def not_for_role(actor: Actor) -> None:
    role = words.ROLES[actor.role].lower()
    with frame.head("This page is not for your role", f"You are signed in as {role}."):
        pass
    links.way_on(())
