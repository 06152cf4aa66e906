"""What the proxy itself counts, read from the admin listener as Prometheus would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.chaos.proxy import ADMIN, Proxy

FAILED_OPEN = "situguard_failed_open_total"


@dataclass(frozen=True)
class Counters:
    """Values by name and labels."""

    values: Mapping[tuple[str, frozenset[tuple[str, str]]], float]

    def total(self, name: str, **labels: str) -> int:
        """The sum over all that have these labels."""
        return int(sum(value for (of, at), value in self.values.items() if of == name and labels.items() <= set(at)))


async def counters(proxy: Proxy) -> Counters:
    """Now."""
    async with httpx.AsyncClient(timeout=60) as http:
        response = await http.get(
            f"http://127.0.0.1:{proxy.admin_port}/metrics", headers={"Authorization": f"Bearer {ADMIN}"}
        )
    response.raise_for_status()
    samples = [sample for family in text_string_to_metric_families(response.text) for sample in family.samples]
    return Counters({(each.name, frozenset(each.labels.items())): each.value for each in samples})
