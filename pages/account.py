"""Placeholder until the page lands."""

from services.access import Actor


def account(actor: Actor) -> None:
    pass
