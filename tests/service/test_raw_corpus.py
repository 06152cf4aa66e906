"""A corpus of broken and two-faced requests on raw sockets: each is refused or cut off, and none reaches a model."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.service.raw import raw
from tests.service.running import Proxy, body, running

SECONDS = 3.0  # to refuse something; how long the rest of a request is waited for is a test of its own
AT_ONCE = 32
BODY = json.dumps(body()).encode()
SIZE = b"Content-Length: %d" % len(BODY)
JSON = b"Content-Type: application/json"
HOST = b"Host: localhost"
CHAT = b"POST /v1/chat/completions HTTP/1.1"
CHUNKED = b"Transfer-Encoding: chunked"
WHOLE = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


def request(*lines: bytes, body: bytes = BODY) -> bytes:
    return b"\r\n".join((*lines, b"", b"")) + body


def chat(*lines: bytes, body: bytes = BODY) -> bytes:
    return request(CHAT, HOST, JSON, *lines, body=body)


SMUGGLED = chat(SIZE)

LENGTHS = {
    "a length and chunks": chat(SIZE, CHUNKED, body=WHOLE + SMUGGLED),
    "chunks and a length": chat(CHUNKED, SIZE, body=WHOLE + SMUGGLED),
    "two lengths": chat(SIZE, SIZE),
    "two lengths that differ": chat(SIZE, b"Content-Length: 0", body=SMUGGLED),
    "a list of lengths": chat(SIZE + b", 0"),
    "a negative length": chat(b"Content-Length: -1"),
    "a signed length": chat(b"Content-Length: +%d" % len(BODY)),
    "a length in hexadecimal": chat(b"Content-Length: 0x%x" % len(BODY)),
    "a length with an underscore": chat(b"Content-Length: 1_0"),
    "a length beyond all bounds": chat(b"Content-Length: 99999999999999999999999"),
    "a length with a letter": chat(b"Content-Length: 1a"),
    "no digits": chat(b"Content-Length: "),
    "neither length nor chunks": chat(),
    "a shorter length": chat(b"Content-Length: 5"),
}
CHUNKS = {
    "a coding that is not chunked": chat(b"Transfer-Encoding: identity", body=WHOLE),
    "chunked twice": chat(CHUNKED, CHUNKED, body=WHOLE),
    "chunked, then another coding": chat(b"Transfer-Encoding: chunked, identity", body=WHOLE),
    "compressed and chunked": chat(b"Transfer-Encoding: gzip, chunked", body=WHOLE),
    "chunked spelled wrongly": chat(b"Transfer-Encoding: xchunked", body=WHOLE),
    "a tab in the coding": chat(b"Transfer-Encoding:\x0bchunked", body=WHOLE),
    "a space before the colon": chat(b"Transfer-Encoding : chunked", body=WHOLE),
    "a size that is no number": chat(CHUNKED, body=b"zz\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a negative size": chat(CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n"),
    "a size beyond 64 bits": chat(CHUNKED, body=b"f" * 17 + b"\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a size with 0x": chat(CHUNKED, body=b"0x" + WHOLE),
    "a piece longer than its size": chat(CHUNKED, body=b"5\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "no line end after a piece": chat(CHUNKED, body=b"%x\r\n%b0\r\n\r\n" % (len(BODY), BODY)),
    "chunks without their end": chat(CHUNKED, body=WHOLE.removesuffix(b"0\r\n\r\n")),
}
HEADS = {
    "two hosts": chat(b"Host: evil.example", SIZE),
    "no host": request(CHAT, JSON, SIZE),
    "a foreign host": request(CHAT, b"Host: evil.example", JSON, SIZE),
    "a host with a path": request(CHAT, b"Host: localhost/healthz?", JSON, SIZE),
    "a host with a user": request(CHAT, b"Host: evil@localhost", JSON, SIZE),
    "a host with a fragment": request(CHAT, b"Host: localhost#evil.example", JSON, SIZE),
    "two types": chat(b"Content-Type: text/plain", SIZE),
    "two keys": chat(SIZE, b"Authorization: Bearer a", b"Authorization: Bearer b"),
    "a folded header": chat(SIZE, b"X-A: 1\r\n Transfer-Encoding: chunked"),
    "a header without a colon": chat(SIZE, b"nothing"),
    "a header without a name": chat(SIZE, b": nothing"),
    "a space in a name": chat(SIZE, b"X A: 1"),
    "NUL in a value": chat(SIZE, b"X-A: a\x00b"),
    "NUL in a name": chat(SIZE, b"X\x00A: b"),
    "a lone CR in a value": chat(SIZE, b"X-A: a\rTransfer-Encoding: chunked"),
    "a name in Latin-1": chat(SIZE, b"X-\xff: a"),
    "a large header": chat(SIZE, b"X-A: " + b"a" * 20_000),
    "a huge header": chat(SIZE, b"X-A: " + b"a" * 2_000_000),
    "a header that never ends": CHAT + b"\r\nX-A: " + b"a" * 1_000_000,
    "very many headers": chat(SIZE, *(b"X-%d: 1" % number for number in range(5000))),
    "compressed": chat(SIZE, b"Content-Encoding: gzip"),
    "another type": request(CHAT, HOST, b"Content-Type: text/plain", SIZE),
    "no type": request(CHAT, HOST, SIZE),
    "a foreign page": chat(SIZE, b"Origin: https://evil.example"),
}


def to(line: bytes, *lines: bytes, body: bytes = BODY) -> bytes:
    return request(line + b" HTTP/1.1", HOST, JSON, *lines, *([SIZE] if body else []), body=body)


LINES = {
    "a foreign address": request(
        b"POST http://evil.example/v1/chat/completions HTTP/1.1", b"Host: evil.example", JSON, SIZE
    ),
    "a foreign address, and our own host": to(b"POST http://evil.example/v1/chat/completions"),
    "our own address in full": to(b"POST http://localhost/v1/chat/completions"),
    "an authority": to(b"CONNECT localhost:443", body=b""),
    "an asterisk": to(b"OPTIONS *", body=b""),
    "a path that begins with @": to(b"POST @evil.example/v1/chat/completions"),
    "a path without a slash": to(b"POST v1/chat/completions"),
    "two slashes": to(b"POST //v1/chat/completions"),
    "a dot segment": to(b"POST /v1/../v1/chat/completions"),
    "an escaped slash": to(b"POST /v1/chat%2Fcompletions"),
    "an escaped letter": to(b"POST /v1/chat/%63ompletions"),
    "NUL in the path": to(b"POST /v1/chat/completions\x00"),
    "a slash at the end": to(b"POST /v1/chat/completions/"),
    "capital letters": to(b"POST /V1/Chat/Completions"),
    "a path beyond all bounds": to(b"POST /" + b"a" * 200_000),
    "a method nobody knows": to(b"STEAL /v1/chat/completions"),
    "a method in small letters": to(b"post /v1/chat/completions"),
    "PUT": to(b"PUT /v1/chat/completions"),
    "GET with a body": to(b"GET /v1/chat/completions"),
    "no version": request(b"POST /v1/chat/completions", HOST, JSON, SIZE),
    "version 0.9": request(b"POST /v1/chat/completions HTTP/0.9", HOST, JSON, SIZE),
    "version 2": request(b"POST /v1/chat/completions HTTP/2.0", HOST, JSON, SIZE),
    "a version that is none": request(b"POST /v1/chat/completions HTTP/x.y", HOST, JSON, SIZE),
    "HTTP/2's preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(200),
    "noise": bytes(range(256)) * 40,
    "a WebSocket": to(b"GET /v1/chat/completions", b"Upgrade: websocket", b"Connection: Upgrade", body=b""),
    "line ends only": b"\r\n" * 5000,
    "nothing": b"",
}
BODIES = {
    name: chat(b"Content-Length: %d" % len(text), body=text)
    for name, text in {
        "bytes that are not UTF-8": BODY.replace(b"golf", b"g\xff\xfelf"),
        "UTF-16": BODY.decode().encode("utf-16"),
        "a byte order mark": b"\xef\xbb\xbf" + BODY,
        "half a character": BODY.replace(b"golf", b"\\ud800"),
        "overlong UTF-8": BODY.replace(b"golf", b"\xc0\xaf"),
        "a key twice": BODY[:-1] + b', "model": "raw"}',
        "two documents": BODY + BODY,
        "NUL behind the document": BODY + b"\0",
        "a list": b"[" + BODY + b"]",
        "depth": b"[" * 5000 + b"]" * 5000,
        "a form": b"model=guarded&messages=hello",
        "nothing": b"",
    }.items()
}
HALVES = {f"cut off after {place} bytes": SMUGGLED[:place] for place in (1, 4, 20, 60, 110, len(SMUGGLED) - 1)}
KINDS = {"lengths": LENGTHS, "chunks": CHUNKS, "heads": HEADS, "lines": LINES, "bodies": BODIES, "halves": HALVES}
CORPUS = {f"{kind}: {name}": sent for kind, cases in KINDS.items() for name, sent in cases.items()}


async def answered(proxy: Proxy, sent: bytes, *, ends: bool) -> bytes:
    """What comes back until the server hangs up, or waits for more; `ends`: the client says that nothing follows."""
    reader, writer = await raw(proxy, sent)
    said = b""
    try:
        async with asyncio.timeout(SECONDS):
            if ends:
                writer.write_eof()
            while piece := await reader.read(65536):
                said += piece
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.transport.abort()
    return said


@pytest.mark.parametrize("ends", [True, False])
async def test_nothing_of_the_corpus_reaches_a_model(tmp_path: Path, ends: bool) -> None:
    async with running(tmp_path, keep_alive_seconds=1) as proxy:
        places = asyncio.Semaphore(AT_ONCE)

        async def one(sent: bytes) -> list[int]:
            async with places:
                return [int(status) for status in STATUS.findall(await answered(proxy, sent, ends=ends))]

        statuses = dict(zip(CORPUS, await asyncio.gather(*map(one, CORPUS.values())), strict=True))
        assert {name: got for name, got in statuses.items() if not all(400 <= each < 500 for each in got)} == {}
        assert proxy.asked_nothing
        assert (await proxy.http.get("/healthz")).status_code == 200
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200


async def test_what_follows_a_request_is_a_request_of_its_own(tmp_path: Path) -> None:
    """Three on one connection, sent in one go: each is judged, recorded and answered, in their order."""
    sent = SMUGGLED + chat(CHUNKED, body=WHOLE) + chat(SIZE, b"Connection: close")
    async with running(tmp_path) as proxy:
        said = await answered(proxy, sent, ends=False)
        assert STATUS.findall(said) == [b"200"] * 3
        decisions = [record["id"].encode() for record in proxy.records("decision")]
        assert len(decisions) == len(proxy.cast.answers.requests) == 3
        places = [said.index(decision) for decision in decisions]
        assert places == sorted(places)


async def test_a_refused_request_takes_what_follows_it_along(tmp_path: Path) -> None:
    """Where two ends could disagree on where a request ends, nothing behind it is taken for one."""
    async with running(tmp_path, keep_alive_seconds=1) as proxy:
        for name in ("a length and chunks", "chunks and a length", "two lengths that differ"):
            assert len(STATUS.findall(await answered(proxy, LENGTHS[name], ends=False))) <= 1, name
        assert proxy.asked_nothing
