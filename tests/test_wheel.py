"""What an installed wheel holds: every file that the code opens, and a demo that starts from it, in any folder."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("agents", "guard", "service", "benchmarks")
LOGIN = re.compile(r"http://127\.0\.0\.1:\d+/console/login\?code=\S+")
API = re.compile(r"The API is at (\S+)")
PICTURE = re.compile(r"--image (\S+)")
FILE = re.compile(r"(?:src|href)=\"(/console/(?:static|playground/examples)/[^\"]+)\"")
# The command, which also writes down each file that it opens.
WATCHED = """
import sys
opened = open(sys.argv.pop(1), "w", buffering=1)
sys.addaudithook(lambda event, details: event == "open" and print(details[0], file=opened))
from service.cli.main import app
app()
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the project's own backend."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is unpacked, as pip does it."""
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    return site


def tracked(*where: str) -> set[str]:
    """The files of the repository there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *where], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return set(listed.stdout.rstrip("\0").split("\0"))


def test_it_holds_every_file_of_the_packages_and_the_examples(wheel: Path) -> None:
    pairs = {f"service/pairs/{Path(name).name}" for name in tracked("examples/*.png", "examples/pairs.json")}
    assert len(pairs) == 17
    expected = {name for name in tracked(*PACKAGES) if (ROOT / name).exists()} | pairs
    assert expected - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_it_holds_nothing_else(wheel: Path) -> None:
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


@dataclass
class Demo:
    """A demo that runs from the unpacked wheel."""

    page: str
    opened: Path


@contextmanager
def demo(site: Path, folder: Path) -> Iterator[Demo]:
    """Start it in a folder that has nothing to do with the repository; it is ended hard."""
    told = folder / "opened.txt"
    command = [
        sys.executable,
        "-c",
        WATCHED,
        str(told),
        "serve",
        "--demo",
        "--port",
        "0",
        "--data",
        str(folder / "data"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(site)}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            page = ""
            while "curl" not in page and (line := process.stdout.readline()):
                page += line
            yield Demo(page, told)
        finally:
            process.kill()


def test_the_demo_starts_from_it_and_opens_nothing_of_the_repository(installed: Path, tmp_path: Path) -> None:
    with demo(installed, tmp_path) as running:
        (api,) = API.findall(running.page)
        (picture,) = PICTURE.findall(running.page)
        with httpx.Client(follow_redirects=True, timeout=60) as browser:
            playground = browser.get(LOGIN.findall(running.page)[0])
            files = set(FILE.findall(playground.text))
            assert {browser.get(str(playground.url.join(file))).status_code for file in files} == {200}
            models = browser.get(f"{api}/models").json()["data"]
    assert len([file for file in files if "/examples/" in file]) == 16
    assert Path(shlex.split(picture)[0]).is_relative_to(installed)
    assert "demo" in {each["id"] for each in models}
    assert foreign(running.opened) == set()


def foreign(opened: Path) -> set[str]:
    """The files of the repository, but for its environment, among those that were opened."""
    paths = {line for line in opened.read_text().splitlines() if line.startswith(f"{ROOT}/")}
    return {path for path in paths if not path.startswith(f"{ROOT}/.venv/")}
