"""What `situguard config check --probe` prints: a table of abilities, and the lines that would mend what fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from guard.config import Config
from guard.probe import ProbeReport

ROWS = {
    "key": "the key is taken",
    "name": "the model is known by its name",
    "answers": "answers",
    "tokens": "field for the most tokens",
    "structured": "a finding can be read",
    "picture": "sees a picture",
    "tools": "calls tools",
    "stream": "streams",
    "logprobs": "gives log-probabilities",
}


def show_probe(console: Console, file: Path, config: Config, reports: Sequence[ProbeReport]) -> None:
    """Print the table, then what would mend what fails, as lines of the file."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("", *(report.model for report in reports)):
        table.add_column(heading)
    for ability, words in ROWS.items():
        table.add_row(words, *(_cell(report.abilities.get(ability)) for report in reports))
    console.print(table)
    blind = [
        f"deployment {name!r}: the model of its visual agent, {config.deployments[name].agent_model('visual')!r}, "
        "does not see pictures."
        for name in blind_deployments(config, reports)
    ]
    for hint in [*(hint for report in reports for hint in report.hints), *blind]:
        console.print(hint, style="red", markup=False, highlight=False)
    lines = mending_lines(config, reports)
    if lines:
        console.print(f"\nTo mend it, in {file}:", markup=False)
        console.print("\n".join(lines), style="green", markup=False, highlight=False)


def _cell(ability: bool | str | None) -> str:
    if isinstance(ability, str):
        return ability
    return "–" if ability is None else "yes" if ability else "[red]no[/red]"


def mending_lines(config: Config, reports: Sequence[ProbeReport]) -> list[str]:
    """Lines of YAML with the keys to set. Agents that look at pictures get a model that sees them, if there is one."""
    lines: list[str] = []
    for report in reports:
        if report.mends:
            lines += [f"  {report.model}:", *(f"    {key}: {_yaml(value)}" for key, value in report.mends.items())]
    seeing = next((report.model for report in reports if report.abilities.get("picture")), None)
    moves = [
        f"  {_yaml(name)}: {{agents: {{visual: {{model: {seeing}}}}}}}"
        for name in blind_deployments(config, reports)
        if seeing
    ]
    return [*(["models:", *lines] if lines else []), *(["deployments:", *moves] if moves else [])]


def blind_deployments(config: Config, reports: Sequence[ProbeReport]) -> list[str]:
    """Deployments whose visual agent has a model that does not see pictures."""
    blind = {report.model for report in reports if report.abilities.get("picture") is False}
    return [
        name
        for name, deployment in config.deployments.items()
        if deployment.method == "situational"
        and deployment.agents["visual"].enabled
        and deployment.agent_model("visual") in blind
    ]


def _yaml(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(str, value))}]"
    return f'"{value}"' if ":" in str(value) else str(value)
