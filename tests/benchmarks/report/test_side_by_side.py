"""Agents' findings beside the answers."""

from __future__ import annotations

from benchmarks.report.side_by_side import findings
from tests.benchmarks.report.made import ACCOUNT


def test_findings_are_shown_in_a_line_without_what_is_empty() -> None:
    shown = [(found.agent, found.text) for found in findings(ACCOUNT)]
    assert shown == [
        ("intent", "activity: swing"),
        ("situation", "evidence: vase; reason: it breaks"),
        ("review", "evidence: vase; reason: it breaks"),
    ]
    assert findings({"verdict": "safe"}) == ()
