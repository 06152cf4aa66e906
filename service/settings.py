"""Settings of one process: where it listens, where it keeps its data. What it guards is in the configuration."""

from __future__ import annotations

import ipaddress
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agents.strict_json import MAX_BYTES, JsonBounds
from service.keys.rates import REFUSALS
from service.middleware.queue_limits import IN_WORK, WAITING, QueueLimits
from service.middleware.queue_limits import WAIT_SECONDS as QUEUE_SECONDS
from service.middleware.shares import KEY_SHARE
from service.openai.responses.state_limits import COUNT, MEGABYTES, MINUTES, StateLimits

HOLD_SECONDS = 10.0  # a streamed reply's head waits this long for the verdict, so that it can carry it
WAIT_SECONDS = 5.0  # between comments that keep a connection alive; proxies cut silent ones after 30 to 60 s
DRAIN_SECONDS = 25  # for requests under way when the process is to end; orchestrators kill it after 30 s
KEEP_ALIVE_SECONDS = 75  # for an idle connection: longer than the 60 that load balancers keep theirs
MEGABYTE = 1024**2
BODY_MEGABYTES = 64  # a request with the pictures that a deployment allows by default fits
TEXT_MEGABYTES = MAX_BYTES // MEGABYTE  # of one body without its pictures' base64
HELD_MEGABYTES = 192  # bodies of all requests at once; each is in memory about twice while it is read

ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@*\s]+/?", re.IGNORECASE)
HOST = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[0-9a-f:]+", re.IGNORECASE)


def _split(value: object) -> object:
    """A list in one variable has commas between its items."""
    return [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else value


def _origin(text: str) -> str:
    if not ORIGIN.fullmatch(text):
        raise ValueError("each is a page's origin, as in https://app.example.com or http://localhost:3000; no `*`")
    return text


def _host(text: str) -> str:
    if not HOST.fullmatch(text):
        raise ValueError("each is a name without scheme and port, as in guard.example.com or *.example.com")
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("each is an address or a network, as in 10.0.0.7 or 10.0.0.0/8") from None
    return text


LogLevel = Literal["debug", "info", "warning", "error"]
T = TypeVar("T")
Listed = Annotated[tuple[T, ...], NoDecode, BeforeValidator(_split)]
Hosts = Listed[Annotated[str, AfterValidator(_host)]]
PageOrigins = Listed[Annotated[str, AfterValidator(_origin)]]
Networks = Listed[Annotated[str, AfterValidator(_network)]]


class Settings(BaseSettings):
    """Read from SITUGUARD_ environment variables; the command line overrides them."""

    model_config = SettingsConfigDict(env_prefix="SITUGUARD_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="address to listen on; beyond this machine, keys are needed")
    port: int = Field(default=8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    config: Path | None = Field(default=None, description="the configuration file")
    data_folder: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "state" / "situguard",
        description="folder of records and keys",
    )
    demo: bool = Field(default=False, description="serve the embedded model, with unguarded deployments to compare")
    admin_host: str = Field(default="127.0.0.1", description="address of the admin listener")
    admin_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="port of the console and the admin API; without it, only the demo has them, on a free one",
    )
    admin_token: SecretStr | None = Field(default=None, description="an administrator's token, beside stored keys")
    admin_token_file: Path | None = Field(default=None, description="file that holds that token")
    allowed_hosts: Hosts = Field(
        default=(),
        description="names that this server answers to (`Host`), `*.example.com` among them; without any, on loopback "
        "loopback's own names, elsewhere every name",
    )
    cors_origins: PageOrigins = Field(
        default=(), description="web pages that may call it from a browser, as in `https://app.example.com`"
    )
    trusted_proxies: Networks = Field(
        default=(), description="addresses or networks of reverse proxies whose `X-Forwarded-For` is believed"
    )
    keep_alive_seconds: int = Field(
        default=KEEP_ALIVE_SECONDS,
        ge=1,
        le=3600,
        description="seconds that an idle connection is kept: longer than a load balancer in front keeps its own",
    )
    drain_seconds: int = Field(
        default=DRAIN_SECONDS, ge=0, le=3600, description="seconds that requests under way have when it is to end"
    )
    hold_seconds: float = Field(
        default=HOLD_SECONDS,
        ge=0,
        le=300,
        description="seconds that a streamed reply's headers wait for the verdict, so that they can carry it",
    )
    wait_seconds: float = Field(
        default=WAIT_SECONDS,
        gt=0,
        le=300,
        description="seconds between the comments that keep a waiting stream's connection open",
    )
    body_megabytes: int = Field(
        default=BODY_MEGABYTES, ge=1, le=1024, description="the largest body of one request, in MiB"
    )
    text_megabytes: int = Field(
        default=TEXT_MEGABYTES, ge=1, le=64, description="the most of it that is not pictures, in MiB"
    )
    held_megabytes: int = Field(
        default=HELD_MEGABYTES, ge=1, le=65536, description="all bodies that are being read, in MiB"
    )
    in_work: int = Field(default=IN_WORK, ge=1, le=10_000, description="requests worked on at once")
    waiting: int = Field(default=WAITING, ge=0, le=10_000, description="requests waiting for a place")
    queue_seconds: float = Field(
        default=QUEUE_SECONDS, gt=0, le=300, description="the longest that one of them waits, in seconds"
    )
    key_share: float = Field(
        default=KEY_SHARE, gt=0, le=1, description="the most of places and bodies that one of several keys may hold"
    )
    refusals_per_minute: int = Field(
        default=REFUSALS,
        ge=1,
        le=1_000_000,
        description="requests without a good key that one peer may send in a minute",
    )
    state_responses: int = Field(
        default=COUNT, ge=1, le=1_000_000, description="responses held for requests that refer to them"
    )
    state_megabytes: int = Field(
        default=MEGABYTES, ge=1, le=65536, description="texts and pictures of those responses, in MiB"
    )
    state_minutes: float = Field(
        default=MINUTES, gt=0, le=60 * 24 * 30, description="the longest that one of them is held, in minutes"
    )

    webhook_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]+$",
        description="address that alerts are posted to as JSON: a canary turned, verdicts drift, failed open",
    )
    tls_certificate: Path | None = Field(
        default=None, description="file of the certificate and its chain (PEM): the proxy then speaks TLS"
    )
    tls_key: Path | None = Field(default=None, description="file of the certificate's key (PEM), without a password")
    log_level: LogLevel = Field(default="warning", description="the least important lines that are logged")
    log_format: Literal["text", "json"] = Field(default="text", description="how a line is written")
    access_log: bool = Field(default=False, description="a line in the log for each request, without its content")
    otlp_endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s/@]+(/[^\s?#]*)?$",
        description="address that traces are sent to, by OTLP over HTTP, as in `http://collector:4318`",
    )

    @model_validator(mode="after")
    def _has_both_files(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("SITUGUARD_TLS_CERTIFICATE and SITUGUARD_TLS_KEY belong together; one of them is missing")
        return self

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
    def state(self) -> StateLimits:
        """How much of what was released is held for requests that refer to it."""
        return StateLimits(self.state_responses, self.state_megabytes * MEGABYTE, self.state_minutes * 60)

    @cached_property
    def shows_unguarded(self) -> bool:
        """Whether unguarded deployments are offered, to show the difference: on loopback only (design law 7).

        The console reaches the proxy for whoever is logged in, so its listener counts too.
        """
        return self.demo and self.loopback and is_loopback(self.admin_host)


def is_loopback(host: str) -> bool:
    """Whether an address is a loopback address, which no other machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
