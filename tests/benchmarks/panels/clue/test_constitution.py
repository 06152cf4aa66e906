"""What a constitution's file must say, and how an error names the place."""

from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, FileMissing
from benchmarks.panels.clue.constitution import own_constitution, read_constitution

GOOD = """
name: made
version: 1
rules:
  - id: fire
    rule: Nobody lights a fire.
    preconditions:
      - [{wants: light a fire}]
      - [{see: dry grass, object: grass}, {see: straw}]
"""


def read(folder: Path, text: str) -> str:
    """The error of a file with this text."""
    path = folder / "constitution.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileInvalid) as raised:
        read_constitution(path)
    return raised.value.reason


def test_a_line_of_preconditions_holds_alternatives(tmp_path: Path) -> None:
    path = tmp_path / "constitution.yaml"
    path.write_text(GOOD, encoding="utf-8")
    (rule,) = read_constitution(path).rules
    assert [[each.what for each in line] for line in rule.preconditions] == [["light a fire"], ["dry grass", "straw"]]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{see: straw}", "{}", "rule 1 (fire), preconditions, line 2, alternative 2: a precondition says either"),
        ("{see: straw}", "{see: straw, wants: play}", "line 2, alternative 2: a precondition says either"),
        ("[{wants: light a fire}]", "[]", "rule 1 (fire): line 1 of the preconditions names nothing"),
        ("see: straw", "sees: straw", "rule 1 (fire), preconditions, line 2, alternative 2, sees: "),
        ("    rule: Nobody lights a fire.\n", "", "rule 1 (fire), rule: Field required"),
        ("  - id: fire\n    rule", "  - rule", "rule 1, id: Field required"),
        ("version: 1", "version: first", "version: "),
        ("name: made", "name: made\ndraft: true", "it is a draft: read every rule"),
    ],
)
def test_what_is_wrong_is_named_with_its_rule(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in GOOD
    assert reason in read(tmp_path, GOOD.replace(old, new))


def test_ids_are_given_once(tmp_path: Path) -> None:
    rule = GOOD.partition("rules:\n")[2]
    assert "more than one rule has the id fire" in read(tmp_path, GOOD + rule)


def test_a_file_that_is_no_yaml_or_not_there(tmp_path: Path) -> None:
    assert read(tmp_path, "rules: [").startswith("no YAML")
    with pytest.raises(FileMissing):
        read_constitution(tmp_path / "none.yaml")


def test_every_rule_of_our_own_needs_the_request_and_the_picture() -> None:
    for rule in own_constitution().rules:
        kinds = [{"wants" if each.wants else "see" for each in line} for line in rule.preconditions]
        assert sorted(map(sorted, kinds)) == [["see"], ["wants"]], rule.id
