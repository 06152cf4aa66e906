"""The part of an endpoint's section that says how it is reached: what it takes, and that it holds no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from guard.config import Config, EndpointConfig
from guard.errors import ModelUnusable, SecretMissing
from guard.identity import identify
from guard.models import build_models
from tests.guard.settings import setting


def endpoint(**changes: Any) -> EndpointConfig:
    section = {"kind": "endpoint", "base_url": "http://127.0.0.1:9/v1", "model": "m", **changes}
    return EndpointConfig.model_validate(section)


def build(environment: dict[str, str], **changes: Any) -> None:
    config = Config(models={"far": endpoint(**changes)}, deployments={"d": setting(model="far")})
    build_models(config, environment)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "http://me:hush@127.0.0.1/v1"}, "secret_headers"),
        ({"base_url": "http://127.0.0.1/v1?key=hush"}, "secret_headers"),
        ({"base_url": "http://127.0.0.1/v1#part"}, "#"),
        ({"query": {"access_token": "hush"}}, "secret_headers"),
        ({"headers": {"Api-Key": "hush"}}, "secret_headers: {Api-Key: {env: NAME}}"),
        ({"headers": {"X-A": "two\nlines"}}, "pattern"),
        ({"headers": {"X A": "b"}}, "pattern"),
        ({"headers": {"content-length": "3"}}, "cannot be chosen"),
        ({"headers": {"X-A": "b"}, "secret_headers": {"x-a": {"env": "A"}}}, "set twice"),
        ({"api_key_env": "A", "secret_headers": {"authorization": {"env": "A"}}}, "set twice"),
        ({"secret_headers": {"x-a": {}}}, "one place"),
        ({"secret_headers": {"x-a": {"env": "A", "file": "a"}}}, "one place"),
        ({"api_key_env": "A", "api_key_file": "a"}, "exclude each other"),
        ({"proxy": "http://me:hush@proxy:3128"}, "proxy_env"),
        ({"proxy": "socks5://proxy:1080"}, "http"),
        ({"proxy": "http://proxy", "proxy_env": "HTTPS_PROXY"}, "exclude each other"),
        ({"timeouts": {"connect_seconds": 0}}, "greater than 0"),
    ],
)
def test_what_cannot_work_or_would_show_a_secret_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        endpoint(**changes)
    messages = " ".join(problem["msg"] for problem in caught.value.errors())
    assert words in messages
    assert "hush" not in messages


@pytest.mark.parametrize(
    ("changes", "setting_"),
    [
        ({"api_key_env": "THE_KEY"}, "api_key_env"),
        ({"proxy_env": "THE_KEY"}, "proxy_env"),
        ({"secret_headers": {"x-ticket": {"env": "THE_KEY"}}}, "secret_headers.x-ticket"),
    ],
)
def test_a_secret_that_cannot_be_sent_is_an_error_that_names_the_variable(
    changes: dict[str, Any], setting_: str
) -> None:
    for value in ("http://sk-hush ", "\thttp://sk-hush", "http://sk-hush\n"):
        with pytest.raises(ModelUnusable, match="THE_KEY has white space") as caught:
            build({"THE_KEY": value}, **changes)
        assert caught.value.setting == setting_
        assert "hush" not in str(caught.value)
    with pytest.raises(SecretMissing, match="THE_KEY is not set"):
        build({}, **changes)


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    missing, empty = tmp_path / "none", tmp_path / "empty"
    empty.write_text("")
    for changes in ({"api_key_file": missing}, {"ca_file": missing}):
        with pytest.raises(ModelUnusable, match="none cannot be read: No such file"):
            build({}, **changes)
    with pytest.raises(ModelUnusable, match="no certificates"):
        build({}, ca_file=empty)
    with pytest.raises(ModelUnusable, match="is empty"):
        build({}, api_key_file=empty)


def test_nothing_of_the_way_to_it_is_part_of_what_a_model_is() -> None:
    way = endpoint(
        api_key_file="key",
        secret_headers={"api-key": {"env": "A"}},
        proxy="http://proxy:3128",
        ca_file="ca.pem",
        timeouts={"idle_seconds": 5},
    )
    assert identify(way) == identify(endpoint())
    assert identify(endpoint(query={"api-version": "1"})) != identify(endpoint())
    assert identify(endpoint(headers={"X-Model-Tier": "fast"})) != identify(endpoint())


def test_a_newer_setting_that_is_not_used_leaves_no_trace() -> None:
    assert "query" not in json.loads(endpoint().model_dump_json())
    assert json.loads(endpoint(query={"a": "b"}).model_dump_json())["query"] == {"a": "b"}
