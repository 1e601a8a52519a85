"""Placeholder until the page lands."""

from services.access import Actor


def clients(actor: Actor) -> None:
    pass
