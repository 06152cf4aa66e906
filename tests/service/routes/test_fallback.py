"""What is no address of ours is a 404 in OpenAI's shape, and an address that is coming says so."""

from __future__ import annotations

import pytest

from tests.service.raw import error_of
from tests.service.running import Proxy, body

PATHS = [
    "/v1/responses",
    "/v1/completions",
    "/v1/embeddings",
    "/v1/chat/completions/",
    "/v1//chat/completions",
    "/V1/chat/completions",
    "/v1/chat%2Fcompletions",
    "/v1/chat/completions%00",
    "/v1/models/raw/",
    "/v1/files",
    "/v1",
    "/chat/completions",
    "/docs",
    "/openapi.json",
]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_every_other_address_is_a_404_that_reaches_no_model(proxy: Proxy, method: str) -> None:
    for path in PATHS:
        reply = await proxy.http.request(method, path, json=body())
        assert reply.status_code in {404, 405}, (method, path)
        assert error_of(reply)["code"] in {"unknown_url", "method_not_allowed"}
    assert proxy.asked_nothing


async def test_responses_says_that_it_is_coming(proxy: Proxy) -> None:
    for method in ("GET", "POST"):
        reply = await proxy.http.request(method, "/v1/responses")
        assert reply.status_code == 404
        assert "coming" in error_of(reply)["message"]


async def test_every_address_below_responses_is_coming_too(proxy: Proxy) -> None:
    for method, path in (("GET", "/v1/responses/resp_1"), ("POST", "/v1/responses/resp_1/cancel")):
        reply = await proxy.http.request(method, path)
        assert (reply.status_code, error_of(reply)["code"]) == (404, "unknown_url")
        assert "/v1/chat/completions" in error_of(reply)["message"]
