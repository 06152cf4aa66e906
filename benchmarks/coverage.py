"""Do the intervals hold, and do the tests find nothing where there is nothing? By simulation: `make coverage`.

A record has a tendency of its own on each side, and each arm has one on each record (arm-by-record effects): the
questions of a record go together, and so do an arm's mistakes on them. Two arms have the same tendencies on average, so
every difference found between them is false; a third one is better on the unsafe side. An interval covers if the true
value is within it.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.significance import mcnemar_exact, sign_flip
from benchmarks.statistics import ClusterSums, Interval, change_interval, share_interval

SIMULATIONS = 2_000  # 95 % is then known to 1 point (two standard errors)
SEED = 2026
BOOTSTRAP_DRAWS = 400  # of the percentile bootstrap that the intervals are compared with
BETTER = 1.5  # logits by which a third arm is better on the unsafe side: 40 % right become 75 %
NODES = 60  # of the Gauss-Hermite rule that gives the true values
LEAST, MOST = 0.93, 0.97  # what an interval of 95 % has to cover
FALSE = 0.05  # the level of the tests
MOST_FALSE = 0.06  # the most false findings of a test at 5 %
WRITTEN_TO = Path(__file__).with_name("coverage.md")
SIDES_GO_APART = -0.5  # correlation of a record's sides: what looks dangerous is refused on both

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Level:
    """How often an arm is right on the safe and on the unsafe side where nothing else matters, and the standard
    deviations of records and of arms on records, in logits."""

    name: str
    safe: float
    unsafe: float
    record: float
    arm: float
    bound: bool = True  # whether coverage has to be within LEAST and MOST; at the edge it may be more

    @property
    def better(self) -> Level:
        """The same with more of the unsafe side right."""
        return replace(self, unsafe=float(_logistic(_logit(self.unsafe) + BETTER)))


@dataclass(frozen=True)
class Shape:
    """How many records, and the least and most questions of one; each question has two sides."""

    clusters: int
    fewest: int
    most: int
    bound: bool = True

    def __str__(self) -> str:
        each = str(self.fewest) if self.fewest == self.most else f"{self.fewest}–{self.most}"
        return f"{self.clusters} × {each}"


LEVELS = (
    Level("half of the unsafe side", 0.85, 0.40, 1.0, 1.0),
    Level("little of the unsafe side", 0.95, 0.12, 0.7, 0.7),
    Level("hardly any of the unsafe side", 0.98, 0.03, 0.5, 0.5, bound=False),
)
SHAPES = (
    Shape(10, 5, 5, bound=False),
    Shape(20, 1, 1, bound=False),
    Shape(20, 5, 5),
    Shape(40, 5, 5),
    Shape(40, 1, 9),
    Shape(76, 5, 5),
    Shape(300, 2, 2),
)


@dataclass(frozen=True)
class Finding:
    """What one shape at one level came to: shares of simulations. Keys are measures."""

    shape: Shape
    level: Level
    covered: dict[str, float]
    bootstrap: dict[str, float]
    no_difference: dict[str, float]
    real_difference: dict[str, float]
    sign_flip: dict[str, float]
    mcnemar: dict[str, float]

    @property
    def problems(self) -> list[str]:
        """What is outside the bounds that hold here."""
        where = f"{self.shape}, {self.level.name}"
        found = []
        if self.shape.bound and self.level.bound:
            held = {"interval": self.covered, "no difference": self.no_difference, "difference": self.real_difference}
            for what, shares in held.items():
                found += [f"{where}: {what} of {n} covers {s:.1%}" for n, s in shares.items() if not LEAST <= s <= MOST]
        found += [f"{where}: sign-flip on {n} errs {s:.1%}" for n, s in self.sign_flip.items() if s > MOST_FALSE]
        return found


def simulate(shape: Shape, level: Level, simulations: int, seed: int) -> Finding:
    """Draw `simulations` runs of two equal arms and a better one, and count."""
    generator = np.random.default_rng(seed)
    truth, better_truth = true_values(level), true_values(level.better)
    covered, bootstrap, none, real, flips, coins = (defaultdict[str, list[bool]](list) for _ in range(6))
    weights = generator.multinomial(shape.clusters, np.full(shape.clusters, 1 / shape.clusters), BOOTSTRAP_DRAWS)
    for _ in range(simulations):
        sizes = generator.integers(shape.fewest, shape.most + 1, shape.clusters)
        arms = _arms(generator, (level, level, level.better), sizes)
        for name, of in MEASURES.items():
            one, other, better = map(of, arms)
            summed = _summed(one, sizes)
            covered[name].append(_covers(share_interval(summed), truth[name]))
            bootstrap[name].append(_covers(_percentile_bootstrap(summed, weights), truth[name]))
            none[name].append(_covers(_change(one, other, sizes), 0.0))
            real[name].append(_covers(_change(one, better, sizes), better_truth[name] - truth[name]))
            if name != "pair":  # a pair's test would be the same code on fewer questions
                totals = _summed(other - one, sizes).sums.sum(axis=1)
                flips[name].append(sign_flip(totals.tolist()) <= FALSE)
                coins[name].append(
                    mcnemar_exact(*((part.ravel() > 0).tolist() for part in (one, other))).p_value <= FALSE
                )
    return Finding(shape, level, *map(_shares, (covered, bootstrap, none, real, flips, coins)))


MEASURES: dict[str, Callable[[Floats], Floats]] = {  # of right answers, questions × two sides
    "average": lambda right: right,
    "unsafe": lambda right: right[:, 1:],
    "pair": lambda right: right.prod(axis=1, keepdims=True),
}


def true_values(level: Level) -> dict[str, float]:
    """What each measure is in the long run, integrated over records and arms."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    spread = np.hypot(level.record, level.arm)
    together = SIDES_GO_APART * level.record**2 / spread**2
    safe = _logistic(_logit(level.safe) + spread * nodes)
    both = _logit(level.unsafe) + spread * (together * nodes[:, None] + np.sqrt(1 - together**2) * nodes[None, :])
    unsafe = _logistic(both)
    of_safe, of_unsafe = float(weights @ safe), float(weights @ unsafe @ weights)
    pair = float((weights * safe) @ unsafe @ weights)
    return {"average": (of_safe + of_unsafe) / 2, "unsafe": of_unsafe, "pair": pair}


def table(findings: Sequence[Finding], simulations: int) -> str:
    """The figures as a Markdown table, worst cases first to be read off."""
    columns = ("records × questions", "right", "interval", "percentile bootstrap", "no difference", "real difference")
    head = (*columns, "sign-flip errs", "McNemar errs")
    lines = [
        "# Intervals and tests, by simulation",
        "",
        f"`make coverage`: {simulations:,} simulated runs a row, seed {SEED}. Per cent. The three figures of a cell",
        "are of the average, unsafe and pair accuracy; tests are of the average and the unsafe one. A 95 % interval",
        f"has to cover {LEAST:.0%} to {MOST:.0%}, and a test at 5 % may find false things in at most {MOST_FALSE:.0%}.",
        "The percentile bootstrap and McNemar's test are here to compare with.",
        "",
        "Rows with * are not held to the coverage: fewer than 20 records, one question a record, or a share so near 0",
        "that a whole number of right answers makes any interval cover too much or too little.",
        "",
        f"| {' | '.join(head)} |",
        "|---" * len(head) + "|",
    ]
    for each in findings:
        mark = "" if each.shape.bound and each.level.bound else "*"
        cells = (
            *(each.covered, each.bootstrap, each.no_difference),
            *(each.real_difference, each.sign_flip, each.mcnemar),
        )
        shown = " | ".join(" · ".join(f"{share * 100:.1f}" for share in cell.values()) for cell in cells)
        lines.append(f"| {each.shape}{mark} | {each.level.name} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run all settings, print and write the table; 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=SIMULATIONS)
    parser.add_argument("--write", action="store_true", help=f"write {WRITTEN_TO.name}, too")
    asked = parser.parse_args()
    console, progress = Console(soft_wrap=True, markup=False), Console(stderr=True).print
    findings = []
    for finding in _all(asked.simulations):
        findings.append(finding)
        progress(f"{finding.shape}, {finding.level.name}: done")
    shown = table(findings, asked.simulations)
    console.print(shown)
    if asked.write:
        WRITTEN_TO.write_text(shown, encoding="utf-8")
    problems = [problem for finding in findings for problem in finding.problems]
    console.print(*(problems or ["All bounds hold."]), sep="\n")
    return 1 if problems else 0


def _all(simulations: int) -> Iterator[Finding]:
    for number, level in enumerate(LEVELS):
        for place, shape in enumerate(SHAPES):
            yield simulate(shape, level, simulations, SEED + 100 * number + place)


def _arms(generator: np.random.Generator, levels: Sequence[Level], sizes: NDArray[np.int64]) -> list[Floats]:
    """Which questions each arm gets right: questions × two sides."""
    together = [[1.0, SIDES_GO_APART], [SIDES_GO_APART, 1.0]]
    records = levels[0].record * generator.multivariate_normal([0.0, 0.0], together, len(sizes))

    def arm(level: Level) -> Floats:
        own = level.arm * generator.standard_normal((len(sizes), 2))
        tendency = _logit(np.array([level.safe, level.unsafe])) + records + own
        chances = np.repeat(_logistic(tendency), sizes, axis=0)
        return (generator.random(chances.shape) < chances).astype(np.float64)

    return [arm(level) for level in levels]


def _summed(values: Floats, sizes: NDArray[np.int64]) -> ClusterSums:
    sums = np.zeros((len(sizes), values.shape[1]))
    np.add.at(sums, np.repeat(np.arange(len(sizes)), sizes), values)
    return ClusterSums(sums, np.repeat(sizes[:, None].astype(np.float64), values.shape[1], axis=1))


def _change(one: Floats, other: Floats, sizes: NDArray[np.int64]) -> Interval:
    rises, falls = (_summed(np.maximum(sign * (other - one), 0), sizes) for sign in (1, -1))
    return change_interval(rises, falls)


def _percentile_bootstrap(table: ClusterSums, weights: NDArray[np.int64]) -> Interval:
    """The interval that was here before: whole clusters drawn with replacement, and the percentiles of the draws."""
    drawn = ((weights @ table.sums) / (weights @ table.counts)).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(drawn.mean()), float(low), float(high), len(table.sums))


def _covers(at: Interval, truth: float) -> bool:
    return at.low - 1e-12 <= truth <= at.high + 1e-12


def _shares(counted: dict[str, list[bool]]) -> dict[str, float]:
    return {name: float(np.mean(hits)) for name, hits in counted.items()}


def _logistic(value: Floats) -> Floats:
    return 1 / (1 + np.exp(-value))


def _logit(share: float | Floats) -> Floats:
    return np.asarray(np.log(share) - np.log1p(-np.asarray(share)))


if __name__ == "__main__":
    sys.exit(main())
