"""What can go wrong with training: with its data, its checkpoint or the files that it makes.

BenchmarkError
   DataError
     RowsRejected           rows cannot be read, lack a side, or would leak into the test split
   CheckpointUnfit          the checkpoint has no module that the recipe trains
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import NAMED_AT_MOST, BenchmarkError, DataError


@dataclass(frozen=True)
class Problem:
    """What is wrong with some rows, by their line numbers in the file."""

    rows: tuple[int, ...]
    reason: str

    def __str__(self) -> str:
        named = ", ".join(map(str, self.rows[:NAMED_AT_MOST]))
        more = f" and {len(self.rows) - NAMED_AT_MOST} more" if len(self.rows) > NAMED_AT_MOST else ""
        return f"{'row' if len(self.rows) == 1 else 'rows'} {named}{more}: {self.reason}"


class RowsRejected(DataError):
    """Rows of the file at `path` cannot be trained on. `problems` names them."""

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        shown = [str(problem) for problem in problems[:NAMED_AT_MOST]]
        if len(problems) > NAMED_AT_MOST:
            shown.append(f"and {len(problems) - NAMED_AT_MOST} more problems")
        super().__init__(path, "\n  ".join(["the data is refused", *shown]))
        self.problems = tuple(problems)


class CheckpointUnfit(BenchmarkError):
    """The recipe finds nothing to train in `checkpoint`."""

    def __init__(self, checkpoint: str, reason: str) -> None:
        super().__init__(f"{checkpoint}: {reason}")
        self.checkpoint = checkpoint
