"""How far two judges agree on the same answers: Cohen's kappa and the agreement on each class.

Sources: Cohen 1960; Cicchetti and Feinstein 1990 (agreement per class: one kappa hides where judges part).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan


@dataclass(frozen=True)
class Agreement:
    """Of `compared` answers that both judges labelled: `observed` agreement, kappa, and per class the share
    2·both / (first + second). `left_out` answers had no label from at least one judge. Kappa is nan where
    both judges used one and the same label throughout.
    """

    compared: int
    left_out: int
    observed: float
    kappa: float
    per_class: Mapping[str, float]


def agreement(first: Sequence[str | None], second: Sequence[str | None]) -> Agreement:
    """Compare two judges' labels of the same answers, in the same order; None is no label."""
    both = list(zip(first, second, strict=True))
    labelled = [(one, other) for one, other in both if one is not None and other is not None]
    ones, others = Counter(one for one, _ in labelled), Counter(other for _, other in labelled)
    same = Counter(one for one, other in labelled if one == other)
    observed = sum(same.values()) / len(labelled) if labelled else nan
    chance = sum(ones[label] * others[label] for label in ones) / max(len(labelled) ** 2, 1)
    return Agreement(
        compared=len(labelled),
        left_out=len(both) - len(labelled),
        observed=observed,
        kappa=nan if not labelled or chance == 1 else (observed - chance) / (1 - chance),
        per_class={
            label: 2 * same[label] / (ones[label] + others[label]) for label in sorted(ones.keys() | others.keys())
        },
    )
