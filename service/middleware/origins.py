"""Which names this server answers to, and which web pages may call it.

A page under a foreign name can resolve that name to a loopback address and read what a keyless proxy answers there (DNS
rebinding). So a proxy on loopback answers to loopback names alone, and a page of another origin is refused unless the
settings name it. On other addresses any `Host` is taken until `allowed_hosts` is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from service.openai.errors import HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED, WireFault
from service.settings import is_loopback

Headers = Sequence[tuple[bytes, bytes]]

KNOWN = 64  # names that need no second look; each may be as long as all headers
DEFAULT_PORTS = {"http": 80, "https": 443}
# What a page's script may read beside the body: the verdict, and by which id to find it again.
EXPOSED_HEADERS = [
    *("x-request-id", "x-guard-decision", "x-guard-verdict", "x-guard-action", "x-guard-released"),
    "x-guard-dropped-tools",
]


@dataclass(frozen=True)
class Origins:
    """`hosts` are names, `*.example.com` among them; empty: any, or on `loopback` loopback's. `pages` are origins."""

    hosts: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    loopback: bool = True

    @staticmethod
    def of(hosts: Iterable[str], pages: Iterable[str], *, loopback: bool) -> Origins:
        """From the settings, where case and a trailing slash mean nothing."""
        return Origins(
            frozenset(host.lower() for host in hosts), frozenset(page.lower().rstrip("/") for page in pages), loopback
        )

    def check(self, headers: Headers, *, by_address: bool = False) -> None:
        """Raise a fault where the `Host` is not ours, or the `Origin` neither our own nor one that is allowed.

        `by_address` takes any address as the `Host`. A page that resolves its own name to ours still says that name.
        """
        values = {name.lower(): value for name, value in headers}
        host = _text(values.get(b"host", b""))
        origin = _text(values[b"origin"]) if b"origin" in values else None
        name, _ = split_host(host)
        if not (self._is_ours(name) or (by_address and _is_address(name))):
            raise WireFault(HOST_NOT_ALLOWED)
        if origin is not None and origin not in self.pages and not _is_same(origin, host):
            raise WireFault(ORIGIN_NOT_ALLOWED)

    def readable(self, app: ASGIApp) -> ASGIApp:
        """The application with the headers by which scripts of the allowed pages can read its replies (CORS)."""
        if not self.pages:
            return app
        return CORSMiddleware(
            app, list(self.pages), allow_methods=["*"], allow_headers=["*"], expose_headers=EXPOSED_HEADERS
        )

    def _is_ours(self, name: str) -> bool:
        if self.hosts:
            labels = name.split(".")
            parents = (".".join(labels[place:]) for place in range(1, len(labels)))
            return name in self.hosts or any(f"*.{parent}" in self.hosts for parent in parents)
        return not self.loopback or is_loopback_name(name)


def _text(value: bytes) -> str:
    return value.decode("latin-1").strip().lower()


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=KNOWN)
def is_loopback_name(name: str) -> bool:
    """Whether a name or address leads to this machine, whoever resolves it (RFC 6761, section 6.3)."""
    return name.endswith(".localhost") or is_loopback(name)


@lru_cache(maxsize=KNOWN)
def split_host(host: str) -> tuple[str, int | None]:
    """Name and port of a `Host` header; the name is empty where it is not well formed."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return "", None
    return (name, port) if parts.netloc == host and "@" not in host else ("", None)


def _is_same(origin: str, host: str) -> bool:
    """Whether a page came from this very server."""
    scheme, _, place = origin.partition("://")
    (name, port), (ours, our_port) = split_host(place), split_host(host)
    default = DEFAULT_PORTS.get(scheme)
    return bool(name) and name == ours and (port or default) == (our_port or default)
