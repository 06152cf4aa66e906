"""`situguard keys`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from guard.config_file import demo_text
from service.cli.keys import keys
from service.keys.key import EVERY
from service.keys.store import this_month
from service.keys.token import client_id
from tests.service.storage import key_store


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(keys, [*words, "--data", str(folder)])


def test_a_token_is_alone_on_standard_output_and_shown_once(tmp_path: Path) -> None:
    made = run(tmp_path, "create", "my app", "--deployment", "demo", "--requests-per-minute", "60")
    assert made.exit_code == 0
    text = made.stdout.strip()
    found = client_id(text)
    assert found is not None
    listed = run(tmp_path, "list")
    assert found in listed.stdout
    assert text not in listed.stdout
    with key_store(tmp_path) as store:
        key = store.read(this_month()).clients[found]
    assert (key.name, key.limits.deployments, key.limits.requests_per_minute) == ("my app", frozenset({"demo"}), 60)


def test_without_a_deployment_every_guarded_one_may_be_used(tmp_path: Path) -> None:
    run(tmp_path, "create", "app")
    with key_store(tmp_path) as store:
        (key,) = store.read(this_month()).clients.values()
    assert key.limits.deployments == {EVERY}
    assert key.limits.expires_at is not None


def test_limits_are_changed_by_id_and_what_is_not_named_stays(tmp_path: Path) -> None:
    found = client_id(run(tmp_path, "create", "app", "--deployment", "demo", "--spend", "5").stdout.strip()) or ""
    assert run(tmp_path, "limit", found, "--requests-per-minute", "7").exit_code == 0
    assert "0.00 of 5" in run(tmp_path, "list").stdout
    with key_store(tmp_path) as store:
        (key,) = store.read(this_month()).clients.values()
    limits = key.limits
    assert (limits.deployments, limits.requests_per_minute, limits.spend_per_month) == (frozenset({"demo"}), 7, 5.0)
    assert run(tmp_path, "limit", "nobody", "--days", "3").exit_code == 2
    assert run(tmp_path, "limit", found, "--spend", "-1").exit_code == 2


def test_a_limit_that_is_lifted_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    made = run(tmp_path, "create", "app", "--deployment", "raw", "--spend", "5", "--requests-per-minute", "7")
    found = client_id(made.stdout.strip()) or ""
    both = run(tmp_path, "limit", found, "--spend", "6", "--lift", "spend-per-month")
    assert both.exit_code == 2
    assert "spend_per_month" in both.stderr
    assert run(tmp_path, "limit", found, "--lift", "spend-per-month", "--lift", "deployments").exit_code == 0
    with key_store(tmp_path) as store:
        (key,) = store.read(this_month()).clients.values()
    limits = key.limits
    assert (limits.deployments, limits.requests_per_minute, limits.spend_per_month) == (frozenset({EVERY}), 7, None)


def test_a_key_is_revoked_by_its_id(tmp_path: Path) -> None:
    found = client_id(run(tmp_path, "create", "app").stdout.strip()) or ""
    assert run(tmp_path, "revoke", found).exit_code == 0
    assert "revoked" in run(tmp_path, "list").stdout


def test_mistakes_are_said_in_words(tmp_path: Path) -> None:
    assert run(tmp_path, "revoke", "nobody").exit_code == 2
    wrong = run(tmp_path, "create", "app", "--days", "0")
    assert wrong.exit_code == 2
    assert "days" in wrong.stderr


def test_an_administrators_key_is_made_and_revoked_apart(tmp_path: Path) -> None:
    token = run(tmp_path, "create-admin").stdout.strip()
    assert token.startswith("sgadmin_")
    found = token.split("_")[1]
    assert run(tmp_path, "revoke", found).exit_code == 2
    assert run(tmp_path, "revoke", found, "--admin").exit_code == 0


def test_administrators_keys_are_listed_too(tmp_path: Path) -> None:
    first, second = (run(tmp_path, "create-admin").stdout.split("_")[1] for _ in range(2))
    client = client_id(run(tmp_path, "create", "app").stdout.strip())
    run(tmp_path, "revoke", first, "--admin")
    shown = run(tmp_path, "list").stdout
    for each in (first, second, client):
        assert str(each) in shown
    assert shown.count("(admin)") == 2
    listed = {key["id"]: key for key in json.loads(run(tmp_path, "list", "--json").stdout)}
    assert listed.keys() == {first, second, client}
    assert (listed[second]["object"], listed[second]["revoked_at"]) == ("admin_key", None)
    assert listed[first]["revoked_at"]
    assert (listed[client]["object"], listed[client]["spent"], listed[client]["deployments"]) == ("key", 0.0, [EVERY])
    assert not {"digest", "token"} & set().union(*listed.values())


def test_an_administrators_key_needs_its_option_to_be_revoked(tmp_path: Path) -> None:
    found = run(tmp_path, "create-admin").stdout.split("_")[1]
    assert f"situguard keys revoke {found} --admin" in run(tmp_path, "revoke", found).stderr


def test_without_keys_the_list_names_the_folder(tmp_path: Path) -> None:
    assert f"no keys in {tmp_path}" in run(tmp_path, "list").stdout
    assert json.loads(run(tmp_path, "list", "--json").stdout) == []
    assert f"in {tmp_path}" in run(tmp_path, "revoke", "nobody").stderr
    assert f"in {tmp_path}" in run(tmp_path, "create", "app").stderr


def test_a_key_is_not_made_for_a_deployment_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "guard.yaml"
    file.write_text(demo_text())
    wrong = run(tmp_path, "create", "app", "--deployment", "dmeo", "--config", str(file))
    assert wrong.exit_code == 2
    for words in ("dmeo", "demo-raw", str(file)):
        assert words in wrong.stderr
    monkeypatch.setenv("SITUGUARD_CONFIG", str(file))
    assert run(tmp_path, "create", "app", "--deployment", "dmeo").exit_code == 2
    with key_store(tmp_path) as store:
        assert not store.read(this_month()).clients
    found = client_id(run(tmp_path, "create", "app", "--deployment", "demo").stdout.strip()) or ""
    assert run(tmp_path, "limit", found, "--deployment", "dmeo").exit_code == 2
    monkeypatch.delenv("SITUGUARD_CONFIG")
    unchecked = run(tmp_path, "create", "app", "--deployment", "vendor/model:free")
    assert unchecked.exit_code == 0
    assert "--config" in unchecked.stderr
