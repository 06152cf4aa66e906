"""The servers that are measured, and how each is started: one worker, its access log off."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.proxy import free_port
from benchmarks.speed.client import Address
from benchmarks.speed.peers.install import PEERS, python_of
from benchmarks.speed.processes import Program

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-Qm3vT8wZr6-of-the-speed-benchmark"  # LiteLLM refuses keys that look weak
UNASKED: dict[str, str] = {"DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True)
class Setup:
    """Where a server may write, and the models' base URLs."""

    folder: Path
    upstream: int

    @property
    def answers(self) -> str:
        return f"http://127.0.0.1:{self.upstream}/v1"

    @property
    def judges(self) -> str:
        return f"http://127.0.0.1:{self.upstream}/judge/v1"

    def written(self, name: str, content: Any) -> Path:
        """A file with this in it, as YAML."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return file


@dataclass(frozen=True)
class Startable:
    """A program, and where its API will be."""

    program: Program
    address: Address


Prepare = Callable[[Setup], Startable]


def situguard(setup: Setup) -> Startable:
    """Deployments: `guarded` as it is by default, `three` without the onlooker, and `raw`. With keys and records."""
    # Pictures differ in a comment only, which is taken out: with the cache, no request but the first would look at one.
    agents = {"model": "judge", "visual": {"cache": False}}
    limits = {"pictures": 32}
    models = {
        name: {"kind": "endpoint", "base_url": url, "model": name, "concurrency": 1024}
        for name, url in (("answer", setup.answers), ("judge", setup.judges))
    }
    deployments = {
        "guarded": {"model": "answer", "agents": agents, "limits": limits},
        "three": {"model": "answer", "agents": {**agents, "onlooker": False}, "limits": limits},
        "raw": {"model": "answer", "method": "raw", "unguarded": True, "limits": limits},
    }
    config = setup.written("guard.yaml", {"models": models, "deployments": deployments})
    port, data = free_port(), setup.folder / "data"
    environment = {"PYTHONPATH": str(ROOT), "SITUGUARD_WAITING": "1024", "SITUGUARD_QUEUE_SECONDS": "120"}
    command = (sys.executable, "-m", "service.cli")
    named = [word for name in deployments for word in ("--deployment", name)]
    made = subprocess.run(  # noqa: S603 - our own program
        [*command, "keys", "create", "speed", *named, "--data", str(data)],
        env={**os.environ, **environment},
        cwd=setup.folder,
        check=True,
        capture_output=True,
        text=True,
    )
    served = [*command, "serve", "--config", str(config), "--port", str(port), "--data", str(data)]
    program = Program(served, f"http://127.0.0.1:{port}/readyz", environment, setup.folder)
    return Startable(program, Address(port, headers={"Authorization": f"Bearer {made.stdout.strip()}"}))


def fastapi(setup: Setup) -> Startable:
    """No guard at all."""
    app = ("benchmarks.speed.bare:create_app", "--factory")
    environment = {"PYTHONPATH": str(ROOT), "SPEED_UPSTREAM": setup.answers}
    return _uvicorn(setup, *app, environment=environment, ready="/readyz")


def litellm(setup: Setup) -> Startable:
    """LiteLLM's proxy, with one guard that is asked beside the model (`during_call`)."""
    params = {"model": "openai/answer", "api_base": setup.answers, "api_key": "none"}
    guard = {"guardrail": "litellm_guard.AskedBeside", "mode": "during_call", "default_on": True}
    config = {
        "model_list": [{"model_name": "answer", "litellm_params": params}],
        "guardrails": [{"guardrail_name": "beside", "litellm_params": guard}],
        "general_settings": {"master_key": KEY},
    }
    file = setup.written("config.yaml", config)
    source = Path(__file__).parent / "peers" / "litellm_guard.py"
    (setup.folder / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    environment = {
        "CONFIG_FILE_PATH": str(file),
        "SPEED_JUDGE": setup.judges,
        "LITELLM_LOG": "ERROR",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
    }
    return _uvicorn(
        setup,
        "litellm.proxy.proxy_server:app",
        environment=environment,
        ready="/health/liveliness",
        python=python_of("litellm"),
        headers={"Authorization": f"Bearer {KEY}"},
    )


def nemo(setup: Setup, *, speculative: bool = False) -> Startable:
    """NeMo Guardrails' server on its engine IORails, with two parallel rails, before the model or beside it."""
    kinds = (("main", setup.answers), ("self_check_input", setup.judges), ("content_safety", setup.judges))
    models = [
        {"type": kind, "engine": "openai", "model": kind, "parameters": {"base_url": url, "api_key": "none"}}
        for kind, url in kinds
    ]
    question = "Should this message be blocked? Answer yes or no.\nMessage: {{ user_input }}"
    prompts = [
        {"task": task, "content": question, "output_parser": "is_content_safe", "max_tokens": 8}
        for task in ("self_check_input", "content_safety_check_input $model=content_safety")
    ]
    flows = ["self check input", "content safety check input $model=content_safety"]
    rails = {"input": {"parallel": True, "speculative_generation": speculative, "flows": flows}}
    setup.written("configs/speed/config.yml", {"models": models, "prompts": prompts, "rails": rails})
    source = Path(__file__).parent / "peers" / "nemo_server.py"
    (setup.folder / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    environment = {"SPEED_CONFIGS": str(setup.folder / "configs"), "NEMO_GUARDRAILS_IORAILS_ENGINE": "1"}
    ready = "/v1/rails/configs"
    return _uvicorn(setup, "nemo_server:app", environment=environment, ready=ready, python=python_of("nemo"))


def nemo_speculative(setup: Setup) -> Startable:
    """The same, with the rails beside the model."""
    return nemo(setup, speculative=True)


def _uvicorn(
    setup: Setup,
    *app: str,
    environment: Mapping[str, str],
    ready: str,
    python: Path | str = sys.executable,
    headers: Mapping[str, str] | None = None,
) -> Startable:
    port = free_port()
    options = ("--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning")
    command = [str(python), "-m", "uvicorn", *app, *options]
    program = Program(command, f"http://127.0.0.1:{port}{ready}", {**UNASKED, **environment}, setup.folder)
    return Startable(program, Address(port, headers=headers or {}))


@dataclass(frozen=True)
class Server:
    """A server by name; `peer` is the environment that it needs, where it is not this one."""

    name: str
    prepare: Prepare
    peer: str | None = None


SERVERS = {
    server.name: server
    for server in (
        Server("situguard", situguard),
        Server("fastapi", fastapi),
        Server("litellm", litellm, "litellm"),
        Server("nemo", nemo, "nemo"),
        Server("nemo-speculative", nemo_speculative, "nemo"),
    )
}
assert all(server.peer is None or server.peer in PEERS for server in SERVERS.values())  # noqa: S101 a table's own rule


@dataclass(frozen=True)
class Contender:
    """What is measured: a server, asked for one of its models. `steps`: calls of its guard one after another."""

    name: str
    title: str
    server: str
    model: str = "answer"
    steps: int = 0


DIRECT = Contender("direct", "the model itself", "")
CONTENDERS = {
    contender.name: contender
    for contender in (
        Contender("guarded", "Situguard, as it is by default", "situguard", "guarded", 2),
        Contender("three", "Situguard, 3 agents", "situguard", "three", 2),
        Contender("raw", "Situguard, raw deployment", "situguard", "raw"),
        Contender("fastapi", "FastAPI + aiohttp, no guard", "fastapi"),
        Contender("litellm", "LiteLLM, one guard beside", "litellm", steps=1),
        Contender("nemo", "NeMo IORails, 2 parallel rails", "nemo", steps=1),
        Contender("nemo-speculative", "NeMo IORails, 2 rails beside", "nemo-speculative", steps=1),
        DIRECT,
    )
}
