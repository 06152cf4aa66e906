"""What a run found, and the figures that are made of it. Nothing here measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.speed.graph_share import Share
from benchmarks.speed.growth import LINEAR, Curve
from benchmarks.speed.memory import Level
from benchmarks.speed.rounds import Sample

BUSY = "text-16"  # the case that CPU, rate and throughput are read from
PEERS = ("litellm", "nemo")
GUARD_MILLISECONDS = 200  # of the agents in the case `first-word`
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Results:
    """Everything that was measured. `missing`: why a server was left out. `apart`: what other commands found."""

    samples: Sequence[Sample] = ()
    curves: Sequence[Curve] = ()
    memory: Mapping[str, float] = field(default_factory=dict)
    level: Level | None = None
    share: Share | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    apart: Figures = field(default_factory=dict)

    def of(self, case: str, contender: str) -> dict[int, Sample]:
        """A contender's samples of a case, by round; those without a good answer are left out."""
        found = (each for each in self.samples if (each.case, each.contender) == (case, contender))
        return {each.round: each for each in found if each.totals}


@dataclass(frozen=True)
class Bar:
    """What a figure must be: at most so much, or with `least` at least."""

    key: str
    title: str
    limit: float
    unit: str = ""
    least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit


BARS = (
    Bar("cpu_vs_iorails", "CPU per request at 16 clients, of NeMo IORails'", 0.6, "×"),
    Bar("cpu_vs_litellm", "CPU per request at 16 clients, of LiteLLM's", 0.2, "×"),
    Bar("rps_vs_best_peer", "requests per second at 16 clients, of the better peer's", 1.6, "×", least=True),
    Bar("raw_vs_fastapi", "CPU per request of a raw deployment, of FastAPI's", 3, "×"),
    Bar("total_vs_raw_ms", "model 300 ms beside guard 300 ms, over the model alone", 6, "ms"),
    Bar("long_model_vs_raw_ms", "model 600 ms, agents 100 + 100 ms, over the model alone", 3, "ms"),
    Bar("ttft_ms_over_agents", "stream: first word, over the agents' own 200 ms", 8, "ms"),
    Bar("stream_cpu_ms", "stream of 20 chunks, CPU", 12, "ms"),
    Bar("memory_mb", "memory of a worker without local models", 140, "MB"),
    Bar("memory_mb_per_100k", "memory that 100,000 requests would add", 5, "MB"),
    Bar("worst_growth", "largest exponent of growth", LINEAR),
    Bar(
        "local_vs_generate",
        "local engine: guarded requests a minute, of four `generate` in a row",
        2.5,
        "×",
        least=True,
    ),
    Bar("cost_vs_raw", "money of a guarded request with small agents, of a raw one's", 1.6, "×"),
)
RATIOS = (
    "cpu_vs_iorails",
    "cpu_vs_litellm",
    "rps_vs_best_peer",
    "raw_vs_fastapi",
    "total_vs_raw_ms",
    "ttft_ms_over_agents",
    "local_vs_generate",
    "cost_vs_raw",
)


def figures(results: Results, guarded: str = "three") -> Figures:
    """Every figure that has a bar; None where what it needs was not measured. `guarded` is whose they are."""
    return {
        "cpu_vs_iorails": _by_round(results, BUSY, _cpu, over=guarded, under=("nemo",)),
        "cpu_vs_litellm": _by_round(results, BUSY, _cpu, over=guarded, under=("litellm",)),
        "rps_vs_best_peer": _by_round(results, BUSY, lambda each: each.rate, over=guarded, under=PEERS),
        "raw_vs_fastapi": _by_round(results, BUSY, _cpu, over="raw", under=("fastapi",)),
        "total_vs_raw_ms": over_direct(results, "beside", guarded),
        "long_model_vs_raw_ms": over_direct(results, "long-model", guarded),
        "ttft_ms_over_agents": _middle(
            [median(each.firsts) - GUARD_MILLISECONDS for each in results.of("first-word", guarded).values()]
        ),
        "stream_cpu_ms": middle_of(results, "stream", guarded, _cpu),
        "memory_mb": results.memory.get("guarded"),
        "memory_mb_per_100k": results.level.per_hundred_thousand if results.level else None,
        "worst_growth": max((curve.exponent for curve in results.curves), default=None),
        "local_vs_generate": results.apart.get("local_vs_generate"),
        "cost_vs_raw": results.apart.get("cost_vs_raw"),
    }


def over_direct(results: Results, case: str, contender: str) -> float | None:
    """Milliseconds more than the model itself took in the same round (medians), the median over the rounds."""
    direct, own = results.of(case, "direct"), results.of(case, contender)
    return _middle([median(own[turn].totals) - median(direct[turn].totals) for turn in own if turn in direct])


def middle_of(results: Results, case: str, contender: str, value: Callable[[Sample], float | None]) -> float | None:
    """The median over the rounds."""
    return _middle([value(each) for each in results.of(case, contender).values()])


def losses(results: Results) -> list[str]:
    """Where Situguard takes more than another guard in the same case, in words."""
    found = []
    for case in dict.fromkeys(each.case for each in results.samples):
        for guarded in ("guarded", "three"):
            for peer in (*PEERS, "nemo-speculative"):
                for what, value in (("CPU", _cpu), ("median wait", lambda each: median(each.totals))):
                    ratio = _by_round(results, case, value, over=guarded, under=(peer,))
                    if ratio is not None and ratio > 1:
                        found.append(f"{case}: {guarded} takes {ratio:.2f} times {peer}'s {what}")
    return found


def _by_round(
    results: Results, case: str, value: Callable[[Sample], float | None], *, over: str, under: Sequence[str]
) -> float | None:
    """One's value over the others' largest, in the same round; the median over the rounds."""
    others = [results.of(case, name) for name in under]
    ratios = []
    for turn, sample in results.of(case, over).items():
        measured = [value(other[turn]) for other in others if turn in other]
        largest = max((each for each in measured if each), default=None)
        own = value(sample)
        if own is not None and largest is not None:
            ratios.append(own / largest)
    return _middle(ratios)


def _cpu(sample: Sample) -> float | None:
    return sample.cpu


def _middle(values: Sequence[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return median(known) if known else None
