"""The shapes of the admin API's replies, as its description names them. No field is left out and none is added."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from service.configuration.version import Origin, State


class Shape(BaseModel):
    """Base of all."""

    model_config = ConfigDict(extra="forbid")


class Fault(Shape):
    """What went wrong. `param` is the path of the field that is at fault."""

    message: str
    type: str
    param: str | None
    code: str
    request_id: str


class Problem(Shape):
    """Any reply that is no 2xx."""

    error: Fault


class Key(Shape):
    """A client's key; null where it has no limit."""

    id: str
    object: Literal["key"]
    name: str
    environment: str
    deployments: list[str]
    requests_per_minute: int | None
    pictures_per_minute: int | None
    spend_per_month: float | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class MadeKey(Key):
    """A new key, with its token."""

    token: str


class ListedKey(Key):
    """A key, and what it has spent this month."""

    spent: float


class Keys(Shape):
    """All keys."""

    object: Literal["list"]
    data: list[ListedKey]


class AdminKey(Shape):
    """An administrator's key."""

    id: str
    object: Literal["admin_key"]
    created_at: datetime
    revoked_at: datetime | None


class AdminKeys(Shape):
    """All administrators' keys."""

    object: Literal["list"]
    data: list[AdminKey]


class Revoked(Shape):
    """A key that has ended."""

    id: str
    object: Literal["key", "admin_key"]
    revoked: Literal[True]


class Model(Shape):
    """A model, and what its endpoint said when it last failed."""

    id: str
    object: Literal["model"]
    state: str
    last_failure: str | None


class Models(Shape):
    """All models."""

    object: Literal["list"]
    data: list[Model]


class ListedVersion(Shape):
    """A version of the configuration; `reason` says why it was refused."""

    object: Literal["configuration_version"]
    version: int
    at: datetime
    author: str
    origin: Origin
    state: State
    reason: str | None


class ChangedVersion(ListedVersion):
    """A version, and what it changed."""

    changes: list[str]


class Versions(Shape):
    """The last versions."""

    object: Literal["list"]
    data: list[ChangedVersion]


class StatedVersion(ListedVersion):
    """A version, and what it states."""

    configuration: dict[str, Any]


class Process(Shape):
    """A process, the version that it serves, and why it cannot serve a newer one."""

    process: str
    pid: int
    version: int
    problem: str | None


class Current(StatedVersion):
    """The newest version, and who serves what."""

    processes: list[Process]


class ListedDeployment(Shape):
    """A deployment, as it is stated."""

    id: str
    object: Literal["deployment"]
    stated: dict[str, Any]


class Deployments(Shape):
    """All deployments of a version."""

    object: Literal["list"]
    version: int
    data: list[ListedDeployment]


class Deployment(ListedDeployment):
    """A deployment, with every setting that it does not state."""

    version: int
    effective: dict[str, Any]
