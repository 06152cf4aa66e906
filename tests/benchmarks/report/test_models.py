"""The names under which models replied, gathered from the answers."""

from __future__ import annotations

from benchmarks.report.models import returned_names
from tests.benchmarks.report.made import record


def test_a_proxys_account_names_each_model_and_a_plain_endpoint_is_its_own() -> None:
    calls = [
        {"model": "answers", "returned": ["gpt-4o-2024-08-06", "gpt-4o-2024-11-20"], "calls": 2, "usage": {}},
        {"model": "agents", "returned": [], "calls": 1, "usage": {}},
    ]
    assert list(returned_names(record(guard={"calls": calls}, model="situational"))) == [
        ("answers", "gpt-4o-2024-08-06"),
        ("answers", "gpt-4o-2024-11-20"),
    ]
    assert list(returned_names(record(model="gpt-4o-2024-08-06"))) == [("a", "gpt-4o-2024-08-06")]
    assert not list(returned_names(record()))
