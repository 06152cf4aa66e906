"""Releases from a local hub: which commit and which files are fetched, and what the error says where they cannot be."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, HubRevisionUnknown, HubUnusable
from benchmarks.hub import Hub, HubDataset
from benchmarks.mssbench import MSSBENCH
from benchmarks.mssbench_release import HUB as MSSBENCH_HUB
from benchmarks.proxy import free_port
from benchmarks.vlsbench import HUB as VLSBENCH_HUB
from benchmarks.vlsbench import VLSBENCH
from tests.benchmarks.folders import REPOSITORY, chat_row, embodied_row, picture_bytes, vlsbench_rows
from tests.benchmarks.hub_server import Files, hub_server

OLD, NEW = "4d252925b58f1997bc0e8ea339b74ab9343d953d", "429d0cb" + "0" * 33
LAST = "12396d2" + "0" * 33


def mssbench(chat: int, embodied: int) -> dict[str, bytes]:
    """MSSBench to its documented counts, every record with the same two pictures."""
    shown = {"safe_image_path": "safe.png", "unsafe_image_path": "unsafe.png"}
    rows = {
        "chat": [{**chat_row(number), **shown} for number in range(chat)],
        "embodied": [
            {**embodied_row(number), "safe": "safe.png", "unsafe": "unsafe.png"} for number in range(embodied)
        ],
    }
    pictures = {f"{task}/{side}.png": picture_bytes(len(side)) for task in rows for side in ("safe", "unsafe")}
    return {"combined.json": json.dumps(rows).encode(), **pictures, "README.md": b"A card.", ".gitattributes": b""}


@pytest.fixture(scope="module")
def releases() -> Mapping[str, Files]:
    """The repository's history, the newest commit first."""
    newer = mssbench(300, 76)
    return {LAST: newer, NEW: newer, OLD: mssbench(300, 62)}


@pytest.mark.parametrize(
    ("revision", "commit", "expected"),
    [("v1", OLD, ("v1", 1820)), ("v1.1", NEW, ("v1.1", 1960)), ("", NEW, ("v1.1", 1960))],
)
def test_mssbenchs_pinned_revisions_load(
    releases: Mapping[str, Files], tmp_path: Path, revision: str, commit: str, expected: tuple[str, int]
) -> None:
    with hub_server("kzhou35/mssbench", releases) as server:
        snapshot = Hub(server.url, tmp_path).fetch(MSSBENCH_HUB, revision)
        assert not [path for path in server.asked if path.endswith(("README.md", ".gitattributes"))]
    assert snapshot.origin == f"kzhou35/mssbench@{commit}"
    loaded = MSSBENCH.load(snapshot.folder)
    assert (loaded.version, len(loaded)) == expected


def test_what_was_fetched_is_not_fetched_again_and_serves_without_a_network(
    releases: Mapping[str, Files], tmp_path: Path
) -> None:
    with hub_server("kzhou35/mssbench", releases) as server:
        first = Hub(server.url, tmp_path).fetch(MSSBENCH_HUB, "v1.1")
        before = len(server.asked)
        assert Hub(server.url, tmp_path).fetch(MSSBENCH_HUB, "v1.1") == first
        assert len(server.asked) == before
    assert Hub(f"http://127.0.0.1:{free_port()}", tmp_path).fetch(MSSBENCH_HUB, "v1.1") == first


def test_a_commit_may_be_said_outright(releases: Mapping[str, Files], tmp_path: Path) -> None:
    with hub_server("kzhou35/mssbench", releases) as server:
        hub = Hub(server.url, tmp_path)
        assert hub.fetch(MSSBENCH_HUB, LAST).commit == LAST
        assert hub.fetch(MSSBENCH_HUB, OLD[:9]).commit == OLD


@pytest.mark.parametrize("revision", ["v2", "main", "fffffff"])
def test_a_revision_that_is_not_there_is_an_error_that_lists_those_that_are(
    releases: Mapping[str, Files], tmp_path: Path, revision: str
) -> None:
    with (
        hub_server("kzhou35/mssbench", releases) as server,
        pytest.raises(HubRevisionUnknown, match=r"known by name: v1\.1, v1"),
    ):
        Hub(server.url, tmp_path).fetch(MSSBENCH_HUB, revision)


@pytest.mark.parametrize("revision", ["v1", "v1.1"])
def test_where_no_hub_answers_the_way_round_it_is_said(
    tmp_path: Path, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)  # the hub's client waits longer after each try, 23 s in all
    nobody = Hub(f"http://127.0.0.1:{free_port()}", tmp_path)
    with pytest.raises(
        HubUnusable, match=r"hf download kzhou35/mssbench --repo-type dataset.* then here: --data FOLDER"
    ):
        nobody.fetch(MSSBENCH_HUB, revision)
    assert len(waits) > 1


def test_a_repository_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with hub_server("somebody/else", {}) as server, pytest.raises(HubUnusable, match="RepositoryNotFound"):
        Hub(server.url, tmp_path).fetch(MSSBENCH_HUB, "v1.1")


def packed(*names: str) -> bytes:
    """A tar file of pictures under these names."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number, name in enumerate(names):
            data = picture_bytes(number)
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def test_vlsbenchs_archive_is_unpacked_once(tmp_path: Path) -> None:
    commit = VLSBENCH_HUB.pinned("") + "0" * 33
    files = {
        "data.json": json.dumps(vlsbench_rows()).encode(),
        "imgs.tar": packed(*(f"imgs/{number}.png" for number in range(10))),
    }
    with hub_server("Foreshhh/vlsbench", {commit: files}) as server:
        hub = Hub(server.url, tmp_path / "hub")
        snapshot = hub.fetch(VLSBENCH_HUB)
        assert len(VLSBENCH.load(snapshot.folder)) == 2_241
        kept = (snapshot.folder / "imgs" / "0.png").stat().st_mtime_ns
        assert hub.fetch(VLSBENCH_HUB) == snapshot
        assert (snapshot.folder / "imgs" / "0.png").stat().st_mtime_ns == kept


@pytest.mark.parametrize("name", ["../outside.png", "/outside.png", "imgs/../../outside.png"])
def test_an_archive_that_leads_out_of_its_folder_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    dataset = HubDataset("somebody/packed", {"one": OLD}, ("imgs.tar",), archives=("imgs.tar",))
    with (
        hub_server("somebody/packed", {OLD: {"imgs.tar": packed("imgs/0.png", name)}}) as server,
        pytest.raises(FileInvalid, match="leads out of the folder"),
    ):
        Hub(server.url, tmp_path / "hub").fetch(dataset)
    assert not list(tmp_path.rglob("outside.png"))
    assert not list((tmp_path / "situguard").iterdir())


def test_without_the_hubs_client_the_error_says_what_to_install() -> None:
    """In a process that has none: the module's place is taken before anything is imported."""
    code = (
        "import sys; sys.modules['huggingface_hub'] = None\n"
        "from benchmarks.cli.main import app\n"
        "app(['run', 'mssbench', '--data', 'hub:v1', '--url', 'http://127.0.0.1:1/v1'])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "situguard[bench] brings the client" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
