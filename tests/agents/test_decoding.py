"""Decoding apart: whatever a picture does to its decoder, the service goes on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.decoding import ENTRY_BYTES, Decoder, DecoderLimits, PictureCache, picture_key
from agents.errors import DecoderBusy, PictureRejected
from agents.images import Picture, read_picture
from tests.agents.bombs import damaged, foreign, full_colour_bomb, largest, one_bit_bomb, small, text_bomb

WHERE = "messages[0].content[1].image_url"
LEAKS = re.compile(r"0x[0-9a-f]{6,}|Traceback|/home|site-packages|BytesIO|<class")
UNCACHED = DecoderLimits(cached_bytes=0)


@asynccontextmanager
async def decoding(limits: DecoderLimits = UNCACHED) -> AsyncIterator[Decoder]:
    decoder = Decoder(limits)
    try:
        yield decoder
    finally:
        await decoder.close()


async def rejection(decoder: Decoder, data: bytes) -> PictureRejected:
    with pytest.raises(PictureRejected) as caught:
        await decoder.read(data, WHERE)
    assert caught.value.where == WHERE
    return caught.value


async def outcome(decoder: Decoder, data: bytes) -> Picture | str:
    try:
        return await decoder.read(data, WHERE)
    except PictureRejected as rejected:
        return rejected.reason


def outcome_here(data: bytes) -> Picture | str:
    try:
        return read_picture(data, WHERE)
    except PictureRejected as rejected:
        return rejected.reason


async def dies(pid: int) -> None:
    """Wait until a process is gone; one that stays fails the test by its deadline."""
    async with asyncio.timeout(10):
        while is_alive(pid):  # noqa: ASYNC110 the kernel sets no event
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and ") Z" not in status.read_text()


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_apart_or_not_the_picture_is_the_same() -> None:
    async with decoding() as decoder:
        for form in ("PNG", "JPEG", "GIF"):
            data = small(form)
            assert await decoder.read(data, WHERE) == read_picture(data, WHERE)


async def test_nothing_starts_before_it_is_needed_and_nothing_stays() -> None:
    decoder = Decoder()
    assert not decoder.processes
    await decoder.read(small("PNG"), WHERE)
    (pid,) = decoder.processes
    await decoder.close()
    assert decoder.processes == ()
    assert not is_alive(pid)


async def test_bombs_are_refused_and_harm_nobody() -> None:
    async with decoding() as decoder:
        for bomb in (full_colour_bomb(), one_bit_bomb()):
            assert len(bomb) < 1_000_000
            refused = await rejection(decoder, bomb)
            assert refused.too_large
            assert "million pixels" in refused.reason
        assert isinstance(await outcome(decoder, text_bomb()), str)
        for data in foreign().values():
            assert "no PNG" in (await rejection(decoder, data)).reason
        assert len(decoder.processes) == 1


async def test_a_hundred_damaged_pictures_fare_as_they_would_here_and_leak_nothing() -> None:
    async with decoding() as decoder:
        for data in damaged(100):
            found = await outcome(decoder, data)
            assert found == outcome_here(data)
            assert not isinstance(found, str) or LEAKS.search(found) is None


async def test_the_largest_at_once_stay_within_their_memory() -> None:
    """Above idle, all decoders together take less than 512 MB, by the kernel's own account of their peaks."""
    data = largest()
    async with decoding() as decoder:
        await asyncio.gather(*(outcome(decoder, small("PNG", (64 + turn, 64))) for turn in range(2)))
        idle = peak_megabytes(decoder)
        pictures = await asyncio.gather(*(decoder.read(data, WHERE) for _ in range(4)))
        assert len({picture.digest for picture in pictures}) == 1
        assert len(decoder.processes) == 2
        assert peak_megabytes(decoder) - idle < 512


def peak_megabytes(decoder: Decoder) -> int:
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in decoder.processes]
    return sum(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) for status in statuses) // 1024


async def test_a_picture_that_needs_too_much_memory_is_rejected_and_the_next_is_read() -> None:
    async with decoding(DecoderLimits(memory=160 * 1024**2, cached_bytes=0)) as decoder:
        assert "cannot be decoded" in (await rejection(decoder, largest())).reason
        assert await decoder.read(small("PNG"), WHERE)


async def test_a_picture_that_takes_too_long_loses_its_process_and_the_next_is_read() -> None:
    async with decoding(DecoderLimits(processes=1, seconds=5.0, cached_bytes=0)) as decoder:
        await outcome(decoder, small("PNG"))
        (before,) = decoder.processes
        os.kill(before, signal.SIGSTOP)  # the slowest decoder there is, on any machine
        assert "too long" in (await rejection(decoder, small("JPEG"))).reason
        assert decoder.processes == ()
        await dies(before)
        assert isinstance(await outcome(decoder, small("JPEG")), Picture)
        assert (decoder.work.pictures, decoder.work.lost) == (3, 1)
        assert decoder.work.seconds > 5.0


async def test_a_process_killed_amid_its_work_is_replaced() -> None:
    async with decoding(DecoderLimits(processes=1, cached_bytes=0)) as decoder:
        await outcome(decoder, small("PNG"))
        (before,) = decoder.processes
        os.kill(before, signal.SIGSTOP)
        waiting = asyncio.create_task(outcome(decoder, small("JPEG")))
        await asyncio.sleep(0.05)
        os.kill(before, signal.SIGKILL)
        assert await waiting == "the picture cannot be decoded"
        assert isinstance(await outcome(decoder, small("JPEG")), Picture)
        assert decoder.processes != (before,)


async def test_a_process_that_died_idle_is_not_given_work() -> None:
    async with decoding(DecoderLimits(processes=1, cached_bytes=0)) as decoder:
        await outcome(decoder, small("PNG"))
        os.kill(decoder.processes[0], signal.SIGKILL)
        await dies(decoder.processes[0])
        await asyncio.sleep(0.05)
        assert isinstance(await outcome(decoder, small("JPEG")), Picture)
        assert decoder.work.lost == 1


async def test_who_leaves_takes_the_process_along_and_nobody_gets_a_strangers_picture() -> None:
    async with decoding(DecoderLimits(processes=1, cached_bytes=0)) as decoder:
        await outcome(decoder, small("PNG"))
        (before,) = decoder.processes
        os.kill(before, signal.SIGSTOP)
        leaving = asyncio.create_task(outcome(decoder, small("JPEG")))
        while not decoder.work.busy:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert decoder.work.lost == 0
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert (decoder.work.busy, decoder.work.lost) == (0, 1)
        await dies(before)
        data = small("WEBP")
        assert await outcome(decoder, data) == outcome_here(data)


async def test_a_process_is_renewed_after_its_share_of_pictures() -> None:
    async with decoding(DecoderLimits(processes=1, jobs=2, cached_bytes=0)) as decoder:
        seen = []
        for _ in range(4):
            await outcome(decoder, small("PNG"))
            seen.append(decoder.processes)
        assert decoder.work.lost == 0  # their time was served
    assert seen[0] != ()
    assert seen[1] == ()
    assert seen[2] not in {(), seen[0]}


async def test_many_at_once_each_get_their_own() -> None:
    files = [small(form, (40 + turn, 40)) for turn in range(15) for form in ("PNG", "JPEG")]
    async with decoding() as decoder:
        found = await asyncio.gather(*(outcome(decoder, data) for data in files))
        assert len(decoder.processes) == 2
    assert list(found) == [outcome_here(data) for data in files]


async def test_a_line_that_is_full_turns_the_next_away() -> None:
    async with decoding(DecoderLimits(processes=1, waiting=1, cached_bytes=0)) as decoder:
        found = await asyncio.gather(*(outcome(decoder, small("PNG")) for _ in range(3)), return_exceptions=True)
    assert [type(each).__name__ for each in found].count("DecoderBusy") == 1


async def test_waiting_in_line_has_an_end() -> None:
    async with decoding(DecoderLimits(processes=1, wait_seconds=0.05, cached_bytes=0)) as decoder:
        await outcome(decoder, small("PNG"))
        os.kill(decoder.processes[0], signal.SIGSTOP)
        held = asyncio.create_task(outcome(decoder, small("JPEG")))
        await asyncio.sleep(0)
        with pytest.raises(DecoderBusy):
            await decoder.read(small("GIF"), WHERE)
        os.kill(decoder.processes[0], signal.SIGCONT)
        assert isinstance(await held, Picture)


async def test_what_was_read_before_needs_no_process() -> None:
    decoder = Decoder()
    data = small("PNG")
    first = await decoder.read(data, WHERE)
    refused = await rejection(decoder, b"no picture")
    await decoder.close()
    assert await decoder.read(data, WHERE) is first
    assert (await rejection(decoder, b"no picture")).reason == refused.reason
    assert decoder.processes == ()


async def test_a_decoder_has_none_of_our_secrets() -> None:
    os.environ["SITUGUARD_TEST_SECRET"] = "canary"  # noqa: S105 a canary
    try:
        async with decoding() as decoder:
            await outcome(decoder, small("PNG"))
            assert b"canary" not in environment_of(decoder.processes[0])
    finally:
        del os.environ["SITUGUARD_TEST_SECRET"]


def shown(size: int) -> Picture:
    return Picture(bytes(size), "image/png", 8, 8)


def test_a_reading_is_found_by_the_same_bytes_for_as_many_pixels() -> None:
    cache = PictureCache(10_000)
    cache.put(picture_key(b"a", 1), shown(10))
    assert cache.get(picture_key(b"a", 1)) == shown(10)
    assert cache.get(picture_key(b"a", 2)) is None
    assert cache.get(picture_key(b"b", 1)) is None


def test_the_longest_unused_makes_room() -> None:
    cache = PictureCache(3 * ENTRY_BYTES + 300)
    for name in (b"a", b"b", b"c"):
        cache.put(picture_key(name, 1), shown(100))
    assert cache.get(picture_key(b"a", 1)) is not None
    cache.put(picture_key(b"d", 1), shown(100))
    assert [name for name in (b"a", b"b", b"c", b"d") if cache.get(picture_key(name, 1))] == [b"a", b"c", b"d"]


def test_putting_again_takes_no_more_room() -> None:
    cache = PictureCache(ENTRY_BYTES + 100)
    for _ in range(10):
        cache.put(picture_key(b"a", 1), shown(100))
    assert cache.get(picture_key(b"a", 1)) is not None


def test_what_is_larger_than_the_bound_is_not_held() -> None:
    cache = PictureCache(ENTRY_BYTES)
    cache.put(picture_key(b"a", 1), shown(1))
    assert len(cache) == 0
    cache.put(picture_key(b"b", 1), PictureRejected("no"))
    assert len(cache) == 1
