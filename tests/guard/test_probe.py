"""The probe: what it finds out about endpoints with oddities, and what it says would mend them."""

from __future__ import annotations

from typing import Any

import pytest

from guard.config import EndpointConfig
from guard.probe import ProbeReport, probe
from tests.guard.odd_endpoint import KEY, odd_endpoint

GOOD = {
    "key": True,
    "name": True,
    "answers": True,
    "tokens": "max_tokens",
    "structured": "json_schema",
    "picture": True,
    "tools": True,
    "stream": True,
    "logprobs": True,
}


async def probed(setting: dict[str, Any] | None = None, key: str = KEY, **oddities: Any) -> ProbeReport:
    async with odd_endpoint(**oddities) as endpoint:
        section = {"kind": "endpoint", "base_url": endpoint.base_url, "model": "right", "api_key_env": "K"}
        report = await probe("far", EndpointConfig.model_validate({**section, **(setting or {})}), {"K": key})
        assert KEY not in repr(report)
        return report


async def test_a_plain_endpoint_can_do_everything() -> None:
    report = await probed()
    assert (report.abilities, report.mends, report.hints, report.usable) == (GOOD, {}, [], True)


@pytest.mark.parametrize(
    ("oddities", "mends"),
    [
        ({"tokens": "max_completion_tokens"}, {"max_tokens_field": "max_completion_tokens"}),
        ({"refuses": frozenset({"temperature"})}, {"drop": ("temperature",)}),
        (
            {"tokens": "max_completion_tokens", "refuses": frozenset({"temperature"})},
            {"max_tokens_field": "max_completion_tokens", "drop": ("temperature",)},
        ),
        ({"forms": frozenset({"json_object", "none"})}, {"structured": "json_object"}),
        ({"forms": frozenset({"none"})}, {"structured": "none"}),
    ],
)
async def test_what_an_endpoint_wants_otherwise_is_found(oddities: dict[str, Any], mends: dict[str, Any]) -> None:
    report = await probed(**oddities)
    assert (report.mends, report.hints, report.usable) == (mends, [], False)
    again = await probed(mends, **oddities)
    assert (again.mends, again.usable) == ({}, True)


async def test_what_it_cannot_do_is_told_and_is_no_fault() -> None:
    report = await probed(sees=False, tools=False, logprobs=False)
    assert {name for name, value in report.abilities.items() if value is False} == {"picture", "tools", "logprobs"}
    assert report.usable


async def test_a_model_without_findings_is_of_no_use_to_agents() -> None:
    report = await probed(forms=frozenset())
    assert (report.abilities["structured"], report.usable) == (False, False)
    assert "agents" in report.hints[0]


@pytest.mark.parametrize(
    ("setting", "key", "ability", "words"),
    [
        ({}, "sk-wrong-one", "key", "comes from K"),
        ({"model": "wrong"}, KEY, "name", "no model 'wrong'"),
        ({}, "sk-wrong \n", "key", "white space"),
        ({"base_url": "http://127.0.0.1:9/v1"}, KEY, "answers", "Nothing answers at"),
    ],
)
async def test_what_keeps_it_from_answering_is_named(
    setting: dict[str, Any], key: str, ability: str, words: str
) -> None:
    report = await probed(setting, key)
    assert report.abilities[ability] is False
    assert words in report.hints[0]
    assert not report.usable
    assert not report.mends
    assert "sk-wrong" not in repr(report)


async def test_a_path_that_was_left_out_is_found() -> None:
    async with odd_endpoint() as endpoint:
        address = endpoint.base_url.removesuffix("/v1")
        section = {"kind": "endpoint", "base_url": address, "model": "right", "api_key_env": "K"}
        report = await probe("far", EndpointConfig.model_validate(section), {"K": KEY})
    assert report.mends == {"base_url": endpoint.base_url}
