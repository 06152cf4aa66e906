"""What one guarded chat request enters: the files and functions of the checkout in the working directory.

Runs by itself, in a process whose PYTHONPATH and working directory are the checkout that is measured. It takes nothing
from there but `tests.service.running`, which every version has: a proxy over scripted models and a request for it.
Prints, as JSON, the names entered by a whole reply and by a streamed one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PACKAGES = ("agents", "guard", "service")
SETTLED = 1.0  # seconds; after the reply the outcome is still recorded


class Trace:
    """The code objects that were entered, on every thread, while it records."""

    def __init__(self) -> None:
        self.recording = False
        self._entered: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if self.recording and event == "call":
            self._entered.add(frame.f_code)

    def install(self) -> None:
        """To be called before the first thread is started."""
        threading.setprofile(self)
        sys.setprofile(self)

    def taken(self, root: Path) -> list[str]:
        """`FILE NAME` of each function of ours since the last time. Comprehensions are part of their function."""
        ours = tuple(f"{root / package}/" for package in PACKAGES)
        codes = [code for code in self._entered if code.co_filename.startswith(ours) and code.co_name[0] != "<"]
        self._entered.clear()
        return sorted(f"{Path(code.co_filename).relative_to(root)} {code.co_qualname}" for code in codes)


async def measure(trace: Trace, root: Path) -> dict[str, list[str]]:
    """One request of each kind to warm up, then one of each kind that counts."""
    from tests.service.running import body, running

    entered: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as proxy:
            for recording in (False, True):
                for kind, streamed in (("whole", False), ("streamed", True)):
                    trace.recording = recording
                    reply = await proxy.http.post("/v1/chat/completions", json=body(stream=streamed))
                    await asyncio.sleep(SETTLED)
                    trace.recording = False
                    assert reply.headers["x-guard-verdict"] == "safe", reply.text
                    entered[kind] = trace.taken(root)
    return entered


if __name__ == "__main__":
    tracer = Trace()
    tracer.install()
    print(json.dumps(asyncio.run(measure(tracer, Path.cwd()))))  # noqa: T201
