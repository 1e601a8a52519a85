"""Placeholder until the page lands."""

from services.access import Actor


def administration(actor: Actor) -> None:
    pass
