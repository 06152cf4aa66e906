"""Settings of one process: where it listens, where it keeps its data. What it guards is in the configuration."""

from __future__ import annotations

import ipaddress
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agents.strict_json import MAX_BYTES, JsonBounds
from service.middleware.admission import IN_WORK, WAITING, QueueLimits
from service.middleware.admission import WAIT_SECONDS as QUEUE_SECONDS

HOLD_SECONDS = 10.0  # a streamed reply's head waits this long for the verdict, so that it can carry it
WAIT_SECONDS = 5.0  # between comments that keep a connection alive; proxies cut silent ones after 30 to 60 s
DRAIN_SECONDS = 25  # for requests under way when the process is to end; orchestrators kill it after 30 s
KEEP_ALIVE_SECONDS = 75  # for an idle connection: longer than the 60 that load balancers keep theirs
MEGABYTE = 1024**2
BODY_MEGABYTES = 64  # a request with the pictures that a deployment allows by default fits
TEXT_MEGABYTES = MAX_BYTES // MEGABYTE  # of one body without its pictures' base64
HELD_MEGABYTES = 192  # bodies of all requests at once; each is in memory about twice while it is read


def _split(value: object) -> object:
    """A list in one variable has commas between its items."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Read from SITUGUARD_ environment variables; the command line overrides them."""

    model_config = SettingsConfigDict(env_prefix="SITUGUARD_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    config: Path | None = None
    data_folder: Path = Field(default_factory=lambda: Path.home() / ".local" / "state" / "situguard")
    demo: bool = False
    admin_host: str = "127.0.0.1"
    admin_port: int | None = Field(default=None, ge=0, le=65535)
    admin_token: SecretStr | None = None
    admin_token_file: Path | None = None
    allowed_hosts: Names = ()
    cors_origins: Names = ()
    trusted_proxies: Names = ()
    keep_alive_seconds: int = Field(default=KEEP_ALIVE_SECONDS, ge=1, le=3600)
    drain_seconds: int = Field(default=DRAIN_SECONDS, ge=0, le=3600)
    hold_seconds: float = Field(default=HOLD_SECONDS, ge=0, le=300)
    wait_seconds: float = Field(default=WAIT_SECONDS, gt=0, le=300)
    body_megabytes: int = Field(default=BODY_MEGABYTES, ge=1, le=1024)
    text_megabytes: int = Field(default=TEXT_MEGABYTES, ge=1, le=64)
    held_megabytes: int = Field(default=HELD_MEGABYTES, ge=1, le=65536)
    in_work: int = Field(default=IN_WORK, ge=1, le=10_000)
    waiting: int = Field(default=WAITING, ge=0, le=10_000)
    queue_seconds: float = Field(default=QUEUE_SECONDS, gt=0, le=300)

    @cached_property
    def loopback(self) -> bool:
        """Whether only this machine can reach the proxy."""
        return is_loopback(self.host)

    @property
    def body_bytes(self) -> int:
        """The largest body of one request."""
        return self.body_megabytes * MEGABYTE

    @cached_property
    def text_bounds(self) -> JsonBounds:
        """What one request's body may hold without the base64 of its pictures."""
        return JsonBounds(self.text_megabytes * MEGABYTE)

    @property
    def held_bytes(self) -> int:
        """The most that all bodies may hold at once; one body always fits."""
        return max(self.held_megabytes, self.body_megabytes) * MEGABYTE

    @property
    def queue(self) -> QueueLimits:
        """How many requests may run at once, how many may wait, and for how long."""
        return QueueLimits(self.in_work, self.waiting, self.queue_seconds)

    @cached_property
    def shows_unguarded(self) -> bool:
        """Whether unguarded deployments are offered, to show the difference: on loopback only (design law 7)."""
        return self.demo and self.loopback


def is_loopback(host: str) -> bool:
    """Whether an address is a loopback address, which no other machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
