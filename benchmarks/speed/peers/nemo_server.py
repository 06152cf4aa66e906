"""NeMo Guardrails' own server on loopback alone, since its command line listens everywhere. Without its chat page."""

# mypy: ignore-errors
from __future__ import annotations

import os

from nemoguardrails.server import api

app = api.app
app.rails_config_path = os.environ["SPEED_CONFIGS"]
app.default_config_id = "speed"
app.disable_chat_ui = True
