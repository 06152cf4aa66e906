"""What lives as long as the application, handed to each request by the lifespan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, cast

from starlette.requests import Request

from guard.errors import UnknownDeployment
from guard.guard import Guard, GuardedDeployment
from service.audit.log import Records
from service.gate.exchange import Gate
from service.gate.request_context import Caller
from service.keys.doorkeeper import Doorkeeper
from service.keys.key import ClientKey, may_use
from service.middleware.admission import WorkQueue
from service.routes.pictures import Pictures
from service.settings import Settings


@dataclass(frozen=True)
class Service:
    """The parts of the running application."""

    settings: Settings
    guard: Guard
    records: Records
    gate: Gate
    doorkeeper: Doorkeeper
    pictures: Pictures
    queue: WorkQueue

    def shown_to(self, key: ClientKey | None) -> dict[str, GuardedDeployment]:
        """The deployments that a client may use: those of its key, or without keys, those that are guarded."""
        return {name: each for name, each in self.guard.deployments.items() if self._is_shown(each, key)}

    def deployment(self, name: str, key: ClientKey | None) -> GuardedDeployment:
        """A deployment by name; a hidden one is as unknown as one that is not there."""
        shown = self.shown_to(key)
        if name not in shown:
            raise UnknownDeployment(name)
        return shown[name]

    def _is_shown(self, deployment: GuardedDeployment, key: ClientKey | None) -> bool:
        unguarded = deployment.config.unguarded
        if key is not None:
            return may_use(key.limits, deployment.name, unguarded=unguarded)
        return not unguarded or self.settings.shows_unguarded


class State(TypedDict):
    """What the lifespan yields."""

    service: Service


def service_of(request: Request) -> Service:
    return cast(Service, request.state.service)


def caller_of(request: Request) -> Caller:
    peer = request.client.host if request.client else "unknown"
    return Caller(request.state.request_id, peer, key_of(request))


async def identified(request: Request) -> None:
    """A rule of routes: who asks is known by a key, where keys are needed. Raises `KeyRefused`."""
    doorkeeper = service_of(request).doorkeeper
    request.state.key = await doorkeeper.identify(request.headers.get("authorization"))


def key_of(request: Request) -> ClientKey | None:
    """The key that a request was identified by; an unidentified request has none to ask for."""
    return cast(ClientKey | None, request.state.key)
