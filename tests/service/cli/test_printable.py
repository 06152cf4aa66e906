"""What others wrote reaches no terminal as a command."""

from __future__ import annotations

import io

from rich.console import Console

from service.cli.comparison import Answer, AnswerPair, show
from service.cli.printable import printable, without_controls

CLIPBOARD = "\x1b]52;c;aGk=\x07"


def test_a_value_is_one_line_without_controls() -> None:
    assert [printable(value) for value in (None, 7, "plain", "a\nb")] == ["–", "7", "plain", "'a\\nb'"]


def test_controls_are_written_out_wherever_they_stand() -> None:
    assert without_controls(f"a\n\t{CLIPBOARD}") == "a\n\t\\x1b]52;c;aGk=\\x07"
    assert without_controls({"reason": ["\x9b2J"], "count": 3}) == {"reason": ["\\x9b2J"], "count": 3}


def test_an_answer_cannot_speak_to_the_terminal() -> None:
    guard = {"reason": CLIPBOARD, "agents": [{"agent": "scene", "finding": {"text": [CLIPBOARD]}}]}
    answer = Answer("guarded", f"Hello {CLIPBOARD}", 1.0, {"x-guard-verdict": "safe"}, guard)
    console = Console(file=io.StringIO(), width=100)
    show(console, AnswerPair("How?", None, answer, answer))
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Hello" in said
    assert not {"\x1b", "\x07"} & set(said)
