"""`situguard keys`, as a person types it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

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
