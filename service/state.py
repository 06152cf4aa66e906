"""What lives as long as the application, handed to each request by the lifespan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict

from starlette.types import ASGIApp, Receive, Scope, Send

from guard.errors import UnknownDeployment
from guard.guard import Guard, GuardedDeployment
from guard.holder import GuardHolder
from service.audit.log import AuditLog
from service.gate.exchange import Gate
from service.keys.authenticator import Authenticator
from service.keys.key import ClientKey, may_use
from service.middleware.admission import WorkQueue
from service.openai.responses.state import ResponseState
from service.routes.pictures import Pictures
from service.settings import Settings


@dataclass(frozen=True)
class Service:
    """The parts of the running application."""

    settings: Settings
    guard: Guard
    records: AuditLog
    gate: Gate
    authenticator: Authenticator
    pictures: Pictures
    queue: WorkQueue
    held: ResponseState

    def shown_to(self, key: ClientKey | None) -> dict[str, GuardedDeployment]:
        """The deployments that a client may use: those of its key, or without keys, those that are guarded."""
        return {name: each for name, each in self.guard.deployments.items() if self._is_shown(each, key)}

    def deployment(self, name: str, key: ClientKey | None) -> GuardedDeployment:
        """A deployment by name; a hidden one is as unknown as one that is not there."""
        deployment = self.guard.deployments.get(name)
        if deployment is None or not self._is_shown(deployment, key):
            raise UnknownDeployment(name, sorted(self.shown_to(key)))
        return deployment

    def _is_shown(self, deployment: GuardedDeployment, key: ClientKey | None) -> bool:
        unguarded = deployment.config.unguarded
        if key is not None:
            return may_use(key.limits, deployment.name, unguarded=unguarded)
        return not unguarded or self.settings.shows_unguarded


class State(TypedDict):
    """What the lifespan yields."""

    service: Service


class GuardMiddleware:
    """Each request is served whole by the guard that was the current one when it began."""

    def __init__(self, app: ASGIApp, guards: GuardHolder) -> None:
        self._app = app
        self._guards = guards
        self._last: tuple[Service, Service] | None = None  # the one of the lifespan, and as it was served last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.get("state", {})
        if scope["type"] != "http" or "service" not in state:
            await self._app(scope, receive, send)
            return
        with self._guards.lease() as guard:
            scope["state"] = {**state, "service": self._with(state["service"], guard)}
            await self._app(scope, receive, send)

    def _with(self, service: Service, guard: Guard) -> Service:
        if self._last is None or self._last[0] is not service or self._last[1].guard is not guard:
            self._last = service, replace(service, guard=guard)
        return self._last[1]
