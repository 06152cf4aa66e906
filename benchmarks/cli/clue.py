"""`situguard-bench clue`: a constitution, drafted by a model for people to review."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from openai import AsyncOpenAI, OpenAIError
from rich.console import Console
from rich.table import Table

from benchmarks.case import Turn
from benchmarks.cli import options
from benchmarks.cli.problems import explained
from benchmarks.errors import OptionInvalid
from benchmarks.harness.endpoint import Address, complete, wire_messages
from benchmarks.panels.clue.constitution import read_constitution
from benchmarks.panels.clue.draft import ENOUGH, DraftedRule, as_yaml, draft, read_rules

clue = typer.Typer(
    no_args_is_help=True, help="Write and check a constitution, by which `--judge-panel` judges pictures."
)
SAMPLING = {"temperature": 0, "max_tokens": 1024}


@dataclass(frozen=True)
class Writer:
    """The model that drafts."""

    client: AsyncOpenAI
    model: str

    async def complete(self, messages: Sequence[Turn]) -> str:
        """Its reply. Raises `OptionInvalid` where there is none."""
        try:
            return (await complete(self.client, self.model, wire_messages(messages), SAMPLING)).text
        except OpenAIError as error:
            raise OptionInvalid(f"--judge {self.model} does not answer: {error}") from error


async def written(rules: Sequence[str], model: str, address: Address) -> list[DraftedRule]:
    """The draft of a model."""
    async with address.client() as client:
        return await draft(rules, Writer(client, model))


@clue.command("draft")
def draft_constitution(
    rules: Annotated[Path, typer.Argument(help="A text file with one rule a line.")],
    *,
    judge: Annotated[str, typer.Option(help="Model that writes the draft, at --judge-url.")],
    out: Annotated[Path, typer.Option(help="The constitution, which must not be there yet.")],
    judge_url: options.JudgeUrl = "https://api.openai.com/v1",
    judge_key_env: options.JudgeKey = "OPENAI_API_KEY",
) -> None:
    """Draft a constitution from rules in plain words. No run takes it until a person has read it."""
    with explained():
        if out.exists():
            raise OptionInvalid(f"{out} is there already; name another --out")
        drafted = asyncio.run(written(read_rules(rules), judge, Address.with_key(judge_url, judge_key_env)))
        out.write_text(as_yaml(out.stem, drafted), encoding="utf-8")
    print_draft(drafted)
    Console(soft_wrap=True).print(
        f"{out}: read it, mend it, take out `draft: true`, then `situguard-bench clue check`."
    )


@clue.command("check")
def check_constitution(
    constitution: Annotated[Path, typer.Argument(help="A constitution's file.")],
) -> None:
    """Say whether a run would take a constitution, and how many questions it asks of a picture."""
    with explained():
        found = read_constitution(constitution)
    questions = {each for rule in found.rules for line in rule.preconditions for each in line}
    Console(soft_wrap=True).print(
        f"{found.name} {found.version}: {len(found.rules)} rules, {len(questions)} questions.", style="bold green"
    )


def print_draft(drafted: Sequence[DraftedRule]) -> None:
    """The rules with their scores, those that stayed below what is asked for in yellow."""
    table = Table("rule", "objective, of 10", "lines")
    for each in drafted:
        low = each.score is None or each.score < ENOUGH
        score = "none" if each.score is None else str(each.score)
        table.add_row(each.rule.rule, score, str(len(each.rule.preconditions)), style="yellow" if low else "")
    Console(soft_wrap=True).print(table)
