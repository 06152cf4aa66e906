"""The line of progress: what it says in a terminal, and that it is silent elsewhere."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from benchmarks.harness.progress import progress


def shown(terminal: bool) -> str:
    stream = StringIO()
    with progress(4, 1, Console(file=stream, force_terminal=terminal, width=120)) as tick:
        tick("raw", False)
        tick("raw", True)
        tick("situational", False)
    return stream.getvalue()


def test_the_line_counts_what_was_there_before_and_what_failed() -> None:
    said = shown(terminal=True)
    assert "situational" in said
    assert "4/4" in said
    assert "1 failed" in said


def test_a_file_gets_no_progress() -> None:
    assert not shown(terminal=False).strip()
