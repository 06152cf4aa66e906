"""Changes as people make them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guard.errors import ConfigRejected, UnknownDeployment
from service.configuration.errors import BaseOutdated, VersionUnknown
from service.configuration.file import start_version
from service.configuration.live import LiveConfiguration
from service.configuration.version import Origin
from tests.service.configuration.settings import config, live, store


@pytest.fixture
def started(tmp_path: Path) -> Iterator[LiveConfiguration]:
    with store(tmp_path) as versions:
        start_version(versions, config(), author="start")
        yield live(versions)


def test_a_deployment_is_changed_added_and_removed(started: LiveConfiguration) -> None:
    changed = started.change_deployment("kitchen", {"agents": {"visual": False}}, author="ada")
    assert (changed.number, changed.author, changed.origin) == (2, "ada", Origin.CHANGE)
    assert changed.document["deployments"]["kitchen"]["agents"] == {"visual": {"enabled": False}}
    added = started.put_deployment("garden", {"model": "small"}, author="ada")
    assert set(added.document["deployments"]) == {"kitchen", "garden"}
    removed = started.remove_deployment("garden", author="ada")
    assert removed.document == changed.document


def test_a_change_that_changes_nothing_is_no_version(started: LiveConfiguration) -> None:
    assert started.change_deployment("kitchen", {"model": "small"}, author="ada").number == 1


@pytest.mark.parametrize(
    "patch", [{"agents": {"visul": False}}, {"mode": "shado"}, {"model": "large"}, {"unguarded": True}, {"focus": "x"}]
)
def test_a_wrong_change_changes_nothing(started: LiveConfiguration, patch: dict[str, object]) -> None:
    with pytest.raises(ConfigRejected):
        started.change_deployment("kitchen", patch, author="ada")
    assert started.newest.number == 1


def test_what_is_not_there_cannot_be_changed(started: LiveConfiguration) -> None:
    with pytest.raises(UnknownDeployment) as caught:
        started.change_deployment("kitchn", {"focus": True}, author="ada")
    assert caught.value.known == ("kitchen",)
    with pytest.raises(UnknownDeployment):
        started.remove_deployment("kitchn", author="ada")
    with pytest.raises(ConfigRejected, match="deployments"):
        started.remove_deployment("kitchen", author="ada")


def test_two_people_do_not_undo_each_other(started: LiveConfiguration) -> None:
    started.change_deployment("kitchen", {"focus": True}, author="ada", base=1)
    with pytest.raises(BaseOutdated):
        started.change_deployment("kitchen", {"mode": "shadow"}, author="bob", base=1)


def test_a_preview_shows_the_document_and_changes_nothing(started: LiveConfiguration) -> None:
    assert started.preview("kitchen", {"focus": True})["deployments"]["kitchen"]["focus"] is True
    assert started.newest.number == 1
    with pytest.raises(ConfigRejected):
        started.preview("kitchen", {"focus": "x"})


def test_rolling_back_states_an_earlier_version_again(started: LiveConfiguration) -> None:
    started.change_deployment("kitchen", {"focus": True}, author="ada")
    back = started.roll_back(1, author="ada")
    assert (back.number, back.origin, back.document) == (3, Origin.ROLLBACK, started.store.version(1).document)
    for number in (0, 9):
        with pytest.raises(VersionUnknown):
            started.roll_back(number, author="ada")
