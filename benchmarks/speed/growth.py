"""How the cost of a guarded request grows: with the conversation, its pictures, other clients, and stored records."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import fmean, median

from benchmarks.speed.bench import Bench, say
from benchmarks.speed.bodies import Body, body
from benchmarks.speed.cases import Size
from benchmarks.speed.client import Amount
from benchmarks.speed.seed import seed_records
from benchmarks.speed.servers import CONTENDERS
from benchmarks.speed.upstream import Plan

GUARDED = CONTENDERS["guarded"]
LINEAR = 1.1  # an exponent up to which growth counts as no worse than linear: 1, and what noise may add


@dataclass(frozen=True)
class Point:
    """So much of something, and what one request then takes: milliseconds of CPU, and until its answer (median)."""

    amount: int
    cpu: float
    wait: float


@dataclass(frozen=True)
class Curve:
    """How one cost grows. `title` says with what."""

    name: str
    title: str
    points: Sequence[Point]

    @property
    def exponent(self) -> float:
        """Of the CPU time per request: 0 is level, 1 is linear."""
        return exponent([(point.amount, point.cpu) for point in self.points])

    @property
    def wait_exponent(self) -> float:
        """The same of the wait for an answer."""
        return exponent([(point.amount, point.wait) for point in self.points])


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope in logarithms (least squares) over the upper half of the range, where fixed costs weigh least.

    The upper half begins at the geometric mean of the ends; the last two points are always taken.
    """
    middle = (points[0][0] * points[-1][0]) ** 0.5
    upper = [(log(x), log(y)) for x, y in points if x >= middle]
    if len(upper) < 2:
        upper = [(log(x), log(y)) for x, y in points[-2:]]
    mean_x, mean_y = fmean(x for x, _ in upper), fmean(y for _, y in upper)
    return sum((x - mean_x) * (y - mean_y) for x, y in upper) / sum((x - mean_x) ** 2 for x, _ in upper)


async def grow(bench: Bench, size: Size) -> list[Curve]:
    """All curves, of the deployment as it is by default."""
    turns = {each: body("guarded", turns=each) for each in size.turns}
    pictures = {each: body("guarded", pictures=each) for each in size.pictures}
    text = body("guarded")
    return [
        Curve("turns", "turns of a conversation", await _curve(bench, turns, size)),
        Curve("pictures", "pictures of 50 KB in a request", await _curve(bench, pictures, size)),
        Curve("clients", "clients at once", await _clients(bench, text, size)),
        Curve("records", "records in the database", [each async for each in _records(bench, text, size)]),
    ]


async def _curve(bench: Bench, bodies: Mapping[int, Body], size: Size) -> list[Point]:
    found: dict[int, list[Point]] = {amount: [] for amount in bodies}
    for _ in range(size.growth_rounds):
        for amount, asked in bodies.items():
            found[amount].append(await _point(bench, amount, asked, size))
    return [_middle(points) for points in found.values()]


async def _clients(bench: Bench, asked: Body, size: Size) -> list[Point]:
    found: dict[int, list[Point]] = {clients: [] for clients in size.clients}
    for _ in range(size.growth_rounds):
        for clients in size.clients:
            found[clients].append(await _point(bench, clients, asked, size, clients=clients))
    return [_middle(points) for points in found.values()]


async def _records(bench: Bench, asked: Body, size: Size) -> AsyncIterator[Point]:
    """Records are added while the proxy runs, so one pass over growing numbers is all there can be."""
    data = bench.folder / GUARDED.server / "data"
    for records in size.records:
        seed_records(data, records)
        yield _middle([await _point(bench, records, asked, size) for _ in range(size.growth_rounds)])


async def _point(bench: Bench, amount: int, asked: Body, size: Size, *, clients: int = 1) -> Point:
    await bench.ask(GUARDED, asked, Plan(), Amount(requests=2 * clients), clients=clients)
    found = await bench.ask(GUARDED, asked, Plan(), Amount(size.seconds, clients), clients=clients)
    good = found.load.good
    if len(good) < len(found.load.answers):
        told = next(answer.told for answer in found.load.answers if not answer.good)
        say(f"{len(found.load.answers) - len(good)} of {len(found.load.answers)} failed at {amount}: {told}")
    return Point(amount, found.cpu or 0.0, median(answer.total for answer in good))


def _middle(points: Sequence[Point]) -> Point:
    return Point(points[0].amount, median(each.cpu for each in points), median(each.wait for each in points))
