"""Every route under every wrong credential, the routes listed from the applications themselves."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.chaos.figures import Figure, Section
from tests.chaos.proxy import TREE
from tests.chaos.saboteur import run_tests
from tests.chaos.size import Size
from tests.service.test_every_route import INJECTIONS, RULES, admin_app, calls, main_app

TESTS = (
    "tests/service/test_every_route.py",
    "tests/service/test_keys.py",
    "tests/service/admin/test_keys.py",
    "tests/service/keys",
)


async def credentials(size: Size) -> list[Section]:
    """T23 to T25, by the tests that try each wrong credential at each route."""
    with tempfile.TemporaryDirectory() as folder:
        called = calls(main_app(Path(folder))) + calls(admin_app(Path(folder)))
    status, said = await run_tests(TREE, size.some(TESTS))
    counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", said)}
    passed = counts.pop("passed", 0)
    figures = [
        Figure("routes listed from the applications, each with a rule", len(RULES)),
        Figure("of these, calls that want a credential", len(called), least=20),
        Figure("injections tried as credentials", len(INJECTIONS), least=500),
        Figure("tests that passed", passed, least=1),
        Figure("tests that did not", sum(counts.values()), 0),
        Figure("all wrong credentials are refused at all routes", status == 0, must=True),
    ]
    rows = [{"route": path, "method": call[0]} for path, call in called]
    return [Section("T23-T25 every route, every wrong credential", figures, rows)]
