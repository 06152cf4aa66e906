"""The playground's way to the proxy: over HTTP on this machine, as any client asks it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from agents.models.base import JsonObject

SECONDS = 600.0  # for one answer; the deployment's own deadlines end it earlier
PROGRESS = {"x-guard-progress": "agents"}


class ProxyUnreachable(Exception):
    """The proxy of this very process does not answer."""


@dataclass(frozen=True)
class ProxyClient:
    """Where the proxy listens. `certificate` is its own, where it speaks TLS; `host` a name that it answers to."""

    url: str
    certificate: Path | None = None
    host: str | None = None

    async def models(self, key: str) -> tuple[int, bytes]:
        """The deployments that a client may use, as the proxy lists them: status and body."""
        try:
            async with self._session() as http, http.get(f"{self.url}/v1/models", headers=self._headers(key)) as reply:
                return reply.status, await reply.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ProxyUnreachable from error

    async def ask(self, body: JsonObject, key: str) -> AsyncIterator[tuple[int, str, bytes]]:
        """The reply in pieces as they come, each with its status and media type; at least one piece."""
        headers = {**self._headers(key), **PROGRESS}
        try:
            async with (
                self._session() as http,
                http.post(f"{self.url}/v1/chat/completions", json=body, headers=headers) as reply,
            ):
                yield reply.status, reply.content_type, b""
                async for piece in reply.content.iter_any():
                    yield reply.status, reply.content_type, piece
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ProxyUnreachable from error

    def _headers(self, key: str) -> dict[str, str]:
        host = {"host": self.host} if self.host else {}
        return {**host, **({"authorization": f"Bearer {key}"} if key else {})}

    def _session(self) -> aiohttp.ClientSession:
        # Straight there: a proxy of the environment cannot reach this machine's own addresses.
        connector = aiohttp.TCPConnector(ssl=self._trust())
        return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(SECONDS), trust_env=False)

    def _trust(self) -> ssl.SSLContext | bool:
        """Trust in the proxy's own certificate, whatever name it is for: we ask it by its address."""
        if self.certificate is None:
            return True
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context
