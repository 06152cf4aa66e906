"""The file and live changes: one rule, and nothing is overwritten in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.configuration.errors import LiveChangesLost
from service.configuration.file import DEMO, ConfigurationFile, Standing, apply_file, standing, start_version
from service.configuration.version import Origin
from tests.service.configuration.settings import config, live, store, write


def test_a_source_has_the_name_of_its_file(tmp_path: Path) -> None:
    assert ConfigurationFile(None).source == DEMO
    assert "demo" in ConfigurationFile(None).read().deployments
    file = write(tmp_path / "guard.yaml", mode="shadow")
    assert file.source == str(tmp_path / "guard.yaml")
    assert file.read() == config(mode="shadow")


def test_the_newest_version_is_what_a_start_serves(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        first, found = start_version(versions, config(), author="start")
        assert (first.number, first.origin, found) == (1, Origin.FILE, Standing.NEW)
        again, found = start_version(versions, config(), author="start")
        assert (again.number, found) == (1, Standing.SAME)
        changed, found = start_version(versions, config(mode="shadow"), author="start")
        assert (changed.number, found) == (2, Standing.CHANGED)
        live(versions).change_deployment("kitchen", {"focus": True}, author="ada")
        after_live, found = start_version(versions, config(mode="shadow"), author="start")
        assert (after_live.number, found) == (3, Standing.SAME)
        kept, found = start_version(versions, config(mode="off"), author="start")
        assert (kept.number, found) == (3, Standing.PARTED)


def test_a_file_that_says_what_serves_already_is_the_same() -> None:
    assert standing(None, config()) is Standing.NEW


def test_a_file_that_would_undo_live_changes_is_refused_unless_they_may_go(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        start_version(versions, config(), author="start")
        live(versions).change_deployment("kitchen", {"focus": True}, author="ada")
        with pytest.raises(LiveChangesLost) as caught:
            apply_file(versions, config(mode="shadow"), author="ada")
        assert caught.value.changes == (
            "deployments.kitchen.focus: true → false",
            'deployments.kitchen.mode: "enforce" → "shadow"',
        )
        replaced = apply_file(versions, config(mode="shadow"), author="ada", replace_live=True)
        assert (replaced.number, replaced.origin) == (3, Origin.FILE)
        assert apply_file(versions, config(mode="shadow"), author="ada").number == 3


def test_a_file_that_took_a_live_change_over_can_be_applied(tmp_path: Path) -> None:
    with store(tmp_path) as versions:
        start_version(versions, config(), author="start")
        live(versions).change_deployment("kitchen", {"focus": True}, author="ada")
        assert apply_file(versions, config(focus=True), author="ada").number == 2
