"""Names of hosts looked up in threads of their own, so that names that never answer hold up nobody else.

The event loop's own threads do this for the models' endpoints, and there are few of them. A look-up cannot be stopped:
where a name server stays silent, its thread waits for as long as the system's resolver does, about half a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Collection
from weakref import WeakValueDictionary

AT_ONCE = 64  # look-ups; a thread that waits costs a few kilobytes
OF_ONE_DOMAIN = 4  # at once: who runs a domain can let any number of its names go unanswered

LookUp = Callable[[str], Collection[str]]
"""The addresses of a name, as text; it may block, and raises `OSError` where there are none."""


def system_addresses(host: str) -> Collection[str]:
    """What the system's resolver says."""
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return dict.fromkeys(str(answer[4][0]) for answer in answers)


class NameLookup:
    """Looks names up, `at_once` altogether and `of_one_domain` under the same last two labels. Others wait."""

    def __init__(
        self, look_up: LookUp = system_addresses, *, at_once: int = AT_ONCE, of_one_domain: int = OF_ONE_DOMAIN
    ) -> None:
        self._look_up = look_up
        self._of_one_domain = of_one_domain
        self._all = asyncio.Semaphore(at_once)
        self._domains: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(self, host: str) -> Collection[str]:
        """The addresses of a name; raises `OSError`. Whoever gives up leaves the thread behind, and its place taken."""
        name = ".".join(host.lower().split(".")[-2:])
        domain = self._domains.get(name) or asyncio.Semaphore(self._of_one_domain)
        self._domains[name] = domain
        await domain.acquire()
        try:
            await self._all.acquire()
        except asyncio.CancelledError:
            domain.release()
            raise
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Collection[str]] = loop.create_future()

        def end(addresses: Collection[str], failed: bool) -> None:
            domain.release()
            self._all.release()
            if found.cancelled():
                return
            if failed:
                found.set_exception(OSError("the name has no address"))
            else:
                found.set_result(addresses)

        def work() -> None:
            addresses: Collection[str] = ()
            failed = False
            try:
                addresses = self._look_up(host)
            except Exception:  # noqa: BLE001 whatever it was, the place is given back
                failed = True
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(end, addresses, failed)

        # No pool: it would keep the process alive at its end, for as long as a name server stays silent.
        try:
            threading.Thread(target=work, name="name-lookup", daemon=True).start()
        except RuntimeError:  # the system has no room for another thread
            end((), failed=True)
        return await found
