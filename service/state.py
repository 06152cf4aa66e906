"""What lives as long as the application, handed to each request by the lifespan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, cast

from starlette.requests import Request

from guard.errors import UnknownDeployment
from guard.guard import Guard, GuardedDeployment
from service.gate import Gate
from service.records.records import Records
from service.settings import Settings
from service.visit import Caller


@dataclass(frozen=True)
class Service:
    """The parts of the running application."""

    settings: Settings
    guard: Guard
    records: Records
    gate: Gate

    @property
    def shown(self) -> dict[str, GuardedDeployment]:
        """The deployments that clients may use."""
        everything = self.settings.shows_unguarded
        return {
            name: deployment
            for name, deployment in self.guard.deployments.items()
            if everything or not deployment.config.unguarded
        }

    def deployment(self, name: str) -> GuardedDeployment:
        """A deployment by name; a hidden one is as unknown as one that is not there."""
        if name not in self.shown:
            raise UnknownDeployment(name)
        return self.shown[name]


class State(TypedDict):
    """What the lifespan yields."""

    service: Service


def service_of(request: Request) -> Service:
    return cast(Service, request.state.service)


def caller_of(request: Request) -> Caller:
    peer = request.client.host if request.client else "unknown"
    return Caller(request.state.request_id, peer)
