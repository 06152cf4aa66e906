"""Pictures by https: fetched once, from where they may come, within every limit."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import Sequence

import pytest

from agents.errors import PictureRejected
from agents.fetch import MAX_ANSWERS, CheckedResolver, FetchFault, FetchLimits, NotPublic, PictureFetcher, Reach
from tests.agents.hostile_urls import hostile_urls
from tests.agents.picture_host import HERE, NAME, PictureHost, Serves, always, answer, canaries, picture_host
from tests.scripts import picture

WHERE = "messages[0].content[0].image_url"
DATA = picture().data
PATIENT = FetchLimits(seconds=5.0, max_bytes=100_000)
QUICK = FetchLimits(seconds=0.3, max_bytes=100_000)
CANARIES = ("127.0.0.1", "::1", "127.0.1.1", "127.1.1.1", "127.0.0.3", "127.255.255.254")


async def fault_of(fetcher: PictureFetcher, url: str) -> str:
    with pytest.raises(PictureRejected) as caught:
        await fetcher.fetch(url, WHERE)
    assert caught.value.where == WHERE
    return caught.value.reason


async def fault_against(serves: Serves, limits: FetchLimits = PATIENT) -> str:
    async with picture_host(serves) as host:
        return await fault_of(host.fetcher(limits=limits), host.url())


async def test_a_picture_comes_as_it_is_from_the_name_that_was_asked() -> None:
    async with picture_host(answer(DATA)) as host:
        fetched = await host.fetcher().fetch(host.url("/cat.png?size=big"), WHERE)
    assert fetched == DATA
    assert host.names == [NAME]
    head = host.hits[0].lower()
    assert head.startswith("get /cat.png?size=big http/1.1\r\n")
    assert f"host: {NAME}:{host.port}\r\n" in head
    assert "accept-encoding: identity\r\n" in head
    assert "cookie" not in head


async def test_each_of_200_pictures_is_fetched_exactly_once() -> None:
    """Whatever a server shows at a second visit, nobody sees it."""
    shown = itertools.count()

    async def another_each_time(_: str, writer: asyncio.StreamWriter) -> None:
        await answer(b"%d" % next(shown))("", writer)

    async with picture_host(another_each_time) as host:
        fetcher = host.fetcher()
        fetched = [await fetcher.fetch(host.url(f"/{turn}"), WHERE) for turn in range(200)]
    assert [int(each) for each in fetched] == list(range(200))
    assert len(host.hits) == 200


async def test_a_certificate_of_another_name_is_no_certificate() -> None:
    async with picture_host(answer(DATA), name="other.example.com") as host:
        assert await fault_of(host.fetcher(), host.url()) == FetchFault.UNREACHABLE
        assert host.hits == []


async def test_a_certificate_that_nobody_vouches_for_is_none() -> None:
    async with picture_host(answer(DATA)) as host:
        stranger = PictureFetcher(resolve=always(HERE), reach=Reach(frozenset({host.port}), frozenset({HERE})))
        assert await fault_of(stranger, host.url()) == FetchFault.UNREACHABLE
        assert host.hits == []


# ---- where from ----


def test_the_list_of_hostile_addresses_is_as_long_as_promised() -> None:
    assert len(set(hostile_urls(4711))) == 150


async def test_no_hostile_address_reaches_a_listener_inside() -> None:
    async with canaries(CANARIES) as birds:
        reach = Reach(frozenset({443, *birds.ports}))
        fetchers = [PictureFetcher(resolve=always(address), reach=reach, limits=QUICK) for address in CANARIES]
        for fetcher, url in itertools.product(fetchers, hostile_urls(birds.ports[0])):
            assert await fault_of(fetcher, url) in {FetchFault.URL, FetchFault.UNREACHABLE}
    assert birds.connections == 0


async def test_the_listeners_would_hear_a_connection() -> None:
    """The test above could fail: permitted, the same address is dialled."""
    async with canaries(CANARIES) as birds:
        reach = Reach(frozenset(birds.ports), frozenset(CANARIES))
        fetcher = PictureFetcher(resolve=always("127.0.0.1"), reach=reach, limits=PATIENT)
        assert await fault_of(fetcher, f"https://a.example.com:{birds.ports[0]}/") == FetchFault.UNREACHABLE
    assert birds.connections == 1


@pytest.mark.parametrize("port", [80, 8443, 22, 0, 65535])
async def test_other_ports_are_not_dialled(port: int) -> None:
    fetcher = PictureFetcher(resolve=always("127.0.0.1"))
    assert await fault_of(fetcher, f"https://a.example.com:{port}/") == FetchFault.URL


async def test_a_name_that_changes_its_mind_never_leads_inside() -> None:
    """DNS rebinding: one answer is let through, the next points inside. The name is asked once a connection."""
    async with picture_host(answer(DATA)) as host, canaries(("127.0.0.1",)) as birds:
        turns = itertools.cycle([HERE, "127.0.0.1"])
        asked: list[str] = []

        async def flips(name: str) -> Sequence[str]:
            asked.append(name)
            return [next(turns)]

        fetcher = host.fetcher(resolve=flips)
        outcomes = [await _outcome(fetcher, host) for _ in range(20)]
    assert outcomes == ["fetched", FetchFault.UNREACHABLE] * 10
    assert len(asked) == 20
    assert birds.connections == 0


async def _outcome(fetcher: PictureFetcher, host: PictureHost) -> str:
    try:
        await fetcher.fetch(host.url(), WHERE)
    except PictureRejected as rejected:
        return rejected.reason
    return "fetched"


@pytest.mark.parametrize("addresses", [(HERE, "127.0.0.1"), ("10.0.0.1", HERE), (), (HERE,) * (MAX_ANSWERS + 1)])
async def test_one_bad_answer_spoils_them_all(addresses: tuple[str, ...]) -> None:
    resolver = CheckedResolver(always(*addresses), frozenset({HERE}))
    with pytest.raises(NotPublic):
        await resolver.resolve("a.example.com", 443)


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    async def unknown(_: str) -> Sequence[str]:
        raise OSError

    assert await fault_of(PictureFetcher(resolve=unknown), "https://a.example.com/") == FetchFault.UNREACHABLE


# ---- redirects ----


def redirecting(hops: Sequence[str]) -> Serves:
    """/0 leads to hops[0], and what is no number is a picture."""

    async def serve(head: str, writer: asyncio.StreamWriter) -> None:
        path = head.split(" ")[1].strip("/")
        if path.isdigit() and int(path) < len(hops):
            return await answer(b"", status="302 Found", Location=hops[int(path)])("", writer)
        return await answer(DATA)("", writer)

    return serve


async def test_two_redirects_are_followed_and_no_third() -> None:
    async with picture_host(redirecting(["/1", "/cat", "/0"])) as host:
        assert (await host.fetcher().fetch(host.url("/0"), WHERE)) == DATA
        assert await fault_of(host.fetcher(), host.url("/2")) == FetchFault.REDIRECTS


@pytest.mark.parametrize(
    "target", ["http://a.example.com/", "//127.0.0.1:{p}/", "https://localhost:{p}/", "file:///x", ""]
)
async def test_a_redirect_to_a_bad_address_is_not_followed(target: str) -> None:
    async with canaries(("127.0.0.1",)) as birds, picture_host(redirecting([])) as host:
        host.serves = redirecting([target.replace("{p}", str(birds.ports[0]))])
        assert await fault_of(host.fetcher(), host.url("/0")) == FetchFault.URL
    assert birds.connections == 0


async def test_a_redirect_to_a_name_inside_is_resolved_and_refused() -> None:
    async def resolve(name: str) -> Sequence[str]:
        return [HERE if name == NAME else "127.0.0.1"]

    async with canaries(("127.0.0.1",)) as birds, picture_host(redirecting([])) as host:
        host.serves = redirecting([f"https://inside.example.com:{host.port}/"])
        assert await fault_of(host.fetcher(resolve=resolve), host.url("/0")) == FetchFault.UNREACHABLE
    assert birds.connections == 0


# ---- how much, how long, of what kind ----


async def test_a_larger_picture_is_refused_by_its_declared_length() -> None:
    assert await fault_against(answer(b"", Content_Length="10000000000")) == FetchFault.TOO_LARGE


async def test_a_larger_picture_without_a_length_is_cut_while_it_comes() -> None:
    sent = 0

    async def endless(_: str, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await answer(b"", Content_Length="")("", writer)
        while sent < 50_000_000:
            writer.write(bytes(50_000))
            await writer.drain()
            sent += 50_000

    with pytest.raises(PictureRejected) as caught:
        async with picture_host(endless) as host:
            await host.fetcher(limits=PATIENT).fetch(host.url(), WHERE)
    assert caught.value.reason == FetchFault.TOO_LARGE
    assert caught.value.too_large
    assert sent < 10_000_000  # what buffers on the way take


async def test_a_picture_of_exactly_the_limit_is_let_in() -> None:
    async with picture_host(answer(bytes(100_000))) as host:
        assert len(await host.fetcher(limits=PATIENT).fetch(host.url(), WHERE)) == 100_000


@pytest.mark.parametrize("before", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"])
async def test_a_dripping_server_meets_the_one_deadline(before: bytes) -> None:
    async def drip(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(before)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    assert await fault_against(drip, QUICK) == FetchFault.TIMEOUT


async def test_a_resolver_that_hangs_meets_the_same_deadline() -> None:
    async def hangs(_: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    assert await fault_of(PictureFetcher(resolve=hangs, limits=QUICK), "https://a.example.com/") == FetchFault.TIMEOUT


async def test_a_compressed_picture_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    assert await fault_against(answer(bomb, Content_Encoding="gzip")) == FetchFault.ENCODED


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "video/mp4", "application/octet-stream", "", None])
async def test_other_types_are_refused(kind: str | None) -> None:
    assert await fault_against(answer(DATA, kind)) == FetchFault.TYPE


@pytest.mark.parametrize("kind", ["image/jpeg", "image/JPG", "image/webp; q=1", "image/gif"])
async def test_the_types_of_pictures_are_let_in(kind: str) -> None:
    async with picture_host(answer(DATA, kind)) as host:
        assert (await host.fetcher().fetch(host.url(), WHERE)) == DATA


@pytest.mark.parametrize(
    "status", ["404 Not Found", "500 Oops", "206 Partial Content", "304 Not Modified", "204 No Content"]
)
async def test_any_other_status_is_no_picture(status: str) -> None:
    assert await fault_against(answer(b"", status=status)) == FetchFault.STATUS


@pytest.mark.parametrize(
    "noise",
    [b"not http at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n", b"",
     b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: image/png\r\n\r\nshort",
     b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % turn for turn in range(100_000)) + b"\r\n"],
)  # fmt: skip
async def test_what_is_no_answer_is_unreachable(noise: bytes) -> None:
    async def write(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(noise)
        await writer.drain()

    assert await fault_against(write) == FetchFault.UNREACHABLE


async def test_more_fetches_than_may_run_at_once_wait_for_their_turn() -> None:
    running, most = 0, 0

    async def slow(_: str, writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        await answer(DATA)("", writer)

    async with picture_host(slow) as host:
        fetcher = host.fetcher(limits=FetchLimits(seconds=5.0, at_once=2))
        await asyncio.gather(*(fetcher.fetch(host.url(f"/{turn}"), WHERE) for turn in range(8)))
    assert most <= 2
