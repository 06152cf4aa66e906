"""The front door: whoever opens the address in a browser learns what this is."""

from __future__ import annotations

from pathlib import Path

from tests.service.running import running
from tests.service.test_keys import make_key


async def test_the_address_says_what_this_is_and_where_to_go(tmp_path: Path) -> None:
    make_key(tmp_path)
    async with running(tmp_path) as proxy:
        reply = await proxy.http.get("/")
        told = reply.text
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/plain")
        assert "Situguard" in told
        for line in told.splitlines():
            method, _, address = line.strip().partition(" /")
            if method in {"GET", "POST"}:
                first = "/" + address.split()[0].rstrip(",")
                assert (await proxy.http.get(first)).status_code != 404, first
