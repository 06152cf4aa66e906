"""Chromium without a window, driven over its DevTools protocol: pages as people see them."""

from __future__ import annotations

import asyncio
import base64
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions"),
    *("--disable-domain-reliability", "--no-pings", "--remote-debugging-port=0", "--hide-scrollbars"),
)
SECONDS = 60.0  # for anything that is waited for; a loaded machine takes its time


class PageFailed(AssertionError):
    """A script of ours raised on the page."""


class Page:
    """One tab. `requests` are the addresses that it has asked for, `complaints` what its console showed as errors."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.complaints: list[str] = []

    async def listen(self) -> None:
        """Take in what the browser says; runs beside everything else."""
        async for message in self._socket:
            said = message.json()
            if (waiting := self._waiting.pop(said.get("id", 0), None)) is not None:
                waiting.set_result(said)
            elif said.get("method") == "Network.requestWillBeSent":
                self.requests.append(said["params"]["request"]["url"])
            elif said.get("method") == "Log.entryAdded" and said["params"]["entry"]["level"] == "error":
                self.complaints.append(said["params"]["entry"]["text"])
            elif said.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(str(said["params"]["exceptionDetails"]))

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command of the protocol, and its result."""
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        said = await asyncio.wait_for(self._waiting[number], SECONDS)
        if "error" in said:
            raise PageFailed(f"{method}: {said['error']}")
        result: dict[str, Any] = said["result"]
        return result

    async def run(self, script: str) -> Any:
        """The value of an expression on the page, awaited where it is a promise."""
        said = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in said:
            raise PageFailed(f"{script}: {said['exceptionDetails']}")
        return said["result"].get("value")

    async def until(self, script: str) -> Any:
        """The value of an expression, once it is true. A page that is being left answers nothing."""
        async with asyncio.timeout(SECONDS):
            while True:
                with suppress(PageFailed):
                    if value := await self.run(script):
                        return value
                await asyncio.sleep(0.1)

    async def open(self, url: str) -> None:
        """Go to an address, and wait until its page is there."""
        await self.run("window.left = true")
        await self.call("Page.navigate", url=url)
        await self.arrived()

    async def arrived(self) -> None:
        """Wait until a page is there that is not the one on which `left` was set."""
        await self.until("!window.left && document.readyState === 'complete'")

    async def press(self, selector: str) -> None:
        """Click what a selector finds first; where that leads to another page, wait for it with `arrived`."""
        await self.run(f"window.left = true; document.querySelector({selector!r}).click()")

    async def look(self, width: int, *, dark: bool = False, height: int = 900) -> None:
        """Set the window's size, and whether the person prefers dark pages."""
        sizes = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **sizes)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}  # colours are there at once, to be measured
        await self.call("Emulation.setEmulatedMedia", features=[scheme, still])
        await self.run("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    async def picture(self, file: Path) -> None:
        """Write the whole page as a PNG; its folder is made."""
        file.parent.mkdir(parents=True, exist_ok=True)
        size = (await self.call("Page.getLayoutMetrics"))["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1}
        shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(shot["data"]))  # noqa: ASYNC240 a test may wait for a disk


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A fresh browser with one empty tab."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(prefix="console-browser-", ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM,
            *FLAGS,
            f"--user-data-dir={folder}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with aiohttp.ClientSession() as http, http.ws_connect(await _tab(http, folder), max_msg_size=0) as ws:
                page = Page(ws)
                listening = asyncio.create_task(page.listen())
                for domain in ("Page", "Network", "Log", "Runtime"):
                    await page.call(f"{domain}.enable")
                yield page
                listening.cancel()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _tab(http: aiohttp.ClientSession, folder: str) -> str:
    """The address at which the tab takes commands."""
    port_file = Path(folder) / "DevToolsActivePort"
    async with asyncio.timeout(SECONDS):
        while not (port_file.is_file() and port_file.read_text().strip()):  # noqa: ASYNC110 the browser tells us by this file
            await asyncio.sleep(0.1)
        port = port_file.read_text().split()[0]
        while True:
            async with http.get(f"http://127.0.0.1:{port}/json/list") as reply:
                tabs = [each for each in await reply.json() if each["type"] == "page"]
            if tabs:
                return str(tabs[0]["webSocketDebuggerUrl"])
            await asyncio.sleep(0.1)
