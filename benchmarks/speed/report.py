"""The report of a run: a table of what must be, where it loses, every case, and plots; and the same as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks.speed.cases import CASES
from benchmarks.speed.plots import bars, growth
from benchmarks.speed.results import BARS, BUSY, RATIOS, Results, figures, losses, middle_of, over_direct
from benchmarks.speed.rounds import Sample
from benchmarks.speed.servers import CONTENDERS

OURS = ("guarded", "three", "raw")
CPU_PLOT, GROWTH_PLOT, FLAME = "speed-cpu.svg", "speed-growth.svg", "speed-flame.svg"
SHARES = (0.5, 0.95, 0.99)


def write(folder: Path, results: Results, conditions: Mapping[str, str], flame: str) -> None:
    """Write all files into a folder. `flame`: why there is no flame graph, empty where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    cpu = {CONTENDERS[name].title: value for name, value in _values(results, BUSY, lambda each: each.cpu)}
    if cpu:
        titles = [CONTENDERS[name].title for name in OURS]
        plot = bars(
            "CPU per request at 16 clients, text", dict(sorted(cpu.items(), key=lambda at: at[1])), titles, "ms"
        )
        (folder / CPU_PLOT).write_text(plot, encoding="utf-8")
    if results.curves:
        (folder / GROWTH_PLOT).write_text(growth(results.curves), encoding="utf-8")
    (folder / "speed.md").write_text("\n".join(markdown(results, conditions, flame)) + "\n", encoding="utf-8")
    (folder / "speed.json").write_text(json.dumps(as_json(results, conditions), indent=1) + "\n", encoding="utf-8")


def as_json(results: Results, conditions: Mapping[str, str]) -> dict[str, object]:
    """Everything that was found. `ratios` are of three agents; `ratios_by_default` with the onlooker beside them."""
    three, default = figures(results), figures(results, "guarded")
    return {
        "conditions": dict(conditions),
        "ratios": {key: _rounded(three[key]) for key in RATIOS},
        "ratios_by_default": {key: _rounded(default[key]) for key in RATIOS},
        "figures": {key: _rounded(value) for key, value in three.items()},
        "bars": {bar.key: {"at_least" if bar.least else "at_most": bar.limit} for bar in BARS},
        "missing": dict(results.missing),
        "langgraph_ms": {"graph": results.share.graph, "plain": results.share.plain} if results.share else None,
        "memory_mb": dict(results.memory),
        "memory_level": results.level and [list(each) for each in results.level.readings],
        "growth": [
            {**asdict(curve), "exponent": curve.exponent, "wait_exponent": curve.wait_exponent}
            for curve in results.curves
        ],
        "cases": [_summary(sample) for sample in results.samples],
    }


def markdown(results: Results, conditions: Mapping[str, str], flame: str) -> Iterator[str]:
    """The report, line by line."""
    yield "# What a guarded request costs"
    yield ""
    yield "Written by `make bench-speed`. Ratios are of the same round, and medians over the rounds: read them first,"
    yield "since a machine's speed moves everything else."
    yield ""
    yield from (f"- {name}: {value}" for name, value in conditions.items())
    yield from (f"- left out: {name}, {reason.splitlines()[0]}" for name, reason in results.missing.items())
    yield ""
    yield from _bars(results)
    yield from _losses(results)
    if any(sample.case == BUSY for sample in results.samples):
        yield f"![CPU per request]({CPU_PLOT})\n"
    yield from _cases(results)
    yield from _rest(results)
    if results.curves:
        yield from _growth(results)
    yield "## Where the milliseconds are"
    yield ""
    yield f"No flame graph: {flame}." if flame else f"[Flame graph]({FLAME}) of a worker at 16 clients (py-spy)."


def _bars(results: Results) -> Iterator[str]:
    three, default = figures(results), figures(results, "guarded")
    yield "| figure | 3 agents | with the onlooker | must be | met |"
    yield "|---|---|---|---|---|"
    for bar in BARS:
        value, sign = three[bar.key], "≥" if bar.least else "≤"
        met = "not measured" if value is None else "yes" if bar.met(value) else "**no**"
        must = f"{sign} {bar.limit:g} {bar.unit}".strip()
        yield f"| {bar.title} | {_shown(value)} | {_shown(default[bar.key])} | {must} | {met} |"
    yield ""


def _losses(results: Results) -> Iterator[str]:
    three = figures(results)
    short = [bar.title for bar in BARS if (value := three[bar.key]) is not None and not bar.met(value)]
    yield "## Where it loses"
    yield ""
    yield from (f"- short of what must be: {title}" for title in short)
    yield from (f"- {each}" for each in losses(results))
    if not short and not losses(results):
        yield "Nowhere in what was measured."
    yield ""


def _cases(results: Results) -> Iterator[str]:
    for case in CASES:
        present = [name for name in case.contenders if results.of(case.name, name)]
        failed = [each for each in results.samples if each.case == case.name and each.failed]
        if not present and not failed:
            continue
        yield f"## {case.title}"
        yield ""
        yield "| | CPU ms | req/s | p50 ms | p95 | p99 | first word ms | over the model alone | calls: answer + guard |"
        yield "|---|---|---|---|---|---|---|---|---|"
        for name in present:
            yield _row(results, case.name, name)
        yield ""
        for each in failed:
            yield f"- {each.contender}: {each.failed} requests failed in round {each.round + 1}: {each.told[:160]!r}"
        yield ""


def _row(results: Results, case: str, name: str) -> str:
    samples = list(results.of(case, name).values())
    totals = sorted(total for sample in samples for total in sample.totals)
    waits = [_shown(quantile(totals, share)) for share in SHARES]
    calls = " + ".join(f"{median(each.calls.get(model, 0) for each in samples):.2g}" for model in ("answer", "judge"))
    cells = [
        CONTENDERS[name].title,
        _shown(middle_of(results, case, name, lambda each: each.cpu)),
        _shown(middle_of(results, case, name, lambda each: each.rate)),
        *waits,
        _shown(median(first for each in samples for first in each.firsts)),
        _shown(over_direct(results, case, name)),
        calls,
    ]
    return f"| {' | '.join(cells)} |"


def _rest(results: Results) -> Iterator[str]:
    if results.memory:
        yield "## Memory of a worker"
        yield ""
        yield from (f"- {CONTENDERS[name].title}: {megabytes:.0f} MB" for name, megabytes in results.memory.items())
        if results.level:
            (first, low), (last, high) = results.level.readings[0], results.level.readings[-1]
            yield f"- level: {low:.1f} MB after {first:,} guarded requests, {high:.1f} MB after {last:,}"
        yield ""
    if results.share:
        yield "## LangGraph's own share"
        yield ""
        share = results.share
        yield f"A judgement by agents that answer at once takes {share.graph:.2f} ms of CPU with the graph and"
        yield f"{share.plain:.2f} ms without: {share.added:.2f} ms of every guarded request are LangGraph's."
        yield ""


def _growth(results: Results) -> Iterator[str]:
    yield "## Growth"
    yield ""
    yield f"![CPU per guarded request as one thing grows]({GROWTH_PLOT})"
    yield ""
    yield "An exponent of 0 is level and 1 is linear, by least squares over the upper half of the range."
    yield ""
    yield "| with | amounts | CPU ms | p50 ms | exponent of CPU | of the wait |"
    yield "|---|---|---|---|---|---|"
    for curve in results.curves:
        amounts = ", ".join(f"{point.amount:,}" for point in curve.points)
        cpu = ", ".join(_shown(point.cpu) for point in curve.points)
        waits = ", ".join(_shown(point.wait) for point in curve.points)
        exponents = f"{curve.exponent:.2f} | {curve.wait_exponent:.2f}"
        yield f"| {curve.title} | {amounts} | {cpu} | {waits} | {exponents} |"
    yield ""


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that so large a share is not above."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _summary(sample: Sample) -> dict[str, object]:
    totals, firsts = sorted(sample.totals), sorted(sample.firsts)
    waits = {f"p{share * 100:g}": _rounded(quantile(totals, share)) for share in SHARES} if totals else {}
    return {
        "case": sample.case,
        "contender": sample.contender,
        "round": sample.round + 1,
        "requests": len(totals),
        "failed": sample.failed,
        "cpu_ms": _rounded(sample.cpu),
        "rate": _rounded(sample.rate),
        "first_word_ms": _rounded(quantile(firsts, 0.5)) if firsts else None,
        **waits,
        "calls": {model: _rounded(calls) for model, calls in sample.calls.items()},
    }


def _values(results: Results, case: str, value: Callable[[Sample], float | None]) -> Iterator[tuple[str, float]]:
    for name in dict.fromkeys(sample.contender for sample in results.samples):
        found = middle_of(results, case, name, value)
        if found is not None:
            yield name, found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
