"""Any endpoint that speaks OpenAI's chat completions: OpenAI, vLLM, SGLang, Ollama, and others that are compatible.

Each model has its own pool of connections. Headers are built here, so that no header of a client is ever sent on.
Redirects are not followed. The environment's proxies are not used: a model's own settings name its proxy. A reply's
bytes say what it is, not its content type. Errors quote what an endpoint wrote only as far as
`agents.models.shown_error` lets them.
"""

from __future__ import annotations

import asyncio
import math
import time
import zlib
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import aiohttp
from yarl import URL

from agents.beside import beside
from agents.errors import FailureKind, ModelFailed, forget_frames
from agents.models.base import Chunk, Completion, Json, JsonObject, ModelRequest
from agents.models.dialect import Dialect
from agents.models.endpoint_error import EndpointError, error_of_response
from agents.models.error_meaning import meaning_of
from agents.models.joined_chunks import joined
from agents.models.network import Network, completions_url
from agents.models.reply_body import MAX_REPLY_BYTES, StreamReader, read_completion
from agents.models.reply_errors import ReplyIsError, ReplyMalformed
from agents.models.secrets import Secret
from agents.models.shown_error import shown
from agents.models.sse import LINE_END, EventReader, EventTooLarge, are_events
from agents.models.upload import upload
from agents.reused_timeout import ReusedTimeout
from agents.tracing import trace_headers

MAX_EVENTS = 131_072  # of one stream; the longest reply has a token in each
INLINE_BYTES = 32 * 1024  # of JSON that is read on the event loop; larger is read beside it
TURN_BYTES = 4096  # of a stream that are read in one go: some hundred events, a few milliseconds
CONNECTIONS = 128  # of one model; further calls wait
DONE = b"[DONE]"
CLOSING_SECONDS = 0.5  # for the last bytes after [DONE], so that the connection can be used again
HEAD_BYTES = 4096  # of space before a reply begins
MAX_ERROR_BYTES = 64 * 1024  # of an error's body; one that quotes the whole request is cut
ERROR_SECONDS = 5.0  # for an error's body
INFLATED = 64 * 1024  # bytes of a compressed reply that are unpacked in one go
ANY_ZLIB = 32 + zlib.MAX_WBITS  # gzip and deflate, told by their heads
PLAIN = frozenset({"", "identity"})
COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
REPLIES = frozenset({200, 201, 202})
RETRY_AFTER = (1.0, 3600.0)  # seconds; what lies outside is moved to the nearer end
# Everything that can go wrong on the way.
FAILURES = (aiohttp.ClientError, OSError, ReplyMalformed, ReplyIsError, EventTooLarge, zlib.error)


T = TypeVar("T")
Timeout = Callable[[float], AbstractAsyncContextManager[object]]


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
        self._url = URL(completions_url(base_url, self._network.query))
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
        try:
            response = await self._post(request, ends, stream=False)
            try:
                await self._check(response, ends)
                raw = await self._whole(response, ends)
            finally:
                response.release()  # keeps the connection if the response was read to its end, else closes it
            return Completion(await _read_json(_completion_of_events if are_events(raw) else read_completion, raw))
        except FAILURES as failure:
            raise self._failed(failure, request) from None

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        began = time.monotonic()
        ends = began + self._deadlines.total
        opens = min(ends, began + self._deadlines.first_byte)
        try:
            response = await self._post(request, opens, stream=True)
            try:
                await self._check(response, ends)
                async for body in self._events(response, ends, opens):
                    yield Chunk(body)
            finally:
                response.release()
        except FAILURES as failure:
            raise self._failed(failure, request) from None

    async def _post(self, request: ModelRequest, until: float, *, stream: bool) -> aiohttp.ClientResponse:
        """The response, once its head has arrived. Releasing it early cuts the connection: the endpoint stops."""
        if self._session is None:
            raise ModelFailed(self._name, "connection")
        if request.white_box:
            raise ModelFailed(self._name, "refused", refusal="unsupported", detail="only a local model is a white box")
        sent = upload(self._upstream, request, self._dialect, stream=stream)
        # The key is read each time, because it may change.
        key = {} if self._api_key is None else {"Authorization": f"Bearer {self._api_key.get_secret_value()}"}
        async with asyncio.timeout(_left(until)):
            return await self._session.post(
                self._url,
                data=sent.body,
                headers={"Content-Length": str(sent.length), **trace_headers(), **key, **self._network.all_headers},
                proxy=None if self._network.proxy is None else self._network.proxy.get_secret_value(),
                ssl=self._network.tls or True,
                allow_redirects=False,
            )

    async def _check(self, response: aiohttp.ClientResponse, ends: float) -> None:
        """Raise `ReplyIsError` unless a reply follows."""
        if response.status in REPLIES:
            return
        body = bytearray()
        with suppress(
            TimeoutError, aiohttp.ClientError, ReplyMalformed, zlib.error
        ):  # the status is there all the same
            async for piece in self._pieces(response, min(ends, time.monotonic() + ERROR_SECONDS)):
                body += piece
                if len(body) > MAX_ERROR_BYTES:
                    response.close()
                    break
        error = error_of_response(bytes(body[:MAX_ERROR_BYTES]))
        raise ReplyIsError(error, response.status, stated_wait(response.headers))

    async def _events(self, response: aiohttp.ClientResponse, ends: float, opens: float) -> AsyncIterator[JsonObject]:
        """The chunks. A stream is whole once each choice has said why it finished: transformers' own server sends no
        [DONE], and others send it whatever came before.
        """
        pieces = self._pieces(response, ends, opens, self._deadlines.idle)
        reader, head = StreamReader(), b""
        async for piece in pieces:
            head += piece
            self._check_length(len(head))
            if head.removeprefix(BOM_UTF8).strip() or len(head) > HEAD_BYTES:
                break  # what a reply begins with says what it is
        if head.removeprefix(BOM_UTF8).lstrip().startswith((b"{", b"[")):
            yield await _read_json(reader.whole, await self._rest(pieces, head))
        else:
            async with aclosing(pieces), aclosing(self._data(head, pieces)) as events:
                async for data in events:
                    chunk = await _read_json(reader.read, data)
                    if chunk is not None:
                        yield chunk
            await _read_rest(response)
        reader.check_whole()

    async def _data(self, head: bytes, pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
        """What the events of a stream carry, up to [DONE]. `head` is what was read of it already."""
        reader, length, events, piece = EventReader(), 0, 0, head
        while piece:
            length += len(piece)
            self._check_length(length)
            for start in range(0, len(piece), TURN_BYTES):
                part = piece[start : start + TURN_BYTES]
                for data in reader.feed(part):
                    if data.strip() == DONE:
                        return
                    events += 1
                    if events > MAX_EVENTS:
                        raise ModelFailed(self._name, "too_large")
                    yield data
                # Nothing above waits within a piece. The middle of a long line costs nothing, and turns add up.
                if start + TURN_BYTES < len(piece) and LINE_END.search(part):
                    await asyncio.sleep(0)
            piece = await anext(pieces, b"")

    async def _whole(self, response: aiohttp.ClientResponse, ends: float) -> bytes:
        """All of a body. One that needs no unpacking, as most, costs a tenth of what its pieces would."""
        if "Content-Encoding" in response.headers:
            return await self._rest(self._pieces(response, ends))
        body = bytearray()
        while not response.content.at_eof():
            body += await _read(response, ends)
            self._check_length(len(body))
        return bytes(body)

    async def _rest(self, pieces: AsyncIterator[bytes], head: bytes = b"") -> bytes:
        """All of a body, whose `head` was read already."""
        body = bytearray(head)
        async for piece in pieces:
            body += piece
            self._check_length(len(body))
        return bytes(body)

    async def _pieces(
        self, response: aiohttp.ClientResponse, ends: float, opens: float = math.inf, idle: float = math.inf
    ) -> AsyncGenerator[bytes, None]:
        """The body as it comes, unpacked. The first piece comes by `opens`, each other within `idle` seconds."""
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in PLAIN | COMPRESSED:
            raise ReplyMalformed("the reply has an encoding that was not asked for")
        unpack = zlib.decompressobj(ANY_ZLIB) if encoding in COMPRESSED else None
        until, unpacked = opens, b""
        with closing(ReusedTimeout()) as timeout:
            while piece := await _read(response, min(until, ends), timeout):
                if unpack is None:
                    yield piece
                while unpack is not None and (piece or len(unpacked) == INFLATED):  # more may come out than in one go
                    unpacked = unpack.decompress(piece, INFLATED)
                    if unpacked:
                        yield unpacked
                    piece = unpack.unconsumed_tail
                until = time.monotonic() + idle

    def _check_length(self, length: int) -> None:
        if length > self._max_reply_bytes:
            raise ModelFailed(self._name, "too_large")

    def _failed(self, failure: Exception, request: ModelRequest) -> ModelFailed:
        """The one error that callers know, for each of `FAILURES`."""
        forget_frames(failure)
        kind: FailureKind = "connection"
        detail = ""
        match failure:
            case ReplyIsError():
                secrets = [secret.get_secret_value() for secret in (self._api_key, *self._network.secrets) if secret]
                return failure_of_error(
                    self._name, failure.error, failure.status, failure.retry_after, secrets=secrets, request=request
                )
            case TimeoutError():
                kind = "timeout"
            case EventTooLarge():
                kind = "too_large"
            case ReplyMalformed():
                kind, detail = "malformed", failure.reason
            case zlib.error():
                kind, detail = "malformed", "a compressed reply cannot be unpacked"
            case aiohttp.ClientHttpProxyError():
                return failure_of_error(self._name, EndpointError("said by the proxy"), failure.status)
            case aiohttp.ClientResponseError():
                kind, detail = "malformed", "not HTTP"
        return ModelFailed(self._name, kind, detail=detail)


def _completion_of_events(raw: bytes) -> JsonObject:
    """A whole reply that came as events, which nobody asked for. Read as strictly as a stream."""
    reader, chunks = StreamReader(), []
    for number, data in enumerate(EventReader().feed(raw)):
        if data.strip() == DONE:
            break
        if number >= MAX_EVENTS:
            raise EventTooLarge(f"more than {MAX_EVENTS} events")
        if (chunk := reader.read(data)) is not None:
            chunks.append(chunk)
    reader.check_whole()
    return joined(chunks)


async def _read_json(read: Callable[[bytes], T], data: bytes) -> T:
    """Read JSON, beside the event loop if it is long."""
    return read(data) if len(data) <= INLINE_BYTES else await beside(lambda: read(data))


def _left(until: float) -> float:
    return until - time.monotonic()


async def _read(response: aiohttp.ClientResponse, until: float, within: Timeout = asyncio.timeout) -> bytes:
    """The next bytes; empty at the end. Those that are here already need no timer."""
    if _left(until) > 0:
        if ready := response.content.read_nowait():
            return ready
        if response.content.at_eof():
            return b""
    async with within(_left(until)):
        return await response.content.readany()


async def _read_rest(response: aiohttp.ClientResponse) -> None:
    """Read what follows [DONE]. Whatever it is, the reply is complete."""
    try:
        await _read(response, time.monotonic() + CLOSING_SECONDS)
    except (TimeoutError, aiohttp.ClientError):
        response.close()


def failure_of_error(
    model: str,
    error: EndpointError,
    status: int | None = None,
    retry_after: float | None = None,
    *,
    secrets: Sequence[str] = (),
    request: ModelRequest | None = None,
) -> ModelFailed:
    """The failure that an endpoint's error means; `status` is the response's where that was an error itself."""
    meaning = meaning_of(error, status)
    texts = [] if request is None else list(_texts(request))
    return ModelFailed(
        model,
        meaning.kind,
        status=meaning.status,
        retry_after=seconds_to_wait(error.retry_after) if retry_after is None else retry_after,
        refusal=meaning.refusal,
        code=shown(error.code, secrets=secrets, request=[]),
        detail=shown(error.message, secrets=secrets, request=texts),
    )


def _texts(request: ModelRequest) -> Iterator[str]:
    """The words in a request that came from outside: its turns and the values of its options."""
    for message in request.messages:
        yield message.text
        yield message.name or ""
        yield from (f"{call.name} {call.arguments}" for call in message.tool_calls)
    yield from _strings(dict(request.options))


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != "type" or not isinstance(each, str):  # `json_schema` and the like: OpenAI's words
                yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def stated_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait that a response's head states, in either header in use."""
    seconds = seconds_to_wait(headers.get("Retry-After"))
    if seconds is None and "Retry-After-Ms" in headers:
        return seconds_to_wait(f"{headers['Retry-After-Ms']}e-3")
    return seconds


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
