"""How a model's drafts become a file that no run takes before a person has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.case import Turn
from benchmarks.errors import FileInvalid
from benchmarks.panels.clue.constitution import read_constitution
from benchmarks.panels.clue.draft import TRIES, DraftFailed, as_yaml, draft, read_rules

LINES = '{"id": "no-fire", "preconditions": [[{"wants": "light a fire"}], [{"see": "straw", "object": "straw"}]]}'


@dataclass
class Writes:
    """A model that gives its replies in turn."""

    replies: list[str]
    asked: list[str] = field(default_factory=list)

    async def complete(self, messages: Sequence[Turn]) -> str:
        self.asked.append(str(messages[0].parts[0]))
        return self.replies[len(self.asked) - 1]


async def test_a_rule_is_revised_until_it_is_objective_and_then_taken_apart() -> None:
    model = Writes(['{"score": 4, "rule": "No fire by straw."}', 'Sure: {"score": 9, "rule": "x"}', LINES])
    (found,) = await draft(["No reckless fires."], model)
    assert (found.rule.rule, found.score, found.rule.id) == ("No fire by straw.", 9, "no-fire")
    assert "No reckless fires." in model.asked[0]
    assert "No fire by straw." in model.asked[1]
    assert [[each.what for each in line] for line in found.rule.preconditions] == [["light a fire"], ["straw"]]


async def test_what_cannot_be_read_is_asked_for_again_and_at_last_an_error_that_names_the_rule() -> None:
    high = '{"score": 10, "rule": "No fire."}'
    (found,) = await draft(["No fire."], Writes([high, "no JSON", '{"preconditions": []}', LINES]))
    assert found.rule.id == "no-fire"
    with pytest.raises(DraftFailed, match=r"rule 2 \('No smoke\.'\)"):
        await draft(["No fire.", "No smoke."], Writes([high, LINES, high, *["?"] * TRIES]))


async def test_a_draft_is_refused_until_its_line_is_taken_out(tmp_path: Path) -> None:
    high = '{"score": 10, "rule": "No fire."}'
    drafted = await draft(["No fire.", "No fire at all."], Writes([high, LINES, high, LINES]))
    path = tmp_path / "mine.yaml"
    path.write_text(as_yaml("mine", drafted), encoding="utf-8")
    with pytest.raises(FileInvalid, match="it is a draft"):
        read_constitution(path)
    path.write_text(path.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
    assert [rule.id for rule in read_constitution(path).rules] == ["no-fire-1", "no-fire-2"]


def test_rules_are_lines_and_a_file_without_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.txt"
    path.write_text("# mine\n\nNo fire.\n  No smoke.\n", encoding="utf-8")
    assert read_rules(path) == ["No fire.", "No smoke."]
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(FileInvalid, match="no rule in it"):
        read_rules(path)
