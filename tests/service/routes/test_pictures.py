"""Pictures of requests: decoded apart, fetched once where that is allowed, and the same bytes for everyone."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agents.decoding import Decoder, DecoderLimits
from agents.errors import PictureRejected
from agents.fetch import FetchFault, PictureFetcher
from guard.config import Deployment
from service.openai.chat import ChatCompletions
from service.routes.pictures import Pictures
from tests.agents.bombs import full_colour_bomb, one_bit_bomb
from tests.agents.picture_host import answer, picture_host
from tests.scripts import picture
from tests.service.running import Proxy, asking, body, data_url, deployment, running

FETCHING = Deployment.model_validate({"model": "answers", "fetch_pictures": True})
CHAT = ChatCompletions()
PLAIN = Deployment.model_validate({"model": "answers"})
SEEN = picture("green")


def document(*urls: str) -> dict[str, Any]:
    return {
        "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}} for url in urls]}]
    }


@asynccontextmanager
async def pictures(fetcher: PictureFetcher | None = None) -> AsyncIterator[Pictures]:
    decoder = Decoder(DecoderLimits(processes=1))
    yield Pictures(decoder, fetcher or PictureFetcher())
    await decoder.close()


async def test_a_picture_by_https_is_fetched_once_and_is_a_picture_like_any_other() -> None:
    async with picture_host(answer(SEEN.data)) as host, pictures(host.fetcher()) as looking:
        asked = list(CHAT.picture_addresses(document(host.url(), host.url(), data_url(SEEN))))
        found = await looking.of(asked, FETCHING)
    assert [found[url] for url, _ in asked] == [SEEN] * 3
    assert len(host.hits) == 1


async def test_where_fetching_is_off_nothing_is_fetched() -> None:
    async with picture_host(answer(SEEN.data)) as host, pictures(host.fetcher()) as looking:
        with pytest.raises(PictureRejected, match="send a data URL"):
            await looking.of(list(CHAT.picture_addresses(document(host.url()))), PLAIN)
    assert host.hits == []


async def test_the_bytes_decide_and_not_what_the_server_says() -> None:
    async with picture_host(answer(SEEN.data, "image/jpeg")) as host, pictures(host.fetcher()) as looking:
        found = await looking.of(list(CHAT.picture_addresses(document(host.url()))), FETCHING)
    assert list(found.values()) == [SEEN]


async def test_one_bad_picture_refuses_them_all_and_says_which() -> None:
    async with pictures() as looking:
        with pytest.raises(PictureRejected) as caught:
            await looking.of(
                list(CHAT.picture_addresses(document(data_url(SEEN), "https://localhost/x.png"))), FETCHING
            )
    assert caught.value.where == "messages[0].content[1].image_url.url"
    assert caught.value.reason == FetchFault.URL


async def test_more_pictures_than_may_be_are_not_looked_at() -> None:
    async with pictures() as looking:
        assert await looking.of([("data:,", "x")] * 17, PLAIN) == {}
        assert looking.decoder.processes == ()


async def test_bombs_are_refused_by_a_proxy_that_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        for bomb in (full_colour_bomb(8000), one_bit_bomb(8000)):
            url = f"data:image/png;base64,{base64.b64encode(bomb).decode()}"
            assert await status(proxy, url) == (413, "image_too_large")
        assert await status(proxy, data_url(SEEN)) == (200, None)
        shown = {part.digest for request in proxy.cast.judges.requests for part in _images(request)}
        assert shown == {part.digest for part in _images(proxy.cast.answers.requests[0])} == {SEEN.digest}


@pytest.mark.parametrize("detail", ["low", "original"])
async def test_a_large_picture_is_made_smaller_once_for_agents_and_model(tmp_path: Path, detail: str) -> None:
    deployments = {"guarded": deployment(limits={"picture_pixels": 70_000})}
    async with running(tmp_path, deployments=deployments) as proxy:
        assert await status(proxy, data_url(picture("green", (800, 600))), detail=detail) == (200, None)
        shown = [part for asked in proxy.cast.judges.requests for part in _images(asked)]
        (answered,) = _images(proxy.cast.answers.requests[0])
        assert shown
        assert all(part == answered for part in shown)
        assert answered.detail == detail
        assert (answered.picture.width, answered.picture.height) == (305, 229)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_a_large_picture_in_lines_of_base64_is_taken(tmp_path: Path, line_end: str) -> None:
    noise = Image.frombytes("RGB", (1000, 1000), os.urandom(3_000_000))
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    lines = base64.encodebytes(buffer.getvalue()).decode().replace("\n", line_end)
    async with running(tmp_path) as proxy:
        assert await status(proxy, f"data:image/jpeg;base64,{lines}") == (200, None)
        (answered,) = _images(proxy.cast.answers.requests[0])
        assert answered.picture.data == buffer.getvalue()


def _images(request: Any) -> list[Any]:
    return [part for message in request.messages for part in message.parts if part.kind == "image"]


async def status(proxy: Proxy, url: str, **more: str) -> tuple[int, str | None]:
    messages = asking("What is this?")
    messages[0]["content"].insert(0, {"type": "image_url", "image_url": {"url": url, **more}})
    response = await proxy.http.post("/v1/chat/completions", json=body(messages=messages))
    return response.status_code, response.json().get("error", {}).get("code")
