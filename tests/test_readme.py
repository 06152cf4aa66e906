"""The README keeps its word: its graph is the one drawn, its deployments are the ones that ship, its code runs."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from guard.config_file import demo_config, parse_config
from guard.methods.build import build_agents
from guard.pipeline import draw

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_graph_is_the_one_that_is_drawn() -> None:
    agents = build_agents(demo_config().deployments["demo"], {"pocket": ScriptedModel([])}, PromptSet.load("compact"))
    assert fenced("mermaid") == [draw(agents)]


def test_the_table_of_deployments_is_the_demo() -> None:
    rows = dict(re.findall(r"^\| `(demo[\w-]*)` \| `([\w-]+)` \|", README, flags=re.MULTILINE))
    assert rows == {name: deployment.method for name, deployment in demo_config().deployments.items()}


def test_its_configuration_is_valid() -> None:
    (example,) = fenced("yaml")
    assert parse_config(example.encode(), "README").deployments.keys() == {"assistant"}


def test_its_python_compiles() -> None:
    for block in fenced("python"):
        ast.parse(block)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_what_it_links_to_is_there(target: str) -> None:
    assert (ROOT / target).exists(), target
