"""One quiet line of progress for a whole run: what is asked, how many answers there are, how long it takes.
How many failed is said, too. Written to the error stream of a terminal; anywhere else it says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Tick = Callable[[str, bool], None]  # what was asked, and whether it failed


@contextmanager
def progress(total: int, done: int, console: Console | None = None) -> Iterator[Tick]:
    """A function to call after each answer, while the line stands. `done` of `total` answers were there before."""
    console = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, TextColumn("{task.fields[failed]}"), console=console, disable=not console.is_terminal
    ) as line:
        task, failures = line.add_task("asking", total=total, completed=done, failed=""), 0

        def tick(title: str, failed: bool) -> None:
            nonlocal failures
            failures += failed
            words = f"{failures} failed, asked again by the next run" if failures else ""
            line.update(task, advance=1, description=title, failed=words)

        yield tick


def silent(title: str, failed: bool) -> None:
    """Says nothing of an answer."""
