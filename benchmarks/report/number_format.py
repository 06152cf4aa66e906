"""How numbers are printed."""

from __future__ import annotations

from math import isnan

from benchmarks.statistics import Interval


def percent(share: float | None) -> str:
    """A share in per cent, with one decimal."""
    return "–" if share is None or isnan(share) else f"{share * 100:z.1f}"


def with_interval(at: Interval | None) -> str:
    """A share in per cent with its limits."""
    if at is None:
        return "–"
    return percent(at.value) if isnan(at.low) else f"{percent(at.value)} ({percent(at.low)}–{percent(at.high)})"


def points(at: Interval | None) -> str:
    """A difference in points with its limits."""
    if at is None:
        return "–"
    value = f"{at.value * 100:+.1f}"
    return value if isnan(at.low) else f"{value} ({at.low * 100:+.1f} to {at.high * 100:+.1f})"


def p_value(p: float) -> str:
    """A p-value, with as many digits as matter."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def p_in_words(p: float) -> str:
    """A p-value in a sentence."""
    shown = p_value(p)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def seconds(value: float) -> str:
    """Seconds, or milliseconds where they are few."""
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"
