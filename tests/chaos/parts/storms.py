"""Storms: many scripted requests at once, every one held against its plan and its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.figures import Figure, Section
from tests.chaos.load import Findings, storm
from tests.chaos.oracle import CLOSED_IN_OUTAGE
from tests.chaos.plan import JUDGES, OUTAGES, Plan, agent_cells, crossed, mixed, on_responses, upstream_cells
from tests.chaos.proxy import PATIENT, Setup
from tests.chaos.sabotages import LEAK
from tests.chaos.saboteur import tampered
from tests.chaos.size import SEED, Size

AT_ONCE = 24  # in all lanes together
CLIENTS = 200  # the same, where it is their number that is tried
ROUNDS = 5  # of the fault matrices
# What is counted in every storm, also where it is zero; any other violation is listed too.
ALWAYS = (
    "leak of an answer",
    "leak of an unjudged warning",
    "released without coverage",
    "another request's text",
    "answered without a record",
    "past its deadline",
)
LOUD = (
    "silent fail-open: header",
    "silent fail-open: record",
    "silent fail-open: counter",
    "explicit unsafe lost",
)
# So many at once wait for each other, and none is to be turned away.
CROSSED = replace(PATIENT, environment={"SITUGUARD_IN_WORK": "256"})


async def closed(size: Size) -> list[Section]:
    """G1, one half of it: 100,000 requests through the two APIs."""
    found = await _stormed(list(mixed(size.of(50_000), SEED, "closed")), size)
    more = [
        Figure("clients that left", len(found.freed)),
        Figure("longest to be freed, s", _most(found), most=size.patience.grace),
    ]
    return [Section("G1 mixed load, closed", [*figures(found, size), *more], found.rows)]


async def opened(size: Size) -> list[Section]:
    """G3."""
    half = size.of(10_000) // 2
    found = await _stormed([*mixed(half, SEED + 1, "open"), *mixed(half, SEED + 2, "outage")], size)
    unjudged = sum(row["failed_open"] for row in found.rows)
    told = [*figures(found, size, LOUD), Figure("requests that failed open by plan", unjudged)]
    return [Section("G3 mixed load, open", told, found.rows)]


async def responses(size: Size) -> list[Section]:
    """G1, the other half; the sample alternates between the two APIs."""
    plans = on_responses(mixed(size.of(50_000), SEED + 2, "closed"), alternating=not size.full)
    found = await _stormed(list(plans), size)
    return [Section("G1 mixed load, closed, on the Responses API", figures(found, size), found.rows)]


async def agents(size: Size) -> list[Section]:
    """G2, every cell of agent × fault × streamed × mode."""
    found = await _stormed(_again_and_again(agent_cells, size, 20), size)
    names = (*LOUD, "not closed", "no retry-after", "not answered")
    told = [*figures(found, size, names), *_what_opens(found, whole=size.full)]
    return [Section("G2 agent fault × agent × streamed × mode", told, found.rows)]


def _what_opens(found: Findings, *, whole: bool) -> Iterator[Figure]:
    """The table of what an open deployment lets out unjudged, and only where our own question fails too."""
    judged = [row for row in found.rows if row["plan"].get("faulty") in JUDGES]
    tried = {str(row["plan"]["agent_fault"]) for row in judged}
    opened = {str(row["plan"]["agent_fault"]) for row in judged if row["failed_open"] and row["status"] == 200}
    must = ", ".join(sorted(OUTAGES)) if whole else None
    yield Figure("faults after which an answer went out unjudged, in an outage", ", ".join(sorted(opened)), must)
    yield Figure("faults after which none did", ", ".join(sorted(tried - opened)))


async def upstreams(size: Size) -> list[Section]:
    """G2, the faults of the model that answers."""
    found = await _stormed(_again_and_again(upstream_cells, size, 10), size)
    names = ("unmapped upstream fault", "cut stream with an end", "fault of our own")
    return [Section("G2 faults of the model that answers", figures(found, size, names), found.rows)]


async def cross_talk(size: Size) -> list[Section]:
    """T34."""
    clients = CLIENTS // size.lanes
    found = await _stormed(list(crossed(size.of(10_000), SEED)), size, at_once=clients, setup=CROSSED)
    names = ("wrong verdict in the record", "two answers, one record", "strays upstream")
    return [
        Section(f"T34 cross-talk: {clients} clients, replies out of order", figures(found, size, names), found.rows)
    ]


async def leaking_build(size: Size) -> list[Section]:
    """The control: a build that leaks, which the same rig must catch."""
    with tampered(LEAK) as copy:
        if copy is None:
            return [Section("A leaking build", [Figure("patch applies", value=False, must=True)])]
        found = await _stormed(list(mixed(60, SEED, "closed")), size, setup=Setup(copy, size.patience))
    leaks = found.count("leak of an answer")
    told = [Figure("leaks seen", leaks), Figure("caught", leaks > 0, must=True)]
    return [Section("A leaking build, the control", told, found.rows)]


def _again_and_again(cells: Callable[[int], Iterator[Plan]], size: Size, least: int) -> list[Plan]:
    """Each cell of a matrix `ROUNDS` times, or a share of the cells once."""
    if not size.full:
        return size.some(list(cells(SEED)), least)
    return [plan for turn in range(ROUNDS) for plan in cells(SEED + turn)]


async def _stormed(plans: Sequence[Plan], size: Size, *, at_once: int = 0, setup: Setup | None = None) -> Findings:
    setup = setup or Setup(patience=size.patience)
    with TemporaryDirectory() as folder:
        return await storm(plans, Path(folder), at_once=at_once or AT_ONCE // size.lanes, setup=setup)


def figures(found: Findings, size: Size, more: Sequence[str] = ()) -> list[Figure]:
    """What every storm tells, violations first by name and then by example."""
    names = found.names
    listed = [*ALWAYS, *more, *(name for name in names if name not in (*ALWAYS, *more))]
    granted = set() if size.full else {CLOSED_IN_OUTAGE}
    statuses = ", ".join(f"{status or 'none'}: {count}" for status, count in sorted(found.statuses.items()))
    return [
        Figure("requests", found.requests),
        Figure("requests a second", round(found.requests / max(found.seconds, 0.001), 1)),
        Figure("statuses", statuses),
        Figure("longest request, s", round(found.longest, 2)),
        *(Figure(name, names[name], None if name in granted else 0) for name in listed),
        *_examples(found),
    ]


def _examples(found: Findings) -> Iterator[Figure]:
    shown = set()
    for each in found.violations:
        if each.name not in shown:
            shown.add(each.name)
            yield Figure(f"example of {each.name}", each.detail[:300])


def _most(found: Findings) -> float:
    return round(max(found.freed, default=0.0), 2)
