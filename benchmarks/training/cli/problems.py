"""What `situguard-train` explains: the packages it needs, and the errors that a user can mend."""

from __future__ import annotations

from contextlib import AbstractContextManager

from agents.errors import AgentError, CheckpointUnavailable, PromptMissing
from benchmarks import problems
from benchmarks.errors import BenchmarkError

TRAIN_PACKAGES = frozenset({"peft", "safetensors", "sklearn", "torch", "transformers"})


def packages_needed() -> AbstractContextManager[None]:
    """End the program with one line where a package of the extras is not installed."""
    return problems.packages_needed("situguard-train", TRAIN_PACKAGES, "situguard[local,train]")


def explained() -> AbstractContextManager[None]:
    """End the command with the error's message and exit status 2, where the error is one that a user can mend."""
    return problems.explained(AgentError, BenchmarkError, CheckpointUnavailable, PromptMissing)
