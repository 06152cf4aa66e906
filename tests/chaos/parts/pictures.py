"""Hostile pictures: what is judged is what is forwarded, bombs are refused, and memory stays within its bound."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.hostile_pictures import Hostile, hostile_pictures
from tests.chaos.oracle import SECRETS, Asked
from tests.chaos.plan import Plan
from tests.chaos.proxy import PATIENT, Proxy, running
from tests.chaos.size import Size
from tests.chaos.upstream import Upstream, upstream

AT_ONCE = 20
MEGABYTES = 512
LOOK = 0.05  # seconds between looks at the memory


@dataclass(frozen=True)
class Fate:
    """What became of a picture. `same`: every agent and the model saw one and the same; `plain`: it is unambiguous."""

    name: str
    status: int
    code: str | None
    same: bool
    plain: bool
    clean: bool

    @property
    def forwarded(self) -> bool:
        return self.status == 200

    @property
    def refused(self) -> bool:
        return self.status in {400, 413}


async def pictures(size: Size) -> list[Section]:
    """T6, T10."""
    tried = size.some(hostile_pictures(), 12)
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url, PATIENT) as proxy:
            idle = proxy.megabytes
            fates = [await _fate(turn, each, rig, proxy) for turn, each in enumerate(tried)]
            peak = await _peak(tried, rig, proxy)
            after = await _ask(len(tried), None, rig, proxy)
    forwarded = [fate for fate in fates if fate.forwarded]
    figures = [
        Figure("hostile pictures", len(fates)),
        Figure("judged and forwarded", len(forwarded), least=1),
        Figure("refused", sum(fate.refused for fate in fates), len(fates) - len(forwarded)),
        Figure("judged and forwarded with other bytes", sum(not fate.same for fate in forwarded), 0),
        Figure("forwarded and ambiguous", sum(not fate.plain for fate in forwarded), 0),
        Figure("replies that tell of our inside", sum(not fate.clean for fate in fates), 0),
        Figure(f"memory above idle with {AT_ONCE} at once, MB", round(peak - idle, 1), most=MEGABYTES),
        Figure("an ordinary picture afterwards", after.status, 200),
    ]
    return [Section("T6, T10 hostile pictures", figures, [asdict(fate) for fate in fates])]


async def _fate(turn: int, hostile: Hostile, rig: Upstream, proxy: Proxy) -> Fate:
    seen = await _ask(turn, hostile, rig, proxy)
    asked = rig.asked.get(seen.plan.id, ())
    shown = {digest for _, digests in asked for digest in digests}
    plain = all(_is_plain(rig.urls[digest]) for digest in shown)
    return Fate(hostile.name, seen.status, seen.code, _is_same(asked), plain, SECRETS.search(seen.raw) is None)


async def _ask(turn: int, hostile: Hostile | None, rig: Upstream, proxy: Proxy) -> Seen:
    plan = Plan(f"{turn + 1:016x}", picture=True)
    rig.sole = plan
    return await ask(proxy.port, plan, *(() if hostile is None else (_url(hostile),)))


def _url(hostile: Hostile) -> str:
    return f"data:{hostile.media_type};base64,{base64.b64encode(hostile.data).decode()}"


def _is_same(asked: Asked) -> bool:
    """Whether all who saw a picture saw the same one, the judge and the model among them."""
    saw = {role: pictures for role, pictures in asked if pictures}
    return {"situation", "answer"} <= saw.keys() and len(set(saw.values())) == 1 and len(saw["answer"]) == 1


def _is_plain(url: bytes) -> bool:
    """Whether nobody could see anything else in it: one frame, no turn, nothing transparent, eight bits."""
    image = Image.open(io.BytesIO(base64.b64decode(url.partition(b",")[2])))
    turned = image.getexif().get(0x0112, 1) != 1
    return (
        getattr(image, "n_frames", 1) == 1
        and not turned
        and image.mode in {"RGB", "L"}
        and not image.has_transparency_data
    )


async def _peak(tried: Sequence[Hostile], rig: Upstream, proxy: Proxy) -> float:
    """The most memory, in MB, while all come again, many at once."""
    rig.sole = Plan("f" * 16, picture=True)
    waiting = iter(tried)
    peak = 0.0

    async def worker() -> None:
        for hostile in waiting:
            await ask(proxy.port, Plan("f" * 16, picture=True), _url(hostile))

    working = asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    while not working.done():
        peak = max(peak, proxy.megabytes)
        await asyncio.sleep(LOOK)
    await working
    return peak
