"""Content: kept only where a deployment asks for it, and after a purge gone from every byte of the folder."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.audit.content_store import CONTENT, Content, ContentStore, Piece, today
from service.audit.log import AuditLog
from service.audit.record import Record, new_id
from service.database.errors import StorageUnusable
from tests.scripts import SAFE, UNSAFE, Roles, picture
from tests.service.audit.kept import holding, verified
from tests.service.running import Proxy, asking, cast, deployment, running
from tests.service.storage import audit_log

QUESTION = "Where does my canary-question stand?"
ANSWER = "Hold the canary-answer by its handle."
FOUND = {**SAFE, "evidence": "a canary-finding on the lawn"}
CANARIES = (b"canary-question", b"canary-answer", b"canary-finding", picture("green").data)
KEPT = {"records": {"content": "kept", "retention_days": 1}}
TOMORROW = today() + timedelta(days=1)


def piece(digit: str, data: bytes = b"words") -> Piece:
    return Piece(digit * 64, data)


async def ask(proxy: Proxy, model: str = "guarded", *, stream: bool = False) -> dict[str, Any]:
    """Ask until its outcome is there; that outcome."""
    messages = asking(QUESTION, picture("green"))
    known = {each["id"] for each in proxy.records("outcome")}
    asked = {"model": model, "messages": messages, "stream": stream}
    assert (await proxy.http.post("/v1/chat/completions", json=asked)).status_code == 200
    for _ in range(200):
        fresh = [each for each in proxy.records("outcome") if each["id"] not in known]
        if fresh:
            return fresh[0]
        await asyncio.sleep(0.02)
    raise AssertionError("no outcome was recorded")


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
@pytest.mark.parametrize("stream", [False, True])
async def test_what_is_asked_for_is_kept_and_a_purge_leaves_no_byte_of_it(
    tmp_path: Path, stream: bool, mode: str
) -> None:
    roles = Roles(situation=FOUND, answer=ANSWER)
    async with running(tmp_path, cast(roles), {"guarded": deployment(mode=mode, **KEPT)}) as proxy:
        outcome = await ask(proxy, stream=stream)
        (decision,) = proxy.records("decision")
        assert decision["kept_until"] == outcome["kept_until"] == TOMORROW.isoformat()
        kept = {canary: holding(tmp_path, canary) for canary in CANARIES}
        assert all(kept.values())
        assert all(name.startswith(CONTENT) for names in kept.values() for name in names)
        assert ContentStore(tmp_path).purge(TOMORROW) >= len(CANARIES)
        assert not any(holding(tmp_path, canary) for canary in CANARIES)
        await ask(proxy)  # goes on beside the purge, and after it
        ContentStore(tmp_path).purge(TOMORROW)
    assert not any(holding(tmp_path, canary) for canary in CANARIES)
    found = verified(tmp_path)
    assert found.intact
    assert sum(chain.records for chain in found.chains) == 4


async def test_without_asking_nothing_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(situation=FOUND, answer=ANSWER))) as proxy:
        outcome = await ask(proxy)
        assert outcome["kept_until"] is None
        assert outcome["answer"] is None
        assert not any(holding(tmp_path, canary) for canary in CANARIES)
    assert not (tmp_path / CONTENT).exists()


async def test_each_deployment_has_its_own_retention(tmp_path: Path) -> None:
    deployments = {
        "brief": deployment(**KEPT),
        "long": deployment(records={"content": "kept", "retention_days": 9}),
        "none": deployment(),
    }
    async with running(tmp_path, cast(Roles(answer=ANSWER)), deployments) as proxy:
        for name in deployments:
            await ask(proxy, name)
    store = ContentStore(tmp_path)
    assert [day.name for day in store.days()] == [str(today() + timedelta(days=days)) for days in (1, 9)]
    assert store.purge(today()) == 0
    store.purge(TOMORROW)
    assert len(holding(tmp_path, b"canary-answer")) == 1
    store.purge(today() + timedelta(days=9))
    assert holding(tmp_path, b"canary-answer") == []


async def test_a_warning_and_its_review_are_kept_as_they_went_out(tmp_path: Path) -> None:
    roles = Roles(situation=UNSAFE, answer="a canary-draft that nobody may see")
    async with running(tmp_path, cast(roles), {"guarded": deployment(**KEPT)}) as proxy:
        outcome = await ask(proxy)
    kept = ContentStore(tmp_path).read(outcome["kept_until"], outcome["answer"])
    assert kept is not None
    assert json.loads(kept)[0]["content"]
    assert outcome["reviews"]
    assert holding(tmp_path, b"canary-draft") == []


async def test_kept_content_that_was_changed_shows(tmp_path: Path) -> None:
    async with running(tmp_path, cast(Roles(answer=ANSWER)), {"guarded": deployment(**KEPT)}) as proxy:
        outcome = await ask(proxy)
    whole = verified(tmp_path)
    assert whole.intact
    assert whole.kept >= 6
    assert whole.absent == 0
    place = ContentStore(tmp_path).path(outcome["kept_until"], outcome["answer"])
    assert place is not None
    place.write_bytes(b"other words")
    (violation,) = verified(tmp_path).violations
    assert (violation.kind.value, violation.id) == ("content changed", outcome["id"])
    place.unlink()
    lost = verified(tmp_path)
    assert (lost.intact, lost.absent) == (True, 1)


async def test_purging_beside_a_busy_service_loses_no_record(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)

    async def commit(log: AuditLog, number: int) -> None:
        until = TOMORROW + timedelta(days=number % 2)
        await log.keep(Content(until, (Piece(f"{number:064x}", b"canary-%d" % number),)))
        await log.commit(Record("decision", new_id(), {"kept_until": until.isoformat()}))

    with audit_log(tmp_path) as log:
        for start in range(0, 200, 20):
            purge = asyncio.to_thread(store.purge, TOMORROW)
            await asyncio.gather(purge, *(commit(log, number) for number in range(start, start + 20)))
        store.purge(TOMORROW)
    assert [day.name for day in store.days()] == [str(TOMORROW + timedelta(days=1))]
    assert len(list(next(store.days()).iterdir())) == 100
    assert verified(tmp_path).chains[0].records == 200


def test_content_is_for_its_owner_alone_and_kept_once_a_day(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    for _ in range(2):
        store.keep(Content(TOMORROW, (piece("a"), piece("a"))))
    (day,) = store.days()
    (file,) = day.iterdir()
    assert [each.stat().st_mode & 0o777 for each in (tmp_path / CONTENT, day, file)] == [0o700, 0o700, 0o600]


def test_pieces_are_forgotten_by_digest_on_every_day(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    for days in range(3):
        store.keep(Content(TOMORROW + timedelta(days=days), (piece("a", b"canary"), piece("b"))))
    assert store.forget(["a" * 64, "../" * 20, "c" * 64]) == 3
    assert holding(tmp_path, b"canary") == []


@pytest.mark.parametrize(
    ("until", "digest"),
    [("2026-01-01", "../../records.key"), ("..", "a" * 64), ("/etc", "passwd"), ("2026-01-01", "a" * 63 + "\n")],
)
def test_a_forged_record_leads_to_no_other_file(tmp_path: Path, until: str, digest: str) -> None:
    assert ContentStore(tmp_path).path(until, digest) is None
    assert ContentStore(tmp_path).read(until, digest) is None


def test_a_purge_that_was_cut_off_is_finished_by_the_next(tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    store.keep(Content(TOMORROW, (piece("a", b"canary"),)))
    (day,) = store.days()
    day.rename(day.with_name(".purged-2026-01-01.0"))
    assert store.purge(today()) == 1
    assert holding(tmp_path, b"canary") == []


def test_other_things_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / CONTENT / "notes").mkdir(parents=True)
    (tmp_path / CONTENT / "notes" / "mine").write_text("words")
    assert ContentStore(tmp_path).purge(date.max) == 0
    assert (tmp_path / CONTENT / "notes" / "mine").exists()


async def test_what_cannot_be_kept_holds_the_answer_back(tmp_path: Path) -> None:
    async with running(tmp_path, cast(), {"guarded": deployment(**KEPT)}) as proxy:
        (tmp_path / CONTENT).write_text("no folder")
        reply = await proxy.http.post("/v1/chat/completions", json={"model": "guarded", "messages": asking()})
        assert reply.status_code == 503
        for _ in range(200):
            if proxy.records():
                break
            await asyncio.sleep(0.02)
        (record,) = proxy.records()
    assert (record["released"], record["kept_until"]) == ("nothing", None)


@pytest.mark.parametrize("name", [CONTENT, f"{CONTENT}/{TOMORROW}"])
def test_content_is_not_written_through_a_symbolic_link(tmp_path: Path, name: str) -> None:
    elsewhere, data = tmp_path / "elsewhere", tmp_path / "data"
    elsewhere.mkdir()
    (data / name).parent.mkdir(parents=True)
    (data / name).symlink_to(elsewhere)
    with pytest.raises(NotADirectoryError):
        ContentStore(data).keep(Content(TOMORROW, (piece("a"),)))
    assert not list(elsewhere.iterdir())


def test_a_service_refuses_a_content_folder_that_is_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / CONTENT).symlink_to(tmp_path)
    with pytest.raises(StorageUnusable, match="symbolic link"), audit_log(tmp_path):
        pass
