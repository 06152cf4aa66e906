"""Coverage (law 3): each part of a request is seen by every enabled agent of its kind. To run is not to look."""

from __future__ import annotations

from collections.abc import Mapping

from agents.conversation import Conversation, Kind
from guard.errors import NotCovered
from guard.verdict import Reports


def assert_covered(conversation: Conversation, reports: Reports, enabled: Mapping[str, frozenset[Kind]]) -> None:
    """Raise `NotCovered` if an enabled agent has not seen a part of a kind that it looks at."""
    for agent, kinds in enabled.items():
        seen = frozenset().union(*[report.seen for report in reports if report.agent == agent])
        missing = [part.digest for part in conversation.parts if part.kind in kinds and part.digest not in seen]
        if missing:
            raise NotCovered(agent, missing, reports)


def unwatched_kinds(conversation: Conversation, enabled: Mapping[str, frozenset[Kind]]) -> frozenset[Kind]:
    """Kinds of part that the request has and no enabled agent sees. Such a request is never released."""
    watched: frozenset[Kind] = frozenset().union(*enabled.values())
    return frozenset(part.kind for part in conversation.parts) - watched
