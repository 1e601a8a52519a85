"""Who asks, and through what."""

from dataclasses import dataclass
from enum import StrEnum

from models.user import Role
from services.permissions import NOT_BY_TOKEN, PERMISSIONS, WORKER_ONLY, Action, only_reads


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
    token_id: int | None = None  # the API token that asks in the user's name
    reads_only: bool = False  # that token's scope

    def may(self, action: Action) -> bool:
        if self.token_id is not None and action in NOT_BY_TOKEN:
            return False
        if self.reads_only and not only_reads(action):
            return False
        return action in PERMISSIONS[self.role] and (
            action not in WORKER_ONLY or self.via in (Via.WORKER, Via.COMMAND)
        )
