"""Hostile addresses, under resolvers that point inside: none may reach a listener there."""

from __future__ import annotations

from collections import Counter

from agents.errors import PictureRejected
from agents.fetch import FetchFault, FetchLimits, PictureFetcher, Reach
from tests.agents.hostile_urls import hostile_urls
from tests.agents.picture_host import always, canaries
from tests.chaos.figures import Figure, Section
from tests.chaos.size import Size

INSIDE = ("127.0.0.1", "::1", "127.0.1.1", "127.1.1.1", "127.0.0.3", "127.255.255.254")
REPEATS = 20  # each address under each resolver
QUICK = FetchLimits(seconds=1.0, max_bytes=100_000)
EXPECTED = {FetchFault.URL, FetchFault.UNREACHABLE}
WHERE = "messages[0].content[0].image_url.url"


async def urls(size: Size) -> list[Section]:
    """T8. That the listeners would hear a connection is seen by permitting one."""
    said: Counter[str] = Counter()
    async with canaries(INSIDE) as birds:
        reach = Reach(frozenset({443, *birds.ports}))
        listed = list(dict.fromkeys(hostile_urls(birds.ports[0])))
        for address in INSIDE * size.of(REPEATS):
            fetcher = PictureFetcher(resolve=always(address), reach=reach, limits=QUICK)
            said.update([await _said(fetcher, url) for url in listed])
        reached = birds.connections
        permitted = PictureFetcher(resolve=always(INSIDE[0]), reach=Reach(frozenset(birds.ports), frozenset(INSIDE)))
        await _said(permitted, f"https://a.example.com:{birds.ports[0]}/")
        heard = birds.connections - reached
    figures = [
        Figure("hostile addresses", len(listed), 150),
        Figure("attempts", said.total()),
        Figure("connections to listeners inside", reached, 0),
        Figure("attempts that were not refused as they should", sum(said[each] for each in said.keys() - EXPECTED), 0),
        Figure("the listeners hear a connection that is permitted", heard, 1),
    ]
    return [
        Section("T8 hostile addresses", figures, [{"said": reason, "times": count} for reason, count in said.items()])
    ]


async def _said(fetcher: PictureFetcher, url: str) -> str:
    try:
        await fetcher.fetch(url, WHERE)
    except PictureRejected as rejected:
        return rejected.reason
    return "fetched"
