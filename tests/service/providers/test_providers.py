"""Each provider's replies come through the proxy as the documentation's table says; what breaks off is an error."""

from __future__ import annotations

import asyncio
from pathlib import Path

import openai
import pytest

from guard.config_file import Starter
from service.openai.replies import FILTERED
from tests.service.providers.observe import FAILED, behind
from tests.service.providers.played import Provider, is_strict
from tests.service.providers.providers import PROVIDERS, Azure, DeepSeek, OpenRouter
from tests.service.providers.table import DOCUMENT, observed, real, render
from tests.service.running import asking

Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return asyncio.run(observed(tmp_path_factory.mktemp("providers")))


def test_nothing_that_a_provider_sends_fails(rows: Rows) -> None:
    assert not [(name, cells) for name, cells in rows.items() if FAILED in str(cells)]


def test_the_documentation_has_the_table_as_it_is_observed(rows: Rows) -> None:
    assert render(rows, real()) == DOCUMENT.read_text(encoding="utf-8")


def test_each_configuration_to_start_from_is_played() -> None:
    assert {provider.starter for provider in PROVIDERS} - {None} == set(Starter)


streams = pytest.mark.parametrize("stream", [False, True])


@pytest.mark.parametrize("provider", [DeepSeek, OpenRouter])
async def test_a_stream_that_its_provider_breaks_off_is_no_answer(tmp_path: Path, provider: type[Provider]) -> None:
    async with behind(provider(), tmp_path) as through:
        with pytest.raises(openai.APIError, match="no usable reply"):
            await through.ask(asking("Break off."), "raw", stream=True)


async def test_an_error_in_place_of_a_reply_is_an_error(tmp_path: Path) -> None:
    async with behind(OpenRouter(), tmp_path) as through:
        with pytest.raises(openai.InternalServerError) as caught:
            await through.ask(asking("Break off."), "raw")
    assert caught.value.status_code == 502


@streams
async def test_a_prompt_that_azure_filters_is_a_refusal_with_its_code(tmp_path: Path, stream: bool) -> None:
    async with behind(Azure(), tmp_path) as through:
        with pytest.raises(openai.BadRequestError) as caught:
            await through.ask(asking("FORBIDDEN PROMPT"), "raw", stream=stream)
    assert caught.value.code == "content_filter"


@streams
async def test_an_answer_that_azure_filters_is_a_refusal_that_can_be_read(tmp_path: Path, stream: bool) -> None:
    async with behind(Azure(), tmp_path) as through:
        message = await through.ask(asking("FORBIDDEN ANSWER"), "raw", stream=stream)
    assert message["refusal"] == message["content"] == FILTERED


def test_a_schema_is_strict_where_every_object_names_all_it_has() -> None:
    strict = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    assert is_strict({**strict, "properties": {"a": strict}})
    assert not is_strict({**strict, "properties": {"a": {**strict, "required": []}}})
    assert not is_strict({**strict, "additionalProperties": True})
