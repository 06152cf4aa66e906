"""One client cannot take the house: what it may take of it is bounded, and its bad requests count too."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from agents.decoding import Decoder
from agents.fetch import PictureFetcher
from agents.images import Picture
from guard.config import Deployment
from service.keys.key import KeyLimits
from service.middleware.shares import Share
from service.openai.chat import ChatCompletions
from service.routes.pictures import Pictures
from tests.scripts import picture
from tests.service.raw import raw
from tests.service.routes.test_pictures import document
from tests.service.running import Proxy, body, data_url, paced, running
from tests.service.test_keys import asked, make_key
from tests.service.waiting import until


def asking(proxy: Proxy, token: str) -> asyncio.Task[httpx.Response]:
    header = {"authorization": f"Bearer {token}"}
    return asyncio.create_task(proxy.http.post("/v1/chat/completions", json=body(), headers=header))


async def test_a_key_that_asks_for_all_places_leaves_half_of_them_to_others(tmp_path: Path) -> None:
    greedy, other = make_key(tmp_path), make_key(tmp_path)
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), in_work=4, waiting=4) as proxy:
        flood = [asking(proxy, greedy) for _ in range(12)]
        await until(lambda: sum(each.done() for each in flood) == 8)
        assert {each.result().json()["error"]["code"] for each in flood if each.done()} == {"overloaded"}
        await until(lambda: proxy.cast.answers.requests)
        await asyncio.sleep(0.2)
        assert len(proxy.cast.answers.requests) == 2
        mine = [asking(proxy, other) for _ in range(2)]
        await until(lambda: len(proxy.cast.answers.requests) == 4)
        gate.set()
        assert [(await each).status_code for each in mine] == [200, 200]
        assert sorted([(await each).status_code for each in flood]) == [200] * 4 + [503] * 8


async def test_a_key_that_is_alone_may_take_all_places(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), in_work=4, waiting=0) as proxy:
        flood = [asking(proxy, token) for _ in range(4)]
        await until(lambda: len(proxy.cast.answers.requests) == 4)
        gate.set()
        assert [(await each).status_code for each in flood] == [200] * 4


@pytest.mark.parametrize("bad", [{"messages": []}, {"model": "nobody"}, {"temperature": "hot"}])
async def test_bad_requests_count_against_a_rate(tmp_path: Path, bad: dict[str, Any]) -> None:
    token = make_key(tmp_path, KeyLimits(requests_per_minute=2))
    async with running(tmp_path) as proxy:
        assert [(await asked(proxy, token, **bad))[0] for _ in range(2)] in ([400, 400], [404, 404])
        assert (await asked(proxy, token))[0] == 429


async def test_a_rate_is_checked_before_the_body_is_there(tmp_path: Path) -> None:
    token = make_key(tmp_path, KeyLimits(requests_per_minute=1))
    async with running(tmp_path) as proxy:
        assert (await asked(proxy, token))[0] == 200
        lines = [
            *("POST /v1/chat/completions HTTP/1.1", "Host: localhost", "Content-Type: application/json"),
            *(f"Authorization: Bearer {token}", "Content-Length: 60000000", "", ""),
        ]
        reader, writer = await raw(proxy, "\r\n".join(lines).encode())
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 429 ")
        writer.close()


async def test_who_sends_wrong_keys_is_slowed_down_and_a_good_key_is_not(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    async with running(tmp_path, refusals_per_minute=3) as proxy:
        wrong = [await asked(proxy, "sg_live_abcdefgh_wrong") for _ in range(5)]
        assert wrong == [(401, "invalid_api_key")] * 3 + [(429, "too_many_refusals")] * 2
        assert (await asked(proxy, token))[0] == 200  # from the same address


class SlowDecoder(Decoder):
    """Counts how many pictures are with it at once, and lets none go before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.inside = 0

    async def read(self, data: bytes, where: str, max_pixels: int = 0) -> Picture:
        self.inside += 1
        await self.gate.wait()
        self.inside -= 1
        return picture()


async def test_a_request_with_many_pictures_leaves_a_decoder_to_others() -> None:
    decoder = SlowDecoder()
    looking = Pictures(decoder, PictureFetcher())
    setting = Deployment.model_validate({"model": "answers"})

    def look(share: Share, *colours: str) -> asyncio.Task[Any]:
        urls = [data_url(picture(colour)) for colour in colours]
        return asyncio.create_task(
            looking.of(list(ChatCompletions().picture_addresses(document(*urls))), setting, share=share)
        )

    greedy = look(Share("greedy", 0.5), "red", "green", "blue", "white")
    await asyncio.sleep(0.05)
    assert decoder.inside == 1
    other = look(Share("other", 0.5), "black")
    await asyncio.sleep(0.05)
    assert decoder.inside == 2
    decoder.gate.set()
    assert [len(await each) for each in (greedy, other)] == [4, 1]
