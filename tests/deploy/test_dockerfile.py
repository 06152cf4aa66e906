"""The Dockerfile: what it copies is there, nothing in it is secret, and who runs it can do no harm."""

from __future__ import annotations

import asyncio
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.chaos.proxy import free_ports
from tests.deploy.dockerfile import DOCKERFILE, NotUnderstood, Stage, read_dockerfile
from tests.service.running import running

ROOT = DOCKERFILE.parents[1]
SECRET = re.compile(r"key|token|secret|password|credential", re.IGNORECASE)


@pytest.fixture
def stages() -> list[Stage]:
    return read_dockerfile(DOCKERFILE.read_text(encoding="utf-8"))


@pytest.fixture
def image(stages: list[Stage]) -> Stage:
    """The last stage: what is run."""
    return stages[-1]


def copied(stage: Stage) -> set[str]:
    """What a stage takes from the clone."""
    return {word for each in stage.all("COPY") if "from" not in each.options for word in each.words[:-1]}


def test_all_that_it_copies_is_there(stages: list[Stage]) -> None:
    taken = {name for stage in stages for name in copied(stage)}
    assert taken
    assert {name for name in taken if not (ROOT / name).exists()} == set()


def test_it_copies_all_that_a_wheel_is_made_of(stages: list[Stage]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]
    folders = {pattern.split("/")[1] for pattern in included}
    assert folders | {"pyproject.toml", project["project"]["readme"], "LICENSE"} <= copied(stages[0])


def test_what_one_stage_takes_from_another_is_made_there(stages: list[Stage]) -> None:
    known = {stage.name for stage in stages[:-1]}
    assert {each.options["from"] for each in stages[-1].all("COPY")} == known


def test_a_user_without_privileges_runs_it(image: Stage) -> None:
    user = image.last("USER").value
    assert user not in {"", "0", "root"}
    (made,) = [each.value for each in image.all("RUN") if "useradd" in each.value]
    assert re.search(rf"--shell /usr/sbin/nologin {user}\b", made)
    assert image.instructions.index(image.last("USER")) > image.instructions.index(image.all("RUN")[-1])


def test_it_writes_nowhere_but_where_it_is_told(image: Stage) -> None:
    assert image.environment["SITUGUARD_DATA_FOLDER"] == image.last("VOLUME").value == "/data"
    assert image.environment["PYTHONDONTWRITEBYTECODE"] == "1"


def test_nothing_in_it_is_secret(stages: list[Stage]) -> None:
    named = {name for stage in stages for name in stage.environment} | {
        name for stage in stages for name in copied(stage)
    }
    assert {name for name in named if SECRET.search(name)} == set()


def test_each_command_is_its_process_and_no_shell_is(image: Stage) -> None:
    for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        assert image.last(name).value.startswith("["), name
    assert (*image.last("ENTRYPOINT").words, *image.last("CMD").words) == ("situguard", "serve")


async def test_its_health_check_is_content_with_a_proxy_and_with_nothing_else(image: Stage, tmp_path: Path) -> None:
    program, *words = image.last("HEALTHCHECK").words
    assert program == "python"

    async def checked(port: str) -> int:
        asking = [word.replace("8080", port) for word in words]
        process = await asyncio.create_subprocess_exec(sys.executable, *asking, stderr=asyncio.subprocess.DEVNULL)
        return await process.wait()

    async with running(tmp_path) as proxy:
        assert await checked(proxy.url.rsplit(":", 1)[1]) == 0
    (free,) = free_ports(1)
    assert await checked(str(free)) != 0


def test_what_the_reader_does_not_know_is_named() -> None:
    with pytest.raises(NotUnderstood, match="ONBUILD"):
        read_dockerfile("FROM a\nONBUILD RUN x")


def test_lines_go_on_and_comments_are_left_out() -> None:
    (stage,) = read_dockerfile(
        'FROM a AS b\nENV A=1 \\\n# why\n    B="c d"\nENV C=$A-$B\nHEALTHCHECK --interval=1s CMD ["x", "y z"]'
    )
    assert (stage.base, stage.name) == ("a", "b")
    assert stage.environment == {"A": "1", "B": "c d", "C": "1-c d"}
    assert (stage.last("HEALTHCHECK").options, stage.last("HEALTHCHECK").words) == ({"interval": "1s"}, ["x", "y z"])
