"""What is no address of ours is a 404 in OpenAI's shape; what is missing of an API says so."""

from __future__ import annotations

import pytest

from tests.service.raw import error_of
from tests.service.running import Proxy, body

PATHS = [
    "/v1/responses/",
    "/v1/responses/resp_1/cancel",
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


async def test_what_is_missing_of_the_responses_api_says_so(proxy: Proxy) -> None:
    reply = await proxy.http.post("/v1/responses/resp_1/cancel")
    assert (reply.status_code, error_of(reply)["code"]) == (404, "unknown_url")
    assert "Responses API" in error_of(reply)["message"]
