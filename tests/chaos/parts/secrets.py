"""Canary secrets and people's words: after a storm of faults they stand nowhere but where they belong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.chaos.client import QUESTION
from tests.chaos.figures import Figure, Section
from tests.chaos.load import settle, together
from tests.chaos.plan import mixed
from tests.chaos.proxy import ADMIN, Proxy, Setup, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import upstream

AT_ONCE = 24
VARIABLE = "CHAOS_UPSTREAM_KEY"
UPSTREAM_KEY = "sk-canary-of-the-chaos-rig-5f0c77aa"
SETUP = Setup(model={"api_key_env": VARIABLE}, environment={VARIABLE: UPSTREAM_KEY})
# Words of people may come back to them, and stand nowhere else.
WORDS = {"a question": QUESTION, "an answer": "canary-", "a warning": "warning-"}


async def secrets(size: Size) -> list[Section]:
    """G15."""
    plans = list(mixed(size.of(2000), SEED + 15, "closed"))
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url, replace(SETUP, patience=size.patience)) as proxy:
            seen = await together(plans, rig, proxy, at_once=AT_ONCE)
            await settle(rig)
            places = {"metrics": await _metrics(proxy), "command line": _command_line(proxy)}
        places |= _files(Path(folder))
    places["replies"] = b"".join(each.raw for each in seen)
    hits = Counter(
        name
        for name, secret in {"the upstream's key": UPSTREAM_KEY, "the administrator's token": ADMIN, **WORDS}.items()
        for place, text in places.items()
        if secret.encode() in text and not (name in WORDS and place == "replies")
    )
    names = ("the upstream's key", "the administrator's token", *WORDS)
    figures = [
        Figure("requests", len(seen)),
        Figure("places that were searched", len(places), least=6),
        Figure("answers among the replies, so that there was something to find", _told(places["replies"]), must=True),
        *(Figure(f"places that hold {name}", hits[name], 0) for name in names),
    ]
    return [Section("G15 secrets", figures, [{"place": place, "bytes": len(text)} for place, text in places.items()])]


def _files(folder: Path) -> dict[str, bytes]:
    """Everything on disk: records, keys, the configuration, the log."""
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _told(replies: bytes) -> bool:
    return WORDS["an answer"].encode() in replies


def _command_line(proxy: Proxy) -> bytes:
    return Path(f"/proc/{proxy.process.pid}/cmdline").read_bytes()


async def _metrics(proxy: Proxy) -> bytes:
    async with httpx.AsyncClient(timeout=60) as http:
        header = {"Authorization": f"Bearer {ADMIN}"}
        return (await http.get(f"http://127.0.0.1:{proxy.admin_port}/metrics", headers=header)).content
