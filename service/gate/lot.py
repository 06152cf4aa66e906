"""Which side of a share a conversation is on: `enforce: 10%` of a deployment in shadow mode.

The side is told by a hash with the install's own key, so no client can choose it. It is the same for every turn of a
conversation, as its first question does not change, and for every process that shares the data folder.
"""

from __future__ import annotations

from agents.conversation import Conversation
from service.audit.chain import ChainKey

HEX_DIGITS = 13  # 52 bits: as many as a float tells apart between 0 and 1
LOTS = float(16**HEX_DIGITS)


def draw_lot(key: ChainKey, deployment: str, client: str, conversation: Conversation) -> float:
    """A number from 0 to below 1, spread evenly over conversations. A deployment enforces those below its share."""
    first = next((message for message in conversation.messages if message.role == "user"), None)
    parts = () if first is None else first.parts
    said = "\0".join((deployment, client, *(part.digest for part in parts)))
    return int(key.keyed(f"lot\0{said}")[:HEX_DIGITS], 16) / LOTS
