"""A guard for LiteLLM's proxy, as its documentation shows one: asks a model, with LiteLLM's own client for guards."""

# mypy: ignore-errors
from __future__ import annotations

import os

from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail
from litellm.llms.custom_httpx.http_handler import get_async_httpx_client, httpxSpecialProvider


class AskedBeside(CustomGuardrail):
    """Blocks what the model calls unsafe."""

    def __init__(self, **settings: object) -> None:
        self._url = f"{os.environ['SPEED_JUDGE']}/chat/completions"
        self._client = get_async_httpx_client(llm_provider=httpxSpecialProvider.GuardrailCallback)
        super().__init__(**settings)

    async def async_moderation_hook(self, data: dict, user_api_key_dict: object, call_type: str) -> None:
        """Runs beside the call to the model."""
        question = {"model": "judge", "messages": data["messages"]}
        reply = await self._client.post(self._url, json=question)
        if reply.json()["choices"][0]["message"]["content"] != "No":
            raise HTTPException(status_code=400, detail="violated guardrail policy")
