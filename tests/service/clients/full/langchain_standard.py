"""LangChain's standard tests of a chat model, by both APIs; run by pytest in an environment of its own.

Environment: SITUGUARD_URL, the API's URL, and SITUGUARD_PICTURE, a data URL. Nothing is downloaded: their picture is
one of ours, and their PDF is empty.
"""
# mypy: ignore-errors
# Its packages are installed apart.

from __future__ import annotations

import base64
import os
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests

PNG = base64.b64decode(os.environ["SITUGUARD_PICTURE"].partition(",")[2])
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def no_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **_: Any) -> Any:
        return SimpleNamespace(content=PDF if url.endswith(".pdf") else PNG)

    monkeypatch.setattr("langchain_tests.integration_tests.chat_models.httpx.get", get)


@pytest.fixture(scope="module")
def vcr_cassette_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cassettes"))


class Standard(ChatModelIntegrationTests):
    chat_model_class = ChatOpenAI
    has_tool_calling = has_tool_choice = has_structured_output = supports_json_mode = True
    supports_image_inputs = supports_image_tool_message = supports_anthropic_inputs = True
    supports_pdf_inputs = supports_pdf_tool_message = True
    supports_model_override, model_override_value = True, "other"
    returns_usage_metadata = enable_vcr_tests = True
    responses = False

    @property
    def chat_model_params(self) -> dict[str, Any]:
        fixed = {"model": "guarded", "api_key": "none", "max_retries": 0, "stream_usage": True}
        return {**fixed, "base_url": os.environ["SITUGUARD_URL"], "use_responses_api": self.responses}


class TestChat(Standard):
    pass


class TestResponses(Standard):
    responses = True
