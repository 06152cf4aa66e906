"""Three thousand hostile verdicts: none is taken for safe."""

from __future__ import annotations

import json

from agents.findings import SituationFinding, Verdict
from tests.chaos.hostile_verdicts import COUNT, GOOD, false_allows
from tests.readers import read_finding


def test_no_hostile_verdict_is_taken_for_safe() -> None:
    tried, wrong = false_allows()
    assert tried == COUNT
    assert wrong == []


def test_the_exact_form_is_taken_for_safe() -> None:
    finding = read_finding(json.dumps(GOOD), SituationFinding)
    assert finding is not None
    assert finding.verdict is Verdict.SAFE
