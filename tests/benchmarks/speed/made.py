"""Results as if they had been measured."""

from __future__ import annotations

from typing import Any

from benchmarks.speed.graph_share import Share
from benchmarks.speed.growth import Curve, Point
from benchmarks.speed.memory import Level
from benchmarks.speed.results import Results
from benchmarks.speed.rounds import Sample


def sample(case: str, contender: str, turn: int = 0, **values: Any) -> Sample:
    """One round: 10 ms to each of three answers, unless it is said otherwise."""
    given = {"totals": [10.0] * 3, "firsts": [10.0] * 3, "rate": 100.0, "cpu": 1.0, "calls": {"answer": 1.0}}
    return Sample(case, contender, turn, **{**given, **values})


def results() -> Results:
    """Two rounds; in the second the machine was half as fast."""
    cpu = {"guarded": 5.0, "three": 4.0, "raw": 1.0, "fastapi": 0.5, "litellm": 16.0, "nemo": 5.0}
    rates = {"guarded": 200.0, "three": 250.0, "raw": 900.0, "fastapi": 3000.0, "litellm": 60.0, "nemo": 200.0}
    busy = [
        sample("text-16", name, turn, cpu=cpu[name] * (turn + 1), rate=rates[name] / (turn + 1))
        for turn in (0, 1)
        for name in cpu
    ]
    beside = [
        sample("beside", name, turn, totals=[milliseconds] * 3)
        for turn in (0, 1)
        for name, milliseconds in (("direct", 300.0 + turn), ("three", 305.0 + turn), ("litellm", 320.0))
    ]
    first = [sample("first-word", "three", firsts=[206.0, 207.0, 208.0])]
    failed = [sample("picture-50-1", "nemo", totals=[], firsts=[], failed=3, told="400 too long")]
    return Results(
        samples=[*busy, *beside, *first, *failed],
        curves=[Curve("turns", "turns of a conversation", [Point(1, 4.0, 9.0), Point(50, 8.0, 18.0)])],
        memory={"guarded": 150.0, "nemo": 113.0},
        level=Level([(100, 150.0), (200, 151.0), (300, 151.0), (400, 151.0)]),
        share=Share(graph=1.5, plain=0.1),
        missing={"nemo-speculative": "no module named x\nmore lines"},
        apart={"local_vs_generate": 2.6, "cost_vs_raw": None},
    )
