"""Which deployments a client sees: its key says so, or without keys whether they are guarded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guard.errors import UnknownDeployment
from service.keys.key import KeyLimits
from tests.service.gate.in_process import CLIENT, opened
from tests.service.running import DEPLOYMENTS

DEMO = {"demo": True}


def limited(*names: str) -> Any:
    return replace(CLIENT, limits=KeyLimits(frozenset(names)))


@pytest.mark.parametrize(
    ("settings", "key", "shown"),
    [
        (DEMO, None, ["guarded", "raw"]),
        ({"demo": False}, None, ["guarded"]),
        ({**DEMO, "host": "0.0.0.0"}, None, ["guarded"]),  # noqa: S104 a demo that others can reach
        (DEMO, CLIENT, ["guarded"]),  # every deployment, of those that are guarded
        ({"demo": False}, limited("raw"), ["raw"]),
        (DEMO, limited("*", "raw"), ["guarded", "raw"]),
        (DEMO, limited("elsewhere"), []),
    ],
)
async def test_a_client_sees_what_it_may_use(tmp_path: Path, settings: Any, key: Any, shown: list[str]) -> None:
    async with opened(tmp_path, settings=settings, deployments=DEPLOYMENTS) as app:
        assert list(app.service.shown_to(key)) == shown
        for name in shown:
            assert app.service.deployment(name, key).name == name
        for hidden in {*DEPLOYMENTS, "nobody"} - set(shown):
            with pytest.raises(UnknownDeployment):
                app.service.deployment(hidden, key)
