"""A linear probe: is the request unsafe, by one hidden state? scikit-learn fits it, torch scores with it.

A probe that only tells toxic from benign requests is easy to make and says little. So it is measured on held-out pairs,
where question and picture alone say nothing, beside two controls that must come out at 0.5: labels that were shuffled
before the fit, and blank pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from benchmarks.training.states import Labelled

SHUFFLES = 10  # fits on shuffled labels; a single one may point anywhere
ITERATIONS = 2000
LOOSENESS = (0.0001, 0.001, 0.01, 0.1, 1.0)
BINS = 10  # of scores, for their calibration


@dataclass(frozen=True)
class LinearProbe:
    """`weight` is float32 [width]. The standardisation of the states is part of it."""

    weight: Tensor
    bias: float

    def scores(self, states: Tensor) -> Tensor:
        """From 0 (safe) to 1 (unsafe), [rows]."""
        return (states @ self.weight + self.bias).sigmoid()


@dataclass(frozen=True)
class ProbeFigures:
    """Measured on held-out pairs. `auroc` is the area under the ROC curve; the shares are those at the threshold.

    `calibration_error` is how far the scores are from probabilities: 0 if of the rows near 0.8, 8 in 10 are unsafe.
    """

    auroc: float
    shuffled_labels: float
    blank_picture: float
    calibration_error: float
    safe_kept: float
    unsafe_caught: float


def fit(labelled: Labelled, looseness: float = 1.0) -> LinearProbe:
    """Logistic regression on standardised states, as one linear function of the states as they are.

    `looseness` is scikit-learn's `C`: the smaller it is, the smaller are the weights.
    """
    states = labelled.states.numpy()
    scaler = StandardScaler().fit(states)
    regression = LogisticRegression(C=looseness, max_iter=ITERATIONS)
    regression.fit(scaler.transform(states), labelled.unsafe.numpy())
    weight = regression.coef_[0] / scaler.scale_
    bias = regression.intercept_[0] - weight @ scaler.mean_
    return LinearProbe(torch.tensor(weight, dtype=torch.float32), float(bias))


def best_looseness(train: Labelled, validation: Labelled) -> float:
    """The one whose probe tells the validation rows apart best."""
    return max(LOOSENESS, key=lambda each: auroc(fit(train, each), validation))


def auroc(probe: LinearProbe, labelled: Labelled) -> float:
    """How often an unsafe row scores above a safe one; ties count as a half."""
    return float(roc_auc_score(labelled.unsafe.numpy(), probe.scores(labelled.states).numpy()))


def auroc_of_shuffled(train: Labelled, test: Labelled, seed: int, looseness: float = 1.0) -> float:
    """The same of probes that were fitted to shuffled labels, on average."""
    rng = Random(seed)
    count = len(train.unsafe)
    orders = [torch.tensor(rng.sample(range(count), count)) for _ in range(SHUFFLES)]
    probes = (fit(Labelled(train.states, train.unsafe[order]), looseness) for order in orders)
    return sum(auroc(probe, test) for probe in probes) / SHUFFLES


def calibration_error(probe: LinearProbe, labelled: Labelled) -> float:
    """The expected calibration error: the mean distance of a bin's scores from its share of unsafe rows."""
    scores, unsafe = probe.scores(labelled.states), labelled.unsafe.float()
    bins = (scores * BINS).long()
    inside = [bins == each for each in bins.unique()]
    gaps = [float((scores[rows] - unsafe[rows]).mean().abs()) * int(rows.sum()) for rows in inside]
    return sum(gaps) / len(scores)


def best_threshold(probe: LinearProbe, validation: Labelled, safe_kept: float = 0.0) -> float:
    """The threshold with the best mean of both sides, half-way between two scores of validation rows, of those at which
    at least this share of the safe rows is kept.
    """
    scores = probe.scores(validation.states).sort().values
    candidates: list[float] = [0.0, *((scores[1:] + scores[:-1]) / 2).tolist(), 1.0]
    found = {each: shares(probe, validation, each) for each in candidates}
    return max((each for each in candidates if found[each][0] >= safe_kept), key=lambda each: sum(found[each]))


def shares(probe: LinearProbe, labelled: Labelled, threshold: float) -> tuple[float, float]:
    """The share of safe rows that are kept, and of unsafe rows that are caught."""
    caught = probe.scores(labelled.states) > threshold
    unsafe = labelled.unsafe
    return float((~caught[~unsafe]).float().mean()), float(caught[unsafe].float().mean())
