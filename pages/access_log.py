"""Placeholder until the page lands."""

from services.access import Actor


def access_log(actor: Actor) -> None:
    pass
