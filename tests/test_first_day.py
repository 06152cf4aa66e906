"""The first-day guide does what it says: its own commands are run, offline, with an endpoint that plays OpenAI."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from tests.chaos.proxy import free_ports
from tests.service.providers.played import Provider, playing

PAGE = (Path(__file__).parents[1] / "docs" / "first-day.md").read_text(encoding="utf-8")
FIRST, REPORT, AFTER = (block.splitlines() for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
SERVED = "curl -sSf --retry 300 --retry-delay 1 --retry-all-errors --cacert cert.pem https://localhost:8443/readyz"
JUDGED = f"for _ in {{1..100}}; do {REPORT[0]} > report; grep -q '1 judged' report && break; done; cat report"
OPENAI = "https://api.openai.com/v1"


class OpenAI(Provider):
    """OpenAI, for whoever has the key of the guide."""

    model: ClassVar[str] = "gpt-4o"
    key: ClassVar[tuple[str, str]] = ("authorization", "Bearer sk-your-key")


def offline(commands: list[str], url: str) -> list[str]:
    """The commands of the guide, but for what needs a network: it is installed, and OpenAI has another address."""
    installing, certificate, configuring, *others = commands
    assert shlex.split(installing)[:2] == ["pipx", "install"]
    here = f"sed -i 's|{OPENAI}|{url}/v1|' guard.yaml"
    return [certificate, configuring, here, *others]


def test_there_are_ten_and_each_is_explained() -> None:
    assert len(FIRST) == 10
    assert re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE) == [str(number) for number in range(1, 11)]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
async def test_from_nothing_to_a_guarded_model_in_shadow_mode_and_on_to_enforcing(tmp_path: Path) -> None:
    async with playing(OpenAI()) as openai:
        commands = offline(FIRST, openai.url)
        serving = next(number for number, each in enumerate(commands) if each.endswith("&"))
        commands.insert(serving + 1, SERVED)
        said = await run([*commands, JUDGED, *AFTER, commands[-1]], tmp_path)
    assert 'deployments.assistant.mode: "enforce" → "shadow"' in said
    assert said.count("Keep your head still and swing.") == 2
    assert "0 would have been held back" in said
    assert 'deployments.assistant.mode: "shadow" → "enforce"' in said
    for secret in ("admin-token", "app-key"):
        assert (tmp_path / secret).read_text().strip() not in said


async def run(commands: list[str], folder: Path) -> str:
    """Run them in one shell, in a folder that is home to nobody; what they said."""
    port, admin_port = free_ports(2)
    script = "\n".join(["set -euo pipefail", "trap 'kill $(jobs -p) || true' EXIT", *commands])
    script = script.replace("8443", str(port)).replace("8081", str(admin_port))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "SITUGUARD_DATA_FOLDER": str(folder / "data")}
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env=environment, stdout=-1, stderr=-2
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()
