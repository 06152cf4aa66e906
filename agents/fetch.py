"""Pictures by https, fetched once: what comes back is what is judged and what the model gets (design law 2).

A name is resolved once, every answer must be public, and only the addresses that were checked are connected to, under
the name's own certificate. The same holds for each redirect. No header of the client, no cookie and no proxy from the
environment is used. The client does not learn whether an address is private, closed or absent: that would map our
network.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from agents.errors import PictureRejected
from agents.images import ALIASES, MAX_BYTES, MEDIA_TYPES
from agents.name_lookup import NameLookup
from agents.picture_url import PictureUrl, follow, parse_picture_url
from agents.public_addresses import is_public

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ACCEPTED = frozenset({*MEDIA_TYPES.values(), *ALIASES})
MAX_ANSWERS = 16  # addresses of one name; the largest sites give 8
MAX_HEADER_BYTES = 8192  # of one line; content delivery networks stay below 2 KB

Resolve = Callable[[str], Awaitable[Collection[str]]]
"""The addresses of a name, as text; raises `OSError` where there are none."""


class FetchFault(StrEnum):
    """Why a picture was not fetched, in words for the client."""

    URL = "the address must be plain https: a public name, no port, no user name, ASCII"
    UNREACHABLE = "the address cannot be reached"
    REDIRECTS = "redirected too often"
    STATUS = "the server does not give the picture"
    TYPE = "the server does not declare a PNG, JPEG, WebP or GIF picture"
    ENCODED = "the server compresses the picture"
    TOO_LARGE = f"larger than {MAX_BYTES // 1024**2} MB"
    TIMEOUT = "did not arrive in time"


@dataclass(frozen=True)
class FetchLimits:
    """`seconds` for one fetch as a whole (names, redirects, bytes), bytes of one picture, connections at once."""

    seconds: float = 10.0
    max_bytes: int = MAX_BYTES
    redirects: int = 2
    at_once: int = 32


@dataclass(frozen=True)
class Reach:
    """Which ports may be connected to, and which addresses although they are not public. For tests on loopback only."""

    ports: frozenset[int] = frozenset({443})
    permitted: frozenset[str] = frozenset()


class NotPublic(OSError):
    """A name has an address that is not public, or none, or too many."""


class CheckedResolver:
    """Answers with public addresses or not at all."""

    def __init__(self, resolve: Resolve, permitted: frozenset[str]) -> None:
        self._resolve = resolve
        self._permitted = permitted

    async def resolve(self, host: str, port: int) -> list[ResolveResult]:
        """The addresses to connect to; raises `NotPublic`, or `OSError` where there are none."""
        addresses = list(await self._resolve(host))
        if not addresses or len(addresses) > MAX_ANSWERS:
            raise NotPublic(host)
        if not all(address in self._permitted or is_public(address) for address in addresses):
            raise NotPublic(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]


class KnownAddresses(AbstractResolver):
    """Answers with what was looked up and checked before. The connector connects to nothing else."""

    def __init__(self, addresses: list[ResolveResult]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [{**address, "hostname": host, "port": port} for address in self._addresses]

    async def close(self) -> None:
        """Nothing is held."""


class PictureFetcher:
    """Fetches pictures, each over its own connections. `tls` holds the roots of trust; by default the system's.

    A fetch takes one of the `at_once` places only while it is connected, not while it waits for a name.
    """

    def __init__(
        self,
        *,
        limits: FetchLimits | None = None,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        reach: Reach | None = None,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._reach = reach or Reach()
        self._resolver = CheckedResolver(resolve or NameLookup(), self._reach.permitted)
        self._tls = tls or ssl.create_default_context()
        self._turns = asyncio.Semaphore(self._limits.at_once)

    async def fetch(self, url: str, where: str) -> bytes:
        """The picture at `url` as it comes, unchecked; raises `PictureRejected` with a `FetchFault`.

        `where` is the field of the request.
        """
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._follow(parse_picture_url(url), where)
        except TimeoutError:
            raise _rejected(FetchFault.TIMEOUT, where) from None
        except (aiohttp.ClientError, OSError):
            raise _rejected(FetchFault.UNREACHABLE, where) from None

    def _session(self, addresses: list[ResolveResult]) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=KnownAddresses(addresses), use_dns_cache=False, ssl=self._tls, force_close=True, limit=1
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            headers={"Accept": ", ".join(sorted(ACCEPTED)), "Accept-Encoding": "identity", "User-Agent": "situguard"},
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
            auto_decompress=False,
            trust_env=False,
        )

    async def _follow(self, url: PictureUrl | None, where: str) -> bytes:
        for _ in range(self._limits.redirects + 1):
            if url is None or url.port not in self._reach.ports:
                raise _rejected(FetchFault.URL, where)
            addresses = await self._resolver.resolve(url.host, url.port)
            async with self._turns, self._session(addresses) as session:
                # Leaving cuts the connection, whatever is still to come.
                with closing(await session.get(URL(str(url), encoded=True), allow_redirects=False)) as response:
                    if response.status not in REDIRECTS:
                        return await self._read(response, where)
                    url = follow(url, response.headers.get("Location", ""))
        raise _rejected(FetchFault.REDIRECTS, where)

    async def _read(self, response: aiohttp.ClientResponse, where: str) -> bytes:
        fault = self._head_fault(response)
        if fault is not None:
            raise _rejected(fault, where)
        data = bytearray()
        async for piece in response.content.iter_any():
            data += piece
            if len(data) > self._limits.max_bytes:
                raise _rejected(FetchFault.TOO_LARGE, where)
        return bytes(data)

    def _head_fault(self, response: aiohttp.ClientResponse) -> FetchFault | None:
        """What is wrong with the head of the response, before its body is read."""
        if response.status != 200:
            return FetchFault.STATUS
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            return FetchFault.ENCODED
        if "Content-Type" not in response.headers or response.content_type not in ACCEPTED:
            return FetchFault.TYPE
        return FetchFault.TOO_LARGE if (response.content_length or 0) > self._limits.max_bytes else None


def _rejected(fault: FetchFault, where: str) -> PictureRejected:
    return PictureRejected(fault, where=where, too_large=fault is FetchFault.TOO_LARGE)
