"""How an endpoint is reached: its address, headers, proxy and certificates."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from agents.models.secrets import Secret

CHAT_COMPLETIONS = "/chat/completions"


@dataclass(frozen=True)
class Network:
    """What is sent beside the body, and the way to the endpoint.

    `tls` is None for the system's own certificates. Only `proxy` is used: the environment's proxies are not.
    """

    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, Secret] = field(default_factory=dict)
    proxy: Secret | None = None
    tls: ssl.SSLContext | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be quoted: secret headers, and the proxy's address, which may hold a password."""
        return (*self.secret_headers.values(), *([] if self.proxy is None else [self.proxy]))

    @property
    def all_headers(self) -> dict[str, str]:
        """Plain and secret ones, as they are now."""
        secrets = {name: secret.get_secret_value() for name, secret in self.secret_headers.items()}
        return {**self.headers, **secrets}


def completions_url(base_url: str, query: Mapping[str, str]) -> str:
    """The address of chat completions below a base URL, which may end in it already. Its own query stays."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/").removesuffix(CHAT_COMPLETIONS) + CHAT_COMPLETIONS
    own = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in query]
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode([*own, *query.items()]), ""))
