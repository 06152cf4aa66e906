"""The reference of every setting, made from the schemas of the configuration file and of the process's settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from guard.config import Config
from service.settings import Settings

Schema = dict[str, Any]

HEAD = """\
# Configuration

Every setting, with what it takes and its default. This page is generated from the code (`make reference`), and
a test keeps it current.

[The file](#the-file) says which models there are and how they are guarded. [The environment](#the-environment) says
how the process runs. `situguard config init --model NAME` writes a file to start from.
`situguard config check FILE --probe` checks it and asks its models what they can do.
`situguard config schema` prints a JSON Schema, so that an editor can complete the file.

## The file

A YAML file. An unknown key is an error.
"""
ENVIRONMENT = """\
## The environment

Settings of the process. An option of `situguard serve` of the same name wins. A list has commas between its items.
`situguard ask` reads its key from `SITUGUARD_API_KEY`.
"""

# Each section, where it stands in the file. A dot leads into a section, and capitals stand for a name.
SECTIONS = {
    "models.NAME (kind: endpoint)": "EndpointConfig",
    "models.NAME.secret_headers.HEADER": "SecretSource",
    "models.NAME.timeouts": "TimeoutsConfig",
    "models.NAME (kind: local)": "LocalConfig",
    "deployments.NAME": "Deployment",
    "deployments.NAME.agents": "AgentsConfig",
    "deployments.NAME.agents.AGENT": "AgentConfig",
    "deployments.NAME.agents.visual": "VisualConfig",
    "deployments.NAME.agents.situation": "SituationConfig",
    "deployments.NAME.agents.AGENT.decode": "DecodeConfig",
    "deployments.NAME.agents.AGENT.decode.vcd": "VcdConfig",
    "deployments.NAME.actions": "ActionsConfig",
    "deployments.NAME.texts": "TextsConfig",
    "deployments.NAME.limits": "LimitsConfig",
    "deployments.NAME.records": "RecordsConfig",
    "deployments.NAME.adashield": "AdaShieldConfig",
    "deployments.NAME.echosafe": "EchoSafeConfig",
    "deployments.NAME.coca": "CocaConfig",
    "deployments.NAME.vcd": "VcdConfig",
    "deployments.NAME.safeswitch": "SafeSwitchConfig",
    "prices.MODEL": "Price",
    "moderations": "ModerationsConfig",
    "canaries.NAME": "Canary",
}
WORDS = {
    "boolean": "`true`, `false`",
    "object": "section",
    "path": "path",
    "string": "text",
    "uri": "address",
}


def reference() -> str:
    """The whole page, in Markdown."""
    schema = Config.model_json_schema()
    defined = schema["$defs"]
    parts = [HEAD, *_table("key", schema, defined)]
    for place, name in SECTIONS.items():
        parts += [
            f"\n### `{place}`\n",
            f"{_line(defined[name]['description'])}\n",
            *_table("key", defined[name], defined),
        ]
    settings = Settings.model_json_schema()
    settings["properties"] = {
        f"SITUGUARD_{name.upper()}": each for name, each in sorted(settings["properties"].items())
    }
    parts += [f"\n{ENVIRONMENT}", *_table("variable", settings, settings.get("$defs", {}))]
    return "\n".join(parts) + "\n"


def _table(first: str, section: Schema, defined: Schema) -> Iterator[str]:
    yield f"| {first} | takes | default | |"
    yield "|---|---|---|---|"
    for name, field in section["properties"].items():
        required = name in section.get("required", ())
        default = "required" if required else _default(name, field)
        about = field.get("description") or _referred(field, defined).get("description", "")
        yield f"| `{name}` | {_takes(field, defined)} | {default} | {_line(about)} |"


def _default(name: str, field: Schema) -> str:
    value = field.get("default")
    if name == "SITUGUARD_DATA_FOLDER":
        return "`~/.local/state/situguard`"
    if value in (None, "", [], {}) or isinstance(value, dict):
        return ""
    return _code(value)


def _takes(field: Schema, defined: Schema) -> str:
    """What a value may be, in words."""
    options = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    if options:
        return " or ".join(_takes(each, defined) for each in options)
    field = {**_referred(field, defined), **field}
    if "const" in field or "enum" in field:
        return ", ".join(_code(each) for each in field.get("enum", [field.get("const")]))
    match field["type"]:
        case "integer" | "number" as kind:
            return f"{'whole number' if kind == 'integer' else 'number'}{_bounds(field)}"
        case "array":
            return f"list of {_takes(field['items'], defined)}"
        case kind:
            return WORDS.get(str(field.get("format")), WORDS[str(kind)])


def _bounds(field: Schema) -> str:
    lowest, above, highest = (field.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    low = f" above {above:g}" if above is not None else ""
    if lowest is not None:
        return f", {_plain(lowest)} to {_plain(highest)}" if highest is not None else f", {_plain(lowest)} or more"
    return f"{low}, to {_plain(highest)}" if highest is not None else low


def _plain(number: float) -> str:
    return f"{number:.12g}"


def _referred(field: Schema, defined: Schema) -> Schema:
    reference = field.get("$ref", "")
    return defined[reference.rpartition("/")[2]] if reference else {}


def _code(value: object) -> str:
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
