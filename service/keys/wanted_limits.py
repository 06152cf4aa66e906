"""The limits that someone wants for a new key: from the command line or the admin API, checked alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from guard.config import Name
from service.keys.key import EVERY, KeyLimits

DAYS = 365  # a key that nobody renews ends by itself


class NewKey(BaseModel):
    """A key to be made. Without `deployments` it may use every guarded one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100)
    environment: str = Field(default="live", pattern="^[a-z]{2,8}$")
    deployments: list[Name] = Field(default_factory=list, max_length=1000)
    requests_per_minute: int | None = Field(default=None, ge=1, le=1_000_000)
    pictures_per_minute: int | None = Field(default=None, ge=1, le=1_000_000)
    spend_per_month: float | None = Field(default=None, gt=0, le=1e9)
    days: int = Field(default=DAYS, ge=1, le=3650)

    @property
    def limits(self) -> KeyLimits:
        return KeyLimits(
            frozenset(self.deployments or [EVERY]),
            self.requests_per_minute,
            self.pictures_per_minute,
            self.spend_per_month,
            datetime.now(UTC) + timedelta(days=self.days),
        )
