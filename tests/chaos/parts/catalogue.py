"""All parts by name, in the order in which they run: the control, then what takes long, so that lanes end together."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from tests.chaos.figures import Section
from tests.chaos.parts.credentials import credentials
from tests.chaos.parts.disconnects import disconnects
from tests.chaos.parts.disk import disk
from tests.chaos.parts.fuzzing import fuzzing
from tests.chaos.parts.kills import kills
from tests.chaos.parts.overload import overload
from tests.chaos.parts.pictures import pictures
from tests.chaos.parts.plumbing import plumbing
from tests.chaos.parts.restarts import restarts
from tests.chaos.parts.sabotage import sabotage
from tests.chaos.parts.secrets import secrets
from tests.chaos.parts.slow_clients import slow_clients
from tests.chaos.parts.soak import soak
from tests.chaos.parts.storms import agents, closed, cross_talk, leaking_build, opened, responses, upstreams
from tests.chaos.parts.urls import urls
from tests.chaos.parts.verdicts import verdicts
from tests.chaos.report import CONTROL
from tests.chaos.size import Size

Part = Callable[[Size], Coroutine[Any, Any, list[Section]]]

PARTS: Mapping[str, Part] = {
    CONTROL: leaking_build,
    "fuzzing": fuzzing,
    "sabotage": sabotage,
    "closed": closed,
    "responses": responses,
    "agents": agents,
    "upstream": upstreams,
    "open": opened,
    "kills": kills,
    "restarts": restarts,
    "disk": disk,
    "disconnects": disconnects,
    "overload": overload,
    "plumbing": plumbing,
    "slow": slow_clients,
    "pictures": pictures,
    "credentials": credentials,
    "cross-talk": cross_talk,
    "secrets": secrets,
    "urls": urls,
    "verdicts": verdicts,
}
# An hour by itself, so it runs only where it is named.
APART: Mapping[str, Part] = {"soak": soak}
ALL: Mapping[str, Part] = {**PARTS, **APART}
