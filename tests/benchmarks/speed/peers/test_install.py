"""A peer that is there is kept, and one that cannot be installed is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.speed.peers import install as installing
from benchmarks.speed.peers.install import HERE, PEERS, install


def test_lists_are_pinned_and_name_no_host() -> None:
    for peer in PEERS:
        lines = (HERE / f"requirements-{peer}.txt").read_text(encoding="utf-8").splitlines()
        assert lines
        assert all("==" in line and "//" not in line for line in lines), peer


def test_what_is_installed_already_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "FOLDER", tmp_path)
    (tmp_path / "nemo").mkdir()
    name = "requirements-nemo.txt"
    (tmp_path / "nemo" / name).write_bytes((HERE / name).read_bytes())
    assert install(["nemo"]) == {}


def test_one_that_cannot_be_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "litellm").write_text("a file where the environment would be")
    monkeypatch.setattr(installing, "FOLDER", tmp_path)
    refused = install(["litellm"])
    assert set(refused) == {"litellm"}
    assert refused["litellm"]
