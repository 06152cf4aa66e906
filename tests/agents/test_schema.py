"""The schemas that replies are constrained by."""

from __future__ import annotations

import json

from agents.findings import Category, Finding, IntentFinding, SceneFinding, SituationFinding
from agents.schema import reply_schema, response_format


class Titled(Finding):
    title: str
    description: str


def test_references_are_resolved_and_every_field_is_required() -> None:
    for finding in (IntentFinding, SceneFinding, SituationFinding):
        schema = reply_schema(finding)
        assert "$ref" not in json.dumps(schema)
        assert schema["required"] == list(schema["properties"]) == list(finding.model_fields)
        assert schema["additionalProperties"] is False


def test_evidence_comes_before_the_verdict() -> None:
    order = list(reply_schema(SituationFinding)["properties"])
    assert order.index("evidence") < order.index("verdict") < order.index("reason")


def test_a_category_is_one_of_the_list_or_null() -> None:
    choices = reply_schema(SituationFinding)["properties"]["category"]["anyOf"]
    assert choices[0]["enum"] == [category.value for category in Category]
    assert choices[1] == {"type": "null"}


def test_fields_called_like_schema_words_stay() -> None:
    assert list(reply_schema(Titled)["properties"]) == ["title", "description"]


def test_the_format_is_openais() -> None:
    wanted = response_format(IntentFinding)
    assert wanted["type"] == "json_schema"
    assert wanted["json_schema"]["strict"] is True
    assert wanted["json_schema"]["name"] == "IntentFinding"
