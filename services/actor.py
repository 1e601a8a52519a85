"""Who asks, and through what."""

from dataclasses import dataclass
from enum import StrEnum

from models.user import Role
from services.permissions import PERMISSIONS, WORKER_ONLY, Action


class Via(StrEnum):
    DASHBOARD = "dashboard"
    API = "api"
    WORKER = "worker"
    COMMAND = "command"


@dataclass(frozen=True)
class Actor:
    """Who asks, and through what. Made by `services.sign_in`, `services.jobs` and commands only."""

    user_id: int
    name: str
    role: Role
    via: Via
    sign_in_id: int | None = None
    request_id: str | None = None

    def may(self, action: Action) -> bool:
        return action in PERMISSIONS[self.role] and (
            action not in WORKER_ONLY or self.via in (Via.WORKER, Via.COMMAND)
        )
