"""Every route under every wrong credential, the routes listed from the applications themselves."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.chaos.figures import Figure, Section
from tests.chaos.proxy import TREE
from tests.chaos.saboteur import run_tests
from tests.chaos.size import Size
from tests.service.test_admin import paths
from tests.service.test_keys import routes

TESTS = ("tests/service/test_keys.py", "tests/service/test_admin.py", "tests/service/keys")


async def credentials(_: Size) -> list[Section]:
    """T23 to T25, by the tests that say what is wrong with each credential."""
    with tempfile.TemporaryDirectory() as folder:
        listed = [*routes(Path(folder)), *paths()]
    status, said = await run_tests(TREE, TESTS)
    counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|error|skipped)", said)}
    figures = [
        Figure("routes listed from the applications", len(listed), least=10),
        Figure("tests of their credentials that passed", counts.get("passed", 0), least=1),
        Figure("tests that did not", sum(counts.values()) - counts.get("passed", 0), 0),
        Figure("outcome", status, 0),
    ]
    return [Section("T23-T25 routes and wrong credentials", figures, [{"method": a, "path": b} for a, b in listed])]
