"""What an administrator says of a key, on the command line or in the admin API: checked alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from guard.section import DeploymentName
from service.keys.key import EVERY, KeyLimits

DAYS = 365  # a key that nobody renews ends by itself
PLAIN_LIMITS = frozenset({"requests_per_minute", "pictures_per_minute", "spend_per_month"})

Rate = Annotated[int, Field(ge=1, le=1_000_000)]
Budget = Annotated[float, Field(gt=0, le=1e9)]
Days = Annotated[int, Field(ge=1, le=3650)]
Names = Annotated[list[DeploymentName], Field(max_length=1000)]


class KeySettings(BaseModel):
    """Base of both: frozen and strict; a field that is not known is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NewKey(KeySettings):
    """A key to create. Without `deployments` it may use every guarded one."""

    name: str = Field(min_length=1, max_length=100)
    environment: str = Field(default="live", pattern="^[a-z]{2,8}$")
    deployments: Names = Field(default_factory=list)
    requests_per_minute: Rate | None = None
    pictures_per_minute: Rate | None = None
    spend_per_month: Budget | None = None
    days: Days = DAYS

    @property
    def limits(self) -> KeyLimits:
        return KeyLimits(
            frozenset(self.deployments or [EVERY]),
            self.requests_per_minute,
            self.pictures_per_minute,
            self.spend_per_month,
            datetime.now(UTC) + timedelta(days=self.days),
        )


class ChangedLimits(KeySettings):
    """New limits for a key. Fields that are not set stay as they are; None removes a limit. `days` count from now."""

    deployments: Names | None = None
    requests_per_minute: Rate | None = None
    pictures_per_minute: Rate | None = None
    spend_per_month: Budget | None = None
    days: Days | None = None

    def applied_to(self, limits: KeyLimits) -> KeyLimits:
        """The limits after the change. A key never lasts forever: `days: null` changes nothing."""
        changed: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set & PLAIN_LIMITS}
        if "deployments" in self.model_fields_set:
            changed["deployments"] = frozenset(self.deployments or [EVERY])
        if self.days is not None:
            changed["expires_at"] = datetime.now(UTC) + timedelta(days=self.days)
        return replace(limits, **changed)
