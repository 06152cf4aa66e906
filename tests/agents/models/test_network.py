"""How an endpoint is reached: what arrives at it, by which way."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.models.base import ModelRequest, Usage
from agents.models.endpoint import EndpointModel
from agents.models.network import Network, completions_url
from agents.models.openai_format import Envelope
from agents.models.secrets import HEADER_VALUE, SecretFile
from tests.agents.models.upstream import response, upstream

HELLO = ModelRequest((user_message("hello"),), {"max_tokens": 5})
REPLY = response(json.dumps(Envelope("up").completion("hi", Usage(4, 2))).encode())


@pytest.mark.parametrize(
    ("base_url", "query", "url"),
    [
        ("http://h/v1", {}, "http://h/v1/chat/completions"),
        ("http://h/v1/", {}, "http://h/v1/chat/completions"),
        ("http://h", {}, "http://h/chat/completions"),
        ("http://h/v1/chat/completions", {}, "http://h/v1/chat/completions"),
        ("http://h/v1/chat/completions/", {}, "http://h/v1/chat/completions"),
        ("https://h/openai/v1?api-version=preview", {}, "https://h/openai/v1/chat/completions?api-version=preview"),
        ("http://h/x/chat/completions?a=1", {"b": "2 3"}, "http://h/x/chat/completions?a=1&b=2+3"),
        ("http://h/x?a=1", {"a": "2"}, "http://h/x/chat/completions?a=2"),
        ("http://h/x?a=1&a=2&b=3", {"b": "4"}, "http://h/x/chat/completions?a=1&a=2&b=4"),
    ],
)
def test_the_address_of_chat_completions(base_url: str, query: dict[str, str], url: str) -> None:
    assert completions_url(base_url, query) == url


async def ask(base_url: str, network: Network, api_key: SecretStr | SecretFile | None = None) -> None:
    model = EndpointModel("up", base_url=base_url, model="m", api_key=api_key, network=network)
    await model.start()
    try:
        await model.complete(HELLO)
    finally:
        await model.close()


async def test_headers_and_query_arrive_and_secrets_are_read_for_each_request(tmp_path: Path) -> None:
    key, ticket = tmp_path / "key", tmp_path / "ticket"
    key.write_text("first")
    ticket.write_text("Basic one")
    secrets = {"x-ticket": SecretFile(ticket, HEADER_VALUE)}
    network = Network({"api-version": "7"}, {"X-Team": "kitchen", "User-Agent": "ours"}, secrets)
    async with upstream(REPLY) as rig:
        model = EndpointModel("up", base_url=rig.base_url, model="m", api_key=SecretFile(key), network=network)
        await model.start()
        await model.complete(HELLO)
        key.write_text("second")
        ticket.write_text("Basic two")
        await model.complete(HELLO)
        await model.close()
    first, second = rig.heads
    assert first.startswith("POST /v1/chat/completions?api-version=7 HTTP/1.1")
    for line in ("Authorization: Bearer first", "x-ticket: Basic one", "X-Team: kitchen", "User-Agent: ours"):
        assert line in first
    assert "Authorization: Bearer second" in second
    assert "x-ticket: Basic two" in second


async def test_a_proxy_is_asked_for_the_whole_address_with_its_own_credentials() -> None:
    async with upstream(REPLY) as rig:
        proxy = SecretStr(rig.base_url.removesuffix("/v1").replace("http://", "http://me:hush@"))
        await ask("http://models.example/v1", Network(proxy=proxy))
    (head,) = rig.heads
    assert head.startswith("POST http://models.example/v1/chat/completions HTTP/1.1")
    assert "Proxy-Authorization: Basic" in head


async def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with upstream(REPLY) as rig:
        await ask(rig.base_url, Network())
    assert len(rig.heads) == 1


@pytest.mark.parametrize(
    ("status", "kind", "may_be_down"),
    [(407, "status", False), (403, "unauthorised", False), (502, "status", True)],
)
async def test_what_a_proxy_says_is_told_and_a_refusal_is_no_outage(status: int, kind: str, may_be_down: bool) -> None:
    async with upstream(response(b"no", status=f"{status} Who are you")) as rig:
        network = Network(proxy=SecretStr(rig.base_url.removesuffix("/v1")))
        with pytest.raises(ModelFailed) as caught:
            await ask("https://models.example/v1", network)
    failure = caught.value
    assert (failure.kind, failure.status, failure.suggests_outage) == (kind, status, may_be_down)
    assert failure.detail == "said by the proxy"


async def test_certificates_of_its_own_authority_are_trusted_and_no_others(tmp_path: Path) -> None:
    ours, foreign = trustme.CA(), trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.issue_cert("127.0.0.1").configure_cert(server)
    contexts = []
    for number, authority in enumerate((ours, foreign)):
        file = tmp_path / f"{number}.pem"
        authority.cert_pem.write_to_path(str(file))
        contexts.append(ssl.create_default_context(cafile=str(file)))
    async with upstream(REPLY, server) as rig:
        await ask(rig.base_url, Network(tls=contexts[0]))
        for tls in (contexts[1], None):
            with pytest.raises(ModelFailed) as caught:
                await ask(rig.base_url, Network(tls=tls))
            assert caught.value.kind == "connection"
