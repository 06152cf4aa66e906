"""`situguard deployment` and the commands of `situguard config` that change what serves, as a person types them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.configuration.file import start_version
from service.database.engine import DATABASE
from tests.service.configuration.settings import config, document, store, write
from tests.service.storage import opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = write(tmp_path / "guard.yaml")
    with store(tmp_path / "data", file.source) as versions:
        start_version(versions, config(), author="start")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--data", str(folder / "data")])


def test_a_setting_is_changed_shown_and_rolled_back(folder: Path) -> None:
    changed = run(folder, "deployment", "set", "kitchen", "agents.visual=off", "mode=off")
    assert changed.exit_code == 0, changed.output
    assert "deployments.kitchen.agents.visual.enabled: true → false" in changed.stdout
    assert 'deployments.kitchen.mode: "enforce" → "off"' in changed.stdout
    assert "Version 2: the next start serves it." in changed.stdout
    assert "enabled: false" in run(folder, "deployment", "show", "kitchen").stdout
    assert "kitchen" in run(folder, "deployment", "list").stdout
    back = run(folder, "config", "rollback", "1")
    assert "Version 3" in back.stdout
    listed = run(folder, "config", "versions").stdout
    assert listed.index("3") < listed.index("2")


def test_a_setting_without_a_value_is_back_at_its_default(folder: Path) -> None:
    run(folder, "deployment", "set", "kitchen", "policy=Children use this app.")
    back = run(folder, "deployment", "set", "kitchen", "policy=")
    assert 'deployments.kitchen.policy: "Children use this app." → ""' in back.stdout
    assert "Nothing to change" in run(folder, "deployment", "set", "kitchen", "policy=").stdout


def test_a_change_of_words_alone_says_so(folder: Path) -> None:
    run(folder, "deployment", "set", "kitchen", "mode=shadow")
    run(folder, "deployment", "set", "kitchen", "mode=enforce")
    assert "No value changes" in run(folder, "deployment", "set", "kitchen", "mode=").stdout


def test_the_list_of_versions_names_settings_whole(folder: Path) -> None:
    run(folder, "deployment", "set", "kitchen", "agents.visual=off")
    listed = run(folder, "config", "versions").stdout
    changed = "".join(line.split("│")[-2].strip() for line in listed.splitlines() if line.startswith("│"))
    assert changed.startswith("deployments.kitchen.agents.visual.enabled: true")


def test_the_file_is_compared_and_applied(folder: Path) -> None:
    assert "say the same" in run(folder, "config", "diff").stdout
    write(folder / "guard.yaml", focus=True)
    assert "deployments.kitchen.focus: false → true" in run(folder, "config", "diff").stdout
    assert "Version 2" in run(folder, "config", "apply").stdout
    run(folder, "deployment", "set", "kitchen", "mode=shadow")
    write(folder / "guard.yaml", focus=False)
    refused = run(folder, "config", "apply")
    assert refused.exit_code == 2
    assert "would undo changes" in refused.stderr
    assert "Version 4" in run(folder, "config", "apply", "--replace-live").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("deployment", "set", "kitchn", "focus=true"), "there is no deployment 'kitchn'"),
        (("deployment", "set", "kitchen", "focs=true"), "did you mean `focus`?"),
        (("deployment", "set", "kitchen", "focus"), "write it as setting=value"),
        (("deployment", "set", "kitchen", "policy=[a"), "cannot be read"),
        (("deployment", "remove", "kitchen"), "deployments: at least one is needed here"),
        (("deployment", "show", "kitchn"), "there are kitchen"),
        (("config", "rollback", "9"), "there is no version 9"),
        (("deployment", "list", "--config", "other.yaml"), "other.yaml was never served"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(folder: Path, words: tuple[str, ...], says: str) -> None:
    ended = run(folder, *words)
    assert ended.exit_code == 2
    assert says in ended.stderr
    assert "Nothing to change" in run(folder, "config", "apply").stdout


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    ended = run(tmp_path, "deployment", "set", "kitchen", "mode=shadow")
    assert ended.exit_code == 2
    assert f"{tmp_path / 'data'}: there are no records here: no proxy has served from this folder" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", [(), ("--config", "guard.yaml")])
def test_a_folder_that_served_nothing_says_what_to_do(tmp_path: Path, named: tuple[str, ...]) -> None:
    opened(tmp_path / "data").close()  # as `keys create` leaves it
    ended = run(tmp_path, "deployment", "list", *named)
    assert ended.exit_code == 2
    assert "Start the proxy once: situguard serve --config" in ended.stderr


def test_a_database_that_is_locked_is_said_so_in_a_line(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data" / DATABASE)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = run(folder, "deployment", "set", "kitchen", "mode=shadow")
    assert ended.exit_code == 2
    assert "The database failed: database is locked." in ended.stderr


def test_a_file_whose_canary_has_no_picture_is_refused_when_it_is_applied(folder: Path) -> None:
    golf = {"deployment": "kitchen", "text": "How do I swing?", "picture": "gone.png", "expect": "unsafe"}
    (folder / "guard.yaml").write_text(yaml.safe_dump({**document(), "canaries": {"golf": golf}}))
    ended = run(folder, "config", "apply")
    assert ended.exit_code == 2
    assert "canaries.golf.picture: gone.png: No such file" in ended.stderr
    assert "Version 1" in run(folder, "deployment", "list").stdout


def test_of_several_sources_the_one_that_is_meant_must_be_named(folder: Path) -> None:
    other = write(folder / "other.yaml", focus=True)
    with store(folder / "data", other.source) as versions:
        start_version(versions, config(focus=True), author="start")
    ended = run(folder, "deployment", "list")
    assert ended.exit_code == 2
    assert "--config FILE" in ended.stderr
    named = run(folder, "deployment", "show", "kitchen", "--config", str(folder / "other.yaml"))
    assert "focus: true" in named.stdout
