"""The way to the proxy: also over TLS with a certificate of any name, and told plainly where nobody answers."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import trustme
import uvicorn
from starlette.responses import PlainTextResponse

from service.console.proxy_client import ProxyClient, ProxyUnreachable
from tests.service.asgi import served


async def test_where_nobody_answers_it_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = ProxyClient(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ProxyUnreachable):
            await client.models("")
        with pytest.raises(ProxyUnreachable):
            await anext(client.ask({}, ""))


async def test_the_proxys_own_certificate_is_trusted_whatever_its_name(tmp_path: Path) -> None:
    authority, certificate, key = trustme.CA(), tmp_path / "chain.pem", tmp_path / "key.pem"
    issued = authority.issue_cert("guard.example.com")
    issued.private_key_pem.write_to_path(key)
    for each in issued.cert_chain_pems:
        each.write_to_path(certificate, append=True)
    app = PlainTextResponse("models")
    config = uvicorn.Config(
        app, log_level="critical", ws="none", ssl_certfile=certificate, ssl_keyfile=key, lifespan="off"
    )
    async with served(config) as url:
        here = url.replace("http:", "https:")
        assert await ProxyClient(here, certificate).models("") == (200, b"models")
        with pytest.raises(ProxyUnreachable):
            await ProxyClient(here).models("")
