"""What `situguard-bench` explains: the packages it needs, and the errors that a user can mend."""

from __future__ import annotations

from contextlib import AbstractContextManager

from benchmarks import problems
from benchmarks.errors import BenchmarkError
from guard.errors import ConfigRejected

BENCH_PACKAGES = frozenset({"huggingface_hub", "inspect_ai", "jinja2", "numpy", "scipy", "torch"})


def packages_needed() -> AbstractContextManager[None]:
    """End the program with one line where a package of the extra `bench` is not installed."""
    extras = "situguard[bench] (or situguard[bench,local] for the demo)"
    return problems.packages_needed("situguard-bench", BENCH_PACKAGES, extras)


def explained() -> AbstractContextManager[None]:
    """End the command with the error's message and exit status 2, where the error is one that a user can mend."""
    return problems.explained(BenchmarkError, ConfigRejected)
