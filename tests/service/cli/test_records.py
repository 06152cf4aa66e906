"""`situguard records`, as a person types it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from service.audit.labels import LabelStore
from service.audit.record import Record
from service.cli.records import records
from service.database.migrate import newest_version
from tests.scripts import UNSAFE, Roles
from tests.service.audit.kept import holding, query, written
from tests.service.audit.older import older
from tests.service.running import body, cast, deployment, running
from tests.service.storage import audit_log, opened
from tests.service.test_keys import make_key

COLUMNS = {"COLUMNS": "200"}
KEPT = {"records": {"content": "kept", "retention_days": 1}}


def run(folder: Path, *words: str) -> Result:
    return CliRunner(env=COLUMNS).invoke(records, [*words, "--data", str(folder)])


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def made(name: str, deployment: str, action: str, at: str = "2026-11-22T10:00:00.000+00:00") -> Record:
    return Record("decision", f"dec_{name}", {"deployment": deployment, "action": action, "verdict": "safe"}, at)


async def three(folder: Path) -> None:
    """Three decisions and an outcome."""
    await written(
        folder,
        made("one", "kitchen", "release", "2026-11-20T10:00:00.000+00:00"),
        Record("outcome", "dec_one", {"finish": "stop"}, "2026-11-20T10:00:01.000+00:00"),
        made("two", "kitchen", "warn"),
        made("three", "garden", "warn"),
    )


async def test_tail_shows_the_newest_by_deployment_action_and_time(tmp_path: Path) -> None:
    await three(tmp_path)
    for words, ids in (
        ((), ["dec_one", "dec_two", "dec_three"]),
        (("-n", "1"), ["dec_three"]),
        (("--deployment", "kitchen"), ["dec_one", "dec_two"]),
        (("--action", "warn", "--deployment", "kitchen"), ["dec_two"]),
        (("--since", "2026-11-21"), ["dec_two", "dec_three"]),
    ):
        shown = run(tmp_path, "tail", *words)
        assert shown.exit_code == 0
        assert [word for word in shown.stdout.split() if word.startswith("dec_")] == ids
        assert [entry["id"] for entry in lines(run(tmp_path, "tail", "--json", *words))] == ids


async def test_tail_follows_what_a_service_writes(tmp_path: Path) -> None:
    program = [sys.executable, "-c", "from service.cli.records import records; records()"]
    with audit_log(tmp_path) as log:
        following = await asyncio.create_subprocess_exec(
            *program, "tail", "--follow", "--action", "warn", "--data", str(tmp_path), stdout=subprocess.PIPE,
            env={**os.environ, **COLUMNS, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert following.stdout is not None
        reading = asyncio.create_task(following.stdout.readline())
        for number in range(600):
            if reading.done():
                break
            await log.commit(made(f"number-{number}", "kitchen", "warn" if number % 2 else "release"))
            await asyncio.sleep(0.1)
        following.terminate()
        await following.wait()
    assert b"dec_number-" in reading.result()
    assert b"warn" in reading.result()


async def test_export_is_json_lines_and_follows_decisions_to_their_outcomes(tmp_path: Path) -> None:
    await three(tmp_path)
    whole = lines(run(tmp_path, "export"))
    assert [(entry["kind"], entry["id"]) for entry in whole] == [
        ("decision", "dec_one"),
        ("outcome", "dec_one"),
        ("decision", "dec_two"),
        ("decision", "dec_three"),
    ]
    assert [entry["sequence"] for entry in whole] == [1, 2, 3, 4]
    released = lines(run(tmp_path, "export", "--action", "release"))
    assert [entry["kind"] for entry in released] == ["decision", "outcome"]
    assert run(tmp_path, "export", "--out", str(tmp_path / "out.jsonl")).exit_code == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 4
    assert run(tmp_path, "export", "--out", str(tmp_path / "out.jsonl")).exit_code == 2


async def test_labels_are_json_lines(tmp_path: Path) -> None:
    with audit_log(tmp_path) as log:
        await log.commit(Record("decision", "dec_1", {"verdict": "safe", "parts": []}))
    with opened(tmp_path) as database:
        LabelStore(database).put("dec_1", "unsafe", "ada")
    told = CliRunner().invoke(records, ["labels", "--data", str(tmp_path)])
    assert told.exit_code == 0
    line = json.loads(told.output)
    assert (line["id"], line["verdict"], line["expected"], line["right"]) == ("dec_1", "safe", "unsafe", False)


async def test_a_decision_is_shown_whole(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), {"guarded": deployment(**KEPT)}) as proxy:
        await proxy.http.post("/v1/chat/completions", json=body(), headers={"authorization": f"Bearer {token}"})
        outcome = await proxy.outcome()
        (decision,) = proxy.records("decision")
    told = run(tmp_path, "show", f"chatcmpl-{decision['id']}").stdout
    expected = [
        *(decision[field] for field in ("key", "peer", "deployment", "verdict", "category", "action", "released")),
        *(part["digest"][:16] for part in decision["parts"]),
        *(report["finding"][:16] for report in [*decision["agents"], *outcome["reviews"]]),
        *(str(report["usage"]["prompt_tokens"]) for report in decision["agents"]),
        *(f"{each['milliseconds']:g} ms" for each in (decision, outcome, *decision["agents"])),
        *(decision["configuration"][:16], outcome["finish"], outcome["answer"][:16], decision["kept_until"]),
        "verdict: unsafe",
    ]
    assert [each for each in expected if each not in told] == []
    assert "golf" not in told
    assert "golf" in run(tmp_path, "show", decision["id"], "--content").stdout
    assert [each["kind"] for each in lines(run(tmp_path, "show", decision["id"], "--json"))] == ["decision", "outcome"]
    assert run(tmp_path, "purge").stdout.startswith("0 ")
    assert holding(tmp_path, b"golf")
    assert not run(tmp_path, "purge", "--id", decision["id"]).stdout.startswith("0 ")
    assert holding(tmp_path, b"golf") == []
    assert "not kept, or purged" in run(tmp_path, "show", decision["id"], "--content").stdout
    assert run(tmp_path, "verify").exit_code == 0


async def test_what_would_have_been_done_in_shadow_mode_is_shown(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=UNSAFE)), {"guarded": deployment(mode="shadow")}) as proxy:
        await proxy.http.post("/v1/chat/completions", json=body())
        outcome = await proxy.outcome()
    told = run(tmp_path, "show", outcome["id"]).stdout
    assert "would have been" in told
    assert "unsafe, property damage, warn" in told


async def test_what_a_forger_writes_does_not_reach_the_terminal(tmp_path: Path) -> None:
    await three(tmp_path)
    query(tmp_path, 'UPDATE records SET body = \'{"deployment":"\\u001b[2Jgone","agents":[1]}\' WHERE sequence = 3')
    query(tmp_path, "UPDATE records SET body = 'no json', at = ? WHERE sequence = 4", "\x1b[2J")
    query(tmp_path, "UPDATE records SET id = ?, kind = ? WHERE sequence = 1", "dec_\x1b[2J", "decision\x1b[2J")
    for words in (("tail",), ("show", "dec_two"), ("show", "dec_three"), ("show", "dec_\x1b[2J"), ("export",)):
        shown = run(tmp_path, *words)
        assert shown.exit_code == 0, shown.exception
        assert "\x1b[2J" not in shown.stdout
    found = run(tmp_path, "verify")
    assert found.exit_code == 1
    assert "\x1b[2J" not in found.stdout


async def test_verify_says_which_record_and_ends_with_status_1(tmp_path: Path) -> None:
    await three(tmp_path)
    whole = run(tmp_path, "verify")
    assert whole.exit_code == 0
    assert "4 records" in whole.stdout
    query(tmp_path, "UPDATE records SET body = replace(body, 'warn', 'release') WHERE id = 'dec_two'")
    found = run(tmp_path, "verify")
    assert found.exit_code == 1
    assert "writer-0 record 3 (dec_two): edited" in found.stdout
    (told,) = lines(run(tmp_path, "verify", "--json"))
    assert (told["whole"], told["flaws"][0]["id"]) == (False, "dec_two")


async def test_an_anchor_is_renewed_only_by_a_verification_that_finds_nothing(tmp_path: Path) -> None:
    folder, anchor = tmp_path / "data", tmp_path / "anchor.json"
    await three(folder)
    assert run(folder, "verify", "--anchor", str(anchor)).exit_code == 0
    before = anchor.read_bytes()
    query(folder, "DELETE FROM records WHERE sequence = 4")
    found = run(folder, "verify", "--anchor", str(anchor))
    assert found.exit_code == 1
    assert "cut off" in found.stdout
    assert "set back" in found.stdout
    assert anchor.read_bytes() == before


async def test_backup_and_upgrade_say_what_they_did(tmp_path: Path) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy"
    older(folder, "0002", records=3)
    assert "situguard records upgrade" in run(folder, "tail").stderr
    assert run(folder, "backup", str(copy)).exit_code == 0
    assert f"0002 → {newest_version()}" in run(folder, "upgrade").stdout
    assert "nothing to do" in run(folder, "upgrade").stdout
    assert run(folder, "verify").exit_code == 0
    again = run(folder, "backup", str(copy))
    assert again.exit_code == 2
    assert "something already" in again.stderr


@pytest.mark.parametrize(
    "words", [("tail",), ("show", "dec_1"), ("export",), ("verify",), ("purge",), ("backup", "copy"), ("upgrade",)]
)
def test_a_folder_without_records_is_a_mistake_and_stays_as_it_is(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(tmp_path / "nowhere", *words)
    assert result.exit_code == 2
    assert "no records" in result.stderr
    assert list(tmp_path.iterdir()) == []
