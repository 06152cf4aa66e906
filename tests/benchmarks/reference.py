"""The same statistics as statsmodels computes them: an implementation that shares nothing with ours."""

from collections.abc import Sequence

from statsmodels.stats import contingency_tables, inter_rater, multitest, proportion  # type: ignore[import-untyped]


def mcnemar_p(only_before: int, only_after: int) -> float:
    """The exact McNemar p-value; statsmodels may exceed 1 by rounding."""
    table = [[25, only_before], [only_after, 25]]
    return min(1.0, float(contingency_tables.mcnemar(table, exact=True).pvalue))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values."""
    return [float(value) for value in multitest.multipletests(p_values, method="holm")[1]]


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa from the square table of counts."""
    labels = sorted({*first, *second})
    pairs = list(zip(first, second, strict=True))
    table = [[pairs.count((one, other)) for other in labels] for one in labels]
    return float(inter_rater.cohens_kappa(table, return_results=False))


def wilson(right: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion."""
    low, high = proportion.proportion_confint(right, trials, method="wilson")
    return float(low), float(high)
