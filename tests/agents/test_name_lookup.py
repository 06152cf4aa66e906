"""Names that never answer hold up nobody: not the models' own look-ups, not other pictures, not the process's end."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from agents.errors import PictureRejected
from agents.fetch import FetchFault, FetchLimits, PictureFetcher, Reach
from agents.name_lookup import AT_ONCE, OF_ONE_DOMAIN, NameLookup
from tests.agents.picture_host import HERE, NAME, answer, picture_host
from tests.scripts import picture

WHERE = "messages[0].content[0].image_url"
SOON = 2.0  # seconds; a look-up that waits for silent ones takes until they end


class Silence:
    """A system resolver that never answers for some names until it is told to. `waiting` counts them."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.waiting = 0

    def getaddrinfo(self, host: Any, *_: Any, **__: Any) -> list[Any]:
        if "silent" in str(host):
            self.waiting += 1
            self.over.wait(30)
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (HERE, 443))]

    def addresses(self, host: str) -> Collection[str]:
        return [answer[4][0] for answer in self.getaddrinfo(host)]


@pytest.fixture
def silence() -> Iterator[Silence]:
    silence = Silence()
    yield silence
    silence.over.set()


async def test_silent_names_starve_neither_models_nor_other_pictures(
    silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", silence.getaddrinfo)
    async with picture_host(answer(picture().data)) as host:
        fetcher = host.fetcher(resolve=NameLookup(), limits=FetchLimits(seconds=20.0))
        silent = [
            asyncio.create_task(fetcher.fetch(host.url(name=f"silent.domain{turn}.com"), WHERE)) for turn in range(40)
        ]
        async with asyncio.timeout(SOON):
            while silence.waiting < len(silent):  # noqa: ASYNC110 threads set no event of a loop
                await asyncio.sleep(0.01)
        async with asyncio.timeout(SOON):
            # As the pool of a model's endpoint does it.
            await asyncio.get_running_loop().getaddrinfo("api.example.com", 443)
        async with asyncio.timeout(SOON):
            assert await fetcher.fetch(host.url(), WHERE) == picture().data
        for task in silent:
            task.cancel()
        await asyncio.gather(*silent, return_exceptions=True)


async def test_by_default_the_fetcher_has_a_look_up_of_its_own(
    silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", silence.getaddrinfo)
    fetcher = PictureFetcher(limits=FetchLimits(seconds=0.2), reach=Reach(permitted=frozenset({HERE})))
    urls = [f"https://silent{turn}.example.com/" for turn in range(64)]
    faults = await asyncio.gather(*(fetcher.fetch(url, WHERE) for url in urls), return_exceptions=True)
    assert {fault.reason for fault in faults if isinstance(fault, PictureRejected)} == {FetchFault.TIMEOUT}
    assert silence.waiting <= OF_ONE_DOMAIN
    async with asyncio.timeout(SOON):
        await asyncio.get_running_loop().getaddrinfo("api.example.com", 443)


async def test_the_names_of_one_domain_wait_for_each_other_and_for_nobody_else(silence: Silence) -> None:
    look_up = NameLookup(silence.addresses, of_one_domain=2)
    tasks = [asyncio.create_task(look_up(f"silent{turn}.Example.com")) for turn in range(5)]
    async with asyncio.timeout(SOON):
        assert await look_up("a.example.org") == [HERE]
    assert silence.waiting == 2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with pytest.raises(TimeoutError):  # who left did not free the threads that still wait
        await asyncio.wait_for(look_up("b.example.com"), 0.1)
    silence.over.set()
    async with asyncio.timeout(SOON):
        assert await look_up("b.example.com") == [HERE]


async def test_no_more_threads_are_started_than_may_run(silence: Silence) -> None:
    look_up = NameLookup(silence.addresses, at_once=3)
    tasks = [asyncio.create_task(look_up(f"silent.domain{turn}.com")) for turn in range(8)]
    await asyncio.sleep(0.1)
    assert silence.waiting == 3
    silence.over.set()
    assert all(isinstance(end, OSError) for end in await asyncio.gather(*tasks, return_exceptions=True))
    assert AT_ONCE > 16 * 2  # two requests full of silent names leave room


async def test_a_name_that_nobody_knows_and_a_name_that_is_none() -> None:
    for fault in (socket.gaierror(), UnicodeError(), ValueError()):

        def fails(_: str, fault: Exception = fault) -> Collection[str]:
            raise fault

        with pytest.raises(OSError, match="no address"):
            await NameLookup(fails)(NAME)


def test_a_silent_name_does_not_keep_the_process_alive() -> None:
    program = (
        "import asyncio, time; from agents.name_lookup import NameLookup\n"
        "async def main():\n"
        "    await asyncio.wait_for(NameLookup(lambda _: time.sleep(30))('a.example.com'), 0.1)\n"
        "asyncio.run(main())"
    )
    began = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)
    assert "TimeoutError" in ended.stderr
    assert time.monotonic() - began < 20
