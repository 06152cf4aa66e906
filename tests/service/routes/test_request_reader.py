"""Reading a request: only strict JSON under its own media type, for a deployment that is there."""

from __future__ import annotations

import pytest

from tests.service.raw import error_of, post
from tests.service.running import Proxy, body


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b'{"model": "guarded", "model": "raw"}',
        b'{"model": "guarded", "temperature": NaN}',
        b'\xef\xbb\xbf{"model": "guarded"}',
        b'{"model": "\xff"}',
        b'{"model": "\\ud800"}',
        b'{"seed": 123456789012345678901234567890}',
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
async def test_what_is_no_strict_json_is_refused(proxy: Proxy, raw: bytes) -> None:
    reply = await post(proxy, raw)
    assert (reply.status_code, error_of(reply)["code"]) == (400, "invalid_json")
    assert proxy.asked_nothing


async def test_only_plain_json_is_taken(proxy: Proxy) -> None:
    assert (await post(proxy, body(), **{"content-type": "text/plain"})).status_code == 415
    assert (await post(proxy, body(), **{"content-encoding": "gzip"})).status_code == 415
    assert proxy.asked_nothing
