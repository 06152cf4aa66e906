"""Any endpoint that speaks OpenAI's chat completions: OpenAI, vLLM, SGLang, Ollama, and others that are compatible.

Each model has its own pool of connections. Headers are built here, so that no header of a client is ever sent on.
Redirects are not followed. The environment's proxies are not used: a model's own settings name its proxy. No error
quotes what an endpoint wrote.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from agents.beside import beside
from agents.errors import FailureKind, ModelFailed
from agents.models.base import Chunk, Completion, JsonObject, ModelRequest
from agents.models.dialect import Dialect
from agents.models.network import Network, completions_url
from agents.models.reply_body import (
    MAX_REPLY_BYTES,
    ReplyIsError,
    ReplyMalformed,
    read_chunk,
    read_completion,
)
from agents.models.secrets import Secret
from agents.models.sse import EventReader, EventTooLarge
from agents.models.upload import PIECE, upload

MAX_EVENTS = 131_072  # of one stream; the longest reply has a token in each
INLINE_BYTES = 32 * 1024  # of JSON that is read on the event loop; larger is read beside it
TURN_BYTES = 4096  # of a stream that are read in one go: some hundred events, a few milliseconds
CONNECTIONS = 128  # of one model; further calls wait
DONE = b"[DONE]"
CLOSING_SECONDS = 0.5  # for the last bytes after [DONE], so that the connection can be used again
UNAUTHORISED = frozenset({401, 403, 404})  # a wrong key, or a model that it may not use or that does not exist
OVERLOADED = frozenset({429, 529})  # 529 is what Anthropic's endpoint says
RETRY_AFTER = (1.0, 3600.0)  # seconds; what lies outside is moved to the nearer end


@dataclass(frozen=True)
class Deadlines:
    """In seconds. `first_byte` and `idle` apply to streams only: a whole reply has no byte before it is done."""

    total: float = 120.0
    connect: float = 10.0
    first_byte: float = 60.0
    idle: float = 30.0


class EndpointModel:
    """A model behind `base_url`, the address before `/chat/completions`. `network` says how it is reached."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        model: str,
        api_key: Secret | None = None,
        dialect: Dialect | None = None,
        deadlines: Deadlines | None = None,
        max_reply_bytes: int = MAX_REPLY_BYTES,
        connections: int = CONNECTIONS,
        network: Network | None = None,
    ) -> None:
        self._name = name
        self._network = network or Network()
        self._url = completions_url(base_url, self._network.query)
        self._upstream = model
        self._api_key = api_key
        self._dialect = dialect or Dialect()
        self._deadlines = deadlines or Deadlines()
        self._max_reply_bytes = max_reply_bytes
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"EndpointModel({self._name!r}, {self._upstream!r})"

    async def start(self) -> None:
        """Open the pool. No connection is made yet: the endpoint may come up later."""
        headers = {
            "Accept": "application/json, text/event-stream",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": "situguard",
        }
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._deadlines.connect),
            headers=headers,
            auto_decompress=False,
            trust_env=False,
        )

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def complete(self, request: ModelRequest) -> Completion:
        ends = time.monotonic() + self._deadlines.total
        async with self._failures(), self._posted(request, ends, ends, stream=False) as response:
            self._check(response, "application/json")
            body = bytearray()
            async with asyncio.timeout(_left(ends)):
                async for piece in response.content.iter_any():
                    body += piece
                    self._check_length(len(body))
            return Completion(await _read_json(read_completion, bytes(body)))

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        began = time.monotonic()
        ends = began + self._deadlines.total
        opens = min(ends, began + self._deadlines.first_byte)
        async with self._failures(), self._posted(request, ends, opens, stream=True) as response:
            self._check(response, "text/event-stream")
            async for body in self._events(response, ends, opens):
                yield Chunk(body)

    @asynccontextmanager
    async def _posted(
        self, request: ModelRequest, ends: float, opens: float, *, stream: bool
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The response, once its head has arrived. Leaving early cuts the connection, so that the endpoint stops."""
        if self._session is None:
            raise ModelFailed(self._name, "connection")
        sent = upload(self._upstream, request, self._dialect, stream=stream)
        data = sent.pieces() if sent.pictures or sent.length > PIECE else b"".join(sent.texts)
        headers = {"Content-Length": str(sent.length)}
        async with asyncio.timeout(_left(min(ends, opens))):
            response = await self._session.post(
                self._url,
                data=data,
                headers={**headers, **self._headers()},
                proxy=None if self._network.proxy is None else self._network.proxy.get_secret_value(),
                ssl=self._network.tls or True,
                allow_redirects=False,
            )
        try:
            yield response
        finally:
            response.release()  # keeps the connection if the response was read to its end, else closes it

    def _headers(self) -> dict[str, str]:
        """Those of one request beside the session's. Keys are read each time, because they may change."""
        key = {} if self._api_key is None else {"Authorization": f"Bearer {self._api_key.get_secret_value()}"}
        return {**key, **self._network.all_headers}

    def _check(self, response: aiohttp.ClientResponse, media_type: str) -> None:
        if response.status != 200:
            raise failure_of_status(self._name, response.status, response.headers.get("Retry-After"))
        encoded = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        if encoded or response.content_type != media_type:
            raise ModelFailed(self._name, "malformed")

    async def _events(self, response: aiohttp.ClientResponse, ends: float, opens: float) -> AsyncIterator[JsonObject]:
        """The chunks up to [DONE]. Transformers' own server sends none, so a stream without it counts as cut off only
        if a choice has not said why it finished.
        """
        reader, length, events, until = EventReader(), 0, 0, opens
        unfinished: dict[int, bool] = {}
        while piece := await _read(response, min(until, ends)):
            length += len(piece)
            self._check_length(length)
            for start in range(0, len(piece), TURN_BYTES):
                for data in reader.feed(piece[start : start + TURN_BYTES]):
                    if data == DONE:
                        await _read_rest(response)
                        return
                    events += 1
                    if events > MAX_EVENTS:
                        raise ModelFailed(self._name, "too_large")
                    chunk = await _read_json(read_chunk, data)
                    for choice in chunk["choices"]:
                        unfinished[choice.get("index", 0)] = choice.get("finish_reason") is None
                    yield chunk
                await asyncio.sleep(0)  # nothing above waits while there is more to read
            until = time.monotonic() + self._deadlines.idle
        if not unfinished or any(unfinished.values()):
            raise ModelFailed(self._name, "malformed")

    def _check_length(self, length: int) -> None:
        if length > self._max_reply_bytes:
            raise ModelFailed(self._name, "too_large")

    @asynccontextmanager
    async def _failures(self) -> AsyncIterator[None]:
        """Turns everything that can go wrong on the way into the one error that callers know."""
        try:
            yield
        except TimeoutError:
            raise ModelFailed(self._name, "timeout") from None
        except aiohttp.ClientHttpProxyError:  # the proxy lets nothing through
            raise ModelFailed(self._name, "connection") from None
        except (ReplyMalformed, aiohttp.ClientResponseError):
            raise ModelFailed(self._name, "malformed") from None
        except ReplyIsError as error:
            raise failure_of_status(self._name, error.status or 502, None) from None
        except EventTooLarge:
            raise ModelFailed(self._name, "too_large") from None
        except (aiohttp.ClientError, OSError):
            raise ModelFailed(self._name, "connection") from None


async def _read_json(read: Callable[[bytes], JsonObject], data: bytes) -> JsonObject:
    """Read JSON, beside the event loop if it is long."""
    return read(data) if len(data) <= INLINE_BYTES else await beside(lambda: read(data))


def _left(until: float) -> float:
    return until - time.monotonic()


async def _read(response: aiohttp.ClientResponse, until: float) -> bytes:
    """The next bytes; empty at the end."""
    async with asyncio.timeout(_left(until)):
        return await response.content.readany()


async def _read_rest(response: aiohttp.ClientResponse) -> None:
    """Read what follows [DONE]. Whatever it is, the reply is complete."""
    try:
        await _read(response, time.monotonic() + CLOSING_SECONDS)
    except (TimeoutError, aiohttp.ClientError):
        response.close()


def failure_of_status(model: str, status: int, retry_after: str | None) -> ModelFailed:
    """The failure that a status other than 200 means."""
    kind: FailureKind = "status"
    if status in UNAUTHORISED:
        kind = "unauthorised"
    elif status in OVERLOADED:
        kind = "overloaded"
    return ModelFailed(model, kind, status=status, retry_after=seconds_to_wait(retry_after))


def seconds_to_wait(header: str | None) -> float | None:
    """`Retry-After` in seconds, from seconds or a date (RFC 9110, 10.2.3); None where it cannot be read."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header).astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except ValueError:
            return None
    shortest, longest = RETRY_AFTER
    return min(max(seconds, shortest), longest) if math.isfinite(seconds) else None
