"""A probe finds what is in the states, and its controls find nothing."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")
pytest.importorskip("sklearn", reason="needs train: the extra of that name")

from benchmarks.training.probe import (  # noqa: E402
    LinearProbe,
    auroc,
    auroc_of_shuffled,
    best_threshold,
    calibration_error,
    fit,
    shares,
)
from benchmarks.training.states import Labelled  # noqa: E402

WIDTH = 12


def sampled(count: int, seed: int, *, told: float = 2.0) -> Labelled:
    """Random states on unlike scales; unsafe ones are further along the third direction."""
    generator = torch.Generator().manual_seed(seed)
    unsafe = torch.arange(count) % 2 == 1
    states = torch.randn((count, WIDTH), generator=generator)
    states[:, 2] += told * unsafe
    return Labelled(states * torch.logspace(-2, 2, WIDTH) + 5, unsafe)


TRAIN, VALIDATION, TEST = sampled(400, 1), sampled(200, 2), sampled(400, 3)
PROBE = fit(TRAIN)


def test_what_is_in_the_states_is_found_on_others() -> None:
    assert auroc(PROBE, TEST) > 0.88
    assert auroc(PROBE, sampled(400, 4, told=0)) == pytest.approx(0.5, abs=0.08)


def test_labels_that_were_shuffled_teach_nothing() -> None:
    assert auroc_of_shuffled(TRAIN, TEST, seed=0) == pytest.approx(0.5, abs=0.12)


def test_states_that_are_all_alike_score_exactly_a_half() -> None:
    same = Labelled(TEST.states[:1].repeat(6, 1), TEST.unsafe[:6])
    assert auroc(PROBE, same) == 0.5


def test_torch_scores_as_scikit_learn_would() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    theirs = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    theirs.fit(TRAIN.states.numpy(), TRAIN.unsafe.numpy())
    expected = torch.tensor(theirs.predict_proba(TEST.states.numpy())[:, 1], dtype=torch.float32)
    assert torch.allclose(PROBE.scores(TEST.states), expected, atol=1e-3)


def test_the_threshold_is_the_best_on_validation_rows() -> None:
    threshold = best_threshold(PROBE, VALIDATION)
    best = sum(shares(PROBE, VALIDATION, threshold))
    assert best >= max(sum(shares(PROBE, VALIDATION, each / 50)) for each in range(50))
    safe, unsafe = shares(PROBE, TEST, threshold)
    assert safe > 0.75
    assert unsafe > 0.75


@pytest.mark.parametrize("safe_kept", [0.97, 1.0])
def test_a_threshold_may_be_told_how_many_safe_rows_to_keep(safe_kept: float) -> None:
    threshold = best_threshold(PROBE, VALIDATION, safe_kept)
    assert threshold > best_threshold(PROBE, VALIDATION)
    assert shares(PROBE, VALIDATION, threshold)[0] >= safe_kept


def test_scores_that_are_probabilities_are_calibrated() -> None:
    """One score for all, and half of them unsafe: the error is how far the score is from a half."""
    for score in (0.5, 0.9):
        always = LinearProbe(torch.zeros(WIDTH), float(torch.tensor(score).logit()))
        assert calibration_error(always, TEST) == pytest.approx(score - 0.5, abs=1e-6)
    assert calibration_error(PROBE, TEST) < 0.1


@pytest.mark.parametrize(("threshold", "expected"), [(0.0, (0.0, 1.0)), (1.0, (1.0, 0.0))])
def test_a_threshold_at_either_end_lets_all_through_or_nothing(threshold: float, expected: tuple[float, float]) -> None:
    assert shares(PROBE, TEST, threshold) == expected
