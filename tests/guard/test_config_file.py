"""The configuration file: checked whole, and every error names file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from guard.config_file import parse_config, read_config
from guard.errors import ConfigRejected
from tests.guard.settings import GOOD, problems


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("model: tiny", "modl: tiny", 5, "models.small.modl", "there is no such key"),
        ("    base_url: http://127.0.0.1:9000/v1\n", "", 2, "models.small.base_url", "required"),
        ("http://127.0.0.1:9000/v1", "not a url", 4, "models.small.base_url", "URL"),
        ("api_key_env: TINY_KEY", "api_key_env: sk-live-123", 6, "models.small.api_key_env", "pattern"),
        ("kind: local", "kind: remote", 8, "models.here.kind", "kind"),
        ("model: small\n    agents", "model: nobody\n    agents", 12, "deployments.kitchen.model", "nobody"),
        ("intent: false", "intent: perhaps", 15, "deployments.kitchen.agents.intent", ""),
        ("unclear: refuse", "unclear: release", 18, "deployments.kitchen.actions.unclear", "shadow"),
        ("unclear: refuse", "unclear: shrug", 18, "deployments.kitchen.actions.unclear", "refuse"),
        ("{illegal activity: refuse}", "{fun: refuse}", 19, "deployments.kitchen.actions.categories.fun", ""),
    ],
)
def test_an_error_names_line_and_field(old: str, new: str, line: int, field: str, message: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any(
        problem.line == line and problem.field.startswith(field) and message in problem.message for problem in found
    ), found


def test_all_errors_are_told_at_once() -> None:
    wrong = GOOD.replace("model: tiny", "modl: tiny").replace("unclear: refuse", "unclear: shrug")
    assert len(problems(wrong)) >= 2


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "file"),
        ("- a list", "file"),
        ("models: {a: [}", "syntax"),
        ("models: \x00", "syntax"),
        (GOOD + "deployments: {}\n", "deployments"),
        (GOOD.replace("    path: builtin", "    kind: local\n    path: builtin"), "models.here.kind"),
        ("models: !!python/object:os.system {}\ndeployments: {}", "syntax"),
        ("a: &a [1]\nb: [" + "*a," * 200 + "]\n", "file"),
        ("x" * 2_000_000, "file"),
    ],
)
def test_what_is_no_configuration_says_so(text: str, field: str) -> None:
    assert problems(text)[0].field == field


def test_a_missing_file_is_an_error_and_not_a_trace(tmp_path: Path) -> None:
    with pytest.raises(ConfigRejected, match="No such file"):
        read_config(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ("base_url:", "base_ulr:", 4, "models.small.base_ulr", "did you mean `base_url`?"),
        (
            "situation: {model: small}",
            "situation: {modle: x}",
            16,
            "deployments.kitchen.agents.situation.modle",
            "`model`?",
        ),
        ("unclear: refuse", "uncler: refuse", 18, "deployments.kitchen.actions.uncler", "`unclear`?"),
        ("model: here", "model: gone", 14, "deployments.kitchen.agents.model", "there are small, here"),
        ("{model: small}", "{model: gone}", 16, "deployments.kitchen.agents.situation.model", "there are small, here"),
        ("    kind: local\n", "", 7, "models.here.kind", "`endpoint` or `local`"),
        ("    agents:", "    method: raw\n    agents:", 13, "deployments.kitchen.method", "`unguarded: true`"),
        ("    agents:", "    unguarded: true\n    agents:", 13, "deployments.kitchen.unguarded", "contradicts"),
        ("  kitchen:", "  a/../b:", 11, "deployments.a/../b", "`..`"),
        ("  kitchen:", "  a//b:", 11, "deployments.a//b", "`//`"),
        ("  kitchen:", "  my kitchen:", 11, "deployments.my kitchen", "pattern"),
        ("path: builtin:pocket", "path:", 9, "models.here.path", "string"),
        (
            "      unclear: refuse\n      categories: {illegal activity: refuse}\n",
            "",
            17,
            "deployments.kitchen.actions",
            "section",
        ),
        ("TINY_KEY", "TINY_KEY\n    api_key_file: k", 7, "models.small.api_key_file", "exclude"),
        (
            "TINY_KEY",
            "TINY_KEY\n    timeouts: {idle_second: 3}",
            7,
            "models.small.timeouts.idle_second",
            "`idle_seconds`?",
        ),
    ],
)
def test_an_error_names_what_was_written_and_what_would_be_right(
    old: str, new: str, line: int, field: str, message: str
) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any((each.line, each.field) == (line, field) and message in each.message for each in found), found


def test_a_model_that_is_not_there_is_named_once_for_each_place_that_names_it() -> None:
    wrong = GOOD.replace("model: here", "model: gone") + "prices: {free: {input: 1, output: 2}}\n"
    assert [each.field for each in problems(wrong)] == ["prices.free", "deployments.kitchen.agents.model"]


@pytest.mark.parametrize("name", ["vendor/model-7b:free", "meta-llama/Llama-3.2-11B-Vision-Instruct", "a:b"])
def test_a_deployment_may_have_its_models_own_name(name: str) -> None:
    config = parse_config(GOOD.replace("kitchen:", f"{name}:").encode(), "test.yaml")
    assert list(config.deployments) == [name]
