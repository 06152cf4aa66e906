"""Where the uncertainty of a figure comes from: from which cases were asked, or from how the same case was answered
again.

More repeats make only the second part smaller. Source: the one-way random-effects analysis of variance (Searle, Casella
and McCulloch 1992, chapter 3), for each side, with the sides' weights as in the figure. Knows no harness and no report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from benchmarks.metrics import Unit, mean, split


@dataclass(frozen=True)
class VarianceSplit:
    """The standard error of a figure, by its sources, as shares: `cases` would stay however often each is asked,
    `repeats` falls with the number of repeats. `unstable` is the share of cases that were not always answered alike.
    """

    cases: float
    repeats: float
    unstable: float
    least: int

    @property
    def standard_error(self) -> float:
        """Of the figure as it was measured. Cases are taken for independent here, as nowhere else."""
        return sqrt(self.cases**2 + self.repeats**2)

    def with_repeats(self, count: int) -> float:
        """The standard error with `count` answers to each case."""
        return sqrt(self.cases**2 + self.repeats**2 * self.least / count)


def variance_split(units: Sequence[Unit]) -> VarianceSplit | None:
    """The split, from units with the same key for the same case; None where a case was answered only once, or a group
    has only one case."""
    groups = split(units, lambda unit: unit.group)
    cases = repeats = 0.0
    answers = [[unit.value for unit in same] for same in split(units, lambda unit: unit.key).values()]
    if not answers or min(map(len, answers)) < 2:
        return None
    for group in groups.values():
        values = [[unit.value for unit in same] for same in split(group, lambda unit: unit.key).values()]
        if len(values) < 2:
            return None
        within = mean([_variance(each) for each in values])
        noise = mean([1 / len(each) for each in values]) * within
        between = max(_variance([mean(each) for each in values]) - noise, 0.0)
        cases += between / len(values) / len(groups) ** 2
        repeats += noise / len(values) / len(groups) ** 2
    unstable = mean([float(min(each) != max(each)) for each in answers])
    return VarianceSplit(sqrt(cases), sqrt(repeats), unstable, min(map(len, answers)))


def _variance(values: Sequence[float]) -> float:
    middle = mean(values)
    return sum((value - middle) ** 2 for value in values) / (len(values) - 1)
