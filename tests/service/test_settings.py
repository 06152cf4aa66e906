"""Settings of one process: from the environment, and what follows from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from service.middleware.queue_limits import QueueLimits
from service.settings import Settings, is_loopback

MEGABYTE = 1024**2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_an_address_of_this_machine_alone_is_loopback(host: str) -> None:
    assert is_loopback(host)
    assert Settings(host=host).loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org", "localhost.example.org", ""])  # noqa: S104
def test_any_other_address_is_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("demo", "host", "shown"), [(True, "127.0.0.1", True), (True, "10.0.0.7", False), (False, "127.0.0.1", False)]
)
def test_what_is_unguarded_is_shown_in_a_demo_on_this_machine_alone(demo: bool, host: str, shown: bool) -> None:
    assert Settings(demo=demo, host=host).shows_unguarded is shown


def test_one_body_always_fits_in_what_all_may_hold() -> None:
    settings = Settings(body_megabytes=64, held_megabytes=8)
    assert (settings.body_bytes, settings.held_bytes) == (64 * MEGABYTE, 64 * MEGABYTE)
    assert Settings(body_megabytes=1, held_megabytes=8).held_bytes == 8 * MEGABYTE


def test_the_queue_has_the_limits_that_were_set() -> None:
    assert Settings(in_work=2, waiting=3, queue_seconds=4).queue == QueueLimits(2, 3, 4)


def test_the_environment_sets_what_is_not_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("PORT", "81"), ("HOST", "10.0.0.7"), ("DATA_FOLDER", str(tmp_path)), ("MYSTERY", "1")):
        monkeypatch.setenv(f"SITUGUARD_{name}", value)
    settings = Settings(host="127.0.0.1")
    assert (settings.port, settings.host, settings.data_folder) == (81, "127.0.0.1", tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [{"port": 65536}, {"wait_seconds": 0}, {"in_work": 0}, {"waiting": -1}, {"body_megabytes": 0}, {"key_share": 0}],
)
def test_a_value_out_of_its_bounds_is_a_mistake(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_a_secret_is_not_shown() -> None:
    assert "hush" not in repr(Settings(admin_token="hush"))  # noqa: S106


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (
            {"cors_origins": "https://a.example, http://localhost:3000/"},
            ("https://a.example", "http://localhost:3000/"),
        ),
        ({"cors_origins": "chrome-extension://abcdef"}, ("chrome-extension://abcdef",)),
        ({"allowed_hosts": "guard.example,*.example.org,my_service"}, ("guard.example", "*.example.org", "my_service")),
        ({"trusted_proxies": "10.0.0.7,10.1.0.0/16,::1"}, ("10.0.0.7", "10.1.0.0/16", "::1")),
    ],
)
def test_a_list_in_the_environment_has_commas(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], read: tuple[str, ...]
) -> None:
    ((name, value),) = given.items()
    monkeypatch.setenv(f"SITUGUARD_{name.upper()}", value)
    assert getattr(Settings(), name) == read


@pytest.mark.parametrize(
    "wrong",
    [
        {"cors_origins": ("*",)},
        {"cors_origins": ("localhost:3000",)},
        {"cors_origins": ("https://a.example/page",)},
        {"allowed_hosts": ("http://guard.example",)},
        {"allowed_hosts": ("guard.example:8080",)},
        {"trusted_proxies": ("*",)},
        {"trusted_proxies": ("10.0.0.1/8",)},
    ],
)
def test_what_would_never_match_is_a_mistake(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="each is"):
        Settings(**wrong)


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_unguarded_deployments_are_hidden_where_the_console_listens_beyond_this_machine() -> None:
    assert Settings(demo=True).shows_unguarded
    assert not Settings(demo=True, admin_host="0.0.0.0").shows_unguarded  # noqa: S104
