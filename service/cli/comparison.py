"""What `situguard ask` shows: the question, two answers side by side, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from service.cli.printable import without_controls

COLOURS = {"safe": "green", "unsafe": "red", "unclear": "yellow", "none": "dim"}
MARKS = {"safe": "✔", "unsafe": "✘", "unclear": "?", "none": "·"}
NARROW = 72  # columns; below, one answer stands above the other


@dataclass(frozen=True)
class Answer:
    """One deployment's reply, as it came."""

    deployment: str
    text: str
    milliseconds: float
    headers: Mapping[str, str]
    guard: Mapping[str, Any]


@dataclass(frozen=True)
class AnswerPair:
    """A question with both answers. `raw` is None where no unguarded deployment of the same model is there."""

    question: str
    image: str | None
    raw: Answer | None
    guarded: Answer


def show(console: Console, comparison: AnswerPair) -> None:
    """Print it all. What a model or an agent wrote comes without control characters."""
    raw = None if comparison.raw is None else _harmless(comparison.raw)
    comparison = replace(comparison, raw=raw, guarded=_harmless(comparison.guarded))
    question = Text.assemble((comparison.question, "bold"))
    if comparison.image:
        question.append(f"   with {comparison.image}", "dim")
    console.print()
    console.print(question)
    console.print(_answers(comparison, console.width))
    console.print(_steps(comparison.guarded))
    console.print(_verdict(comparison.guarded))
    console.print()


def _harmless(answer: Answer) -> Answer:
    return replace(answer, text=without_controls(answer.text), guard=without_controls(dict(answer.guard)))


def _answers(comparison: AnswerPair, width: int) -> RenderableType:
    guarded = _panel(comparison.guarded)
    if comparison.raw is None:
        return guarded
    raw = _panel(comparison.raw)
    if width < NARROW:
        return Group(raw, guarded)
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1)
    grid.add_column(ratio=1)
    grid.add_row(raw, guarded)
    return grid


def _panel(answered: Answer) -> Panel:
    unguarded = answered.headers.get("x-guard-released") == "unguarded"
    colour = COLOURS.get(answered.headers.get("x-guard-verdict", "none"), "white")
    return Panel(
        Text(answered.text or "(no text)"),
        title=Text.assemble((answered.deployment, "bold"), "  unguarded" if unguarded else "  guarded"),
        title_align="left",
        subtitle=f"{answered.milliseconds:.0f} ms",
        subtitle_align="right",
        border_style="red" if unguarded else colour,
        padding=(1, 2),
    )


def _steps(answer: Answer) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    table.add_column("step", no_wrap=True, style="bold")
    table.add_column("found", ratio=1, overflow="fold")
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("tokens", justify="right", no_wrap=True, style="dim")
    guard = answer.guard
    for report in guard.get("agents", ()):
        _add_step(table, report["agent"], _finding(report["finding"]), report)
    if "draft" in guard:
        _add_step(table, "answer", Text("the model's own, started together with the agents", "dim"), guard["draft"])
    if "reply" in guard:
        fell_back = guard["reply"]["fell_back"]
        origin = "the deployment's fixed text" if fell_back else "written in place of the model's answer"
        _add_step(table, "reply", Text(origin, "dim"), guard["reply"])
    for report in guard.get("reviews", ()):
        _add_step(table, "review", _finding(report["finding"]), report)
    return table


def _add_step(table: Table, name: str, found: Text, step: Mapping[str, Any]) -> None:
    usage = step.get("usage") or {}
    milliseconds = "-" if step.get("milliseconds") is None else f"{step['milliseconds']:.0f}"
    table.add_row(name, found, milliseconds, f"{usage.get('prompt_tokens', 0)} → {usage.get('completion_tokens', 0)}")


def _finding(finding: Mapping[str, Any]) -> Text:
    """Each field that is not empty, on its own line."""
    lines = []
    for name, value in finding.items():
        if value in (None, "", []):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        style = COLOURS.get(shown, "") if name == "verdict" else ""
        lines.append(Text.assemble((f"{name.replace('_', ' ')}  ", "dim"), (shown, style)))
    return Text("\n").join(lines) if lines else Text("nothing to look at", "dim")


def _verdict(answered: Answer) -> Text:
    guard = answered.guard
    verdict = str(guard.get("verdict", answered.headers.get("x-guard-verdict", "none")))
    colour = COLOURS.get(verdict, "white")
    text = Text.assemble((f"\n{MARKS.get(verdict, '·')} {verdict}", f"bold {colour}"))
    if guard.get("category"):
        text.append(f" ({guard['category']})")
    text.append(f"  →  {guard.get('action', answered.headers.get('x-guard-action', '?'))}", "bold")
    if guard.get("reason"):
        text.append(f"\n{guard['reason']}")
    text.append(f"\nrecord {answered.headers.get('x-guard-decision', '?')}", "dim")
    return text
