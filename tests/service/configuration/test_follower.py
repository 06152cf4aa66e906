"""Followers: every process serves the newest version, and a request is served whole by one."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from guard.guard import Guard
from guard.holder import GuardHolder
from guard.models import build_models
from service.configuration.errors import ChangeRefused
from service.configuration.file import ConfigurationFile, start_version
from service.configuration.follower import Follower
from service.configuration.live import LiveConfiguration
from tests.service.configuration.settings import config, live, store, write


@asynccontextmanager
async def following(folder: Path, file: ConfigurationFile, **environment: str) -> AsyncIterator[GuardHolder]:
    """A process of that folder, as `serve` has it."""
    with store(folder, file.source) as versions:
        version, _ = await asyncio.to_thread(start_version, versions, file.read(), author="start")
        serves = config(**version.document["deployments"]["kitchen"])
        guards = GuardHolder(Guard(serves, build_models(serves, environment), version.number))
        follower = Follower(live(versions, file), guards, environment)
        await guards.start()
        await follower.start()
        try:
            yield guards
        finally:
            await follower.close()
            await guards.close()


@asynccontextmanager
async def changing(folder: Path, file: ConfigurationFile) -> AsyncIterator[LiveConfiguration]:
    """An administrator at another process."""
    with store(folder, file.source) as versions:
        yield live(versions, file)


async def test_a_change_serves_in_every_process_when_it_is_acknowledged(tmp_path: Path) -> None:
    file = write(tmp_path / "guard.yaml")
    async with following(tmp_path, file) as one, following(tmp_path, file) as two, changing(tmp_path, file) as admin:
        for number, focus in ((2, True), (3, False)):
            await asyncio.to_thread(admin.change_deployment, "kitchen", {"focus": focus}, author="ada")
            for guards in (one, two):
                assert guards.current.version == number
                assert guards.current.deployment("kitchen").config.focus is focus
                assert guards.current.deployment("kitchen").version == number


async def test_models_that_both_versions_name_are_shared(tmp_path: Path) -> None:
    file = write(tmp_path / "guard.yaml")
    async with following(tmp_path, file) as guards, changing(tmp_path, file) as admin:
        before = guards.current.models["small"]
        with guards.lease() as under_way:
            await asyncio.to_thread(admin.change_deployment, "kitchen", {"focus": True}, author="ada")
            assert under_way.version == 1
        assert guards.current.models["small"] is before


async def test_a_version_that_one_process_cannot_start_serves_nowhere(tmp_path: Path) -> None:
    file = write(tmp_path / "guard.yaml")
    async with (
        following(tmp_path, file, KEY="k" * 20) as one,
        following(tmp_path, file) as two,
        changing(tmp_path, file) as admin,
    ):
        text = file.path.read_text() if file.path else ""
        (tmp_path / "guard.yaml").write_text(text.replace("model: x", "model: x\n    api_key_env: KEY"))
        with pytest.raises(ChangeRefused, match="environment variable KEY is not set"):
            await asyncio.to_thread(admin.apply_file, author="ada")
        await asyncio.to_thread(admin.change_deployment, "kitchen", {"focus": True}, author="ada")
        assert (one.current.version, two.current.version) == (3, 3)


async def test_sighup_applies_the_file_and_a_wrong_file_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    file = write(tmp_path / "guard.yaml")
    async with following(tmp_path, file) as guards:
        for number, said in ((2, "version 2 serves"), (2, "kitchen.focus: Input should be a valid boolean")):
            write(tmp_path / "guard.yaml", focus=True if said.startswith("version") else "x")
            os.kill(os.getpid(), signal.SIGHUP)
            async with asyncio.timeout(10):
                while said not in caplog.text:  # noqa: ASYNC110 a log offers no event
                    await asyncio.sleep(0.01)
            assert guards.current.version == number


async def test_a_process_that_starts_later_serves_the_live_version(tmp_path: Path) -> None:
    file = write(tmp_path / "guard.yaml")
    async with following(tmp_path, file), changing(tmp_path, file) as admin:
        await asyncio.to_thread(admin.change_deployment, "kitchen", {"focus": True}, author="ada")
        async with following(tmp_path, file) as later:
            assert later.current.version == 2
            assert later.current.deployment("kitchen").config.focus
            await asyncio.to_thread(admin.change_deployment, "kitchen", {"focus": False}, author="ada")
            assert later.current.version == 3
