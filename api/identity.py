"""Who asks: the guard's finding for this very request, as the services' actor."""

from fastapi import Request

from services import bearer, sign_in
from services.access import Actor, Via
from services.errors import NotSignedIn
from services.signed_in import EXPIRED, TokenHolder


def current_actor(request: Request) -> Actor:
    """Raises NotSignedIn."""
    who = request.scope.get("verbatim.who")
    if who is None:
        raise NotSignedIn(EXPIRED)
    request_id = request.scope.get("verbatim.request_id")
    if isinstance(who, TokenHolder):
        return bearer.actor_of(who, request_id)
    return sign_in.actor_of(who, Via.API, request_id)
