"""The page that greets whoever starts the proxy."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from guard.config_file import demo_config, parse_config
from service.cli.welcome import Access, suggestions, welcome
from service.settings import Settings

PRICED = """\
models:
  paid: {kind: endpoint, base_url: "http://127.0.0.1:9", model: a}
  free: {kind: endpoint, base_url: "http://127.0.0.1:9", model: b}
deployments:
  kitchen: {model: paid, agents: {model: free}}
prices:
  paid: {input: 1, output: 2}
"""


def test_the_welcome_says_where_what_and_how(tmp_path: Path) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    url = "http://127.0.0.1:8080/v1"
    welcome(console, url, Settings(demo=True, data_folder=tmp_path), demo_config(), 3.2)
    shown = console.export_text()
    for name in demo_config().deployments:
        assert name in shown
    assert url in shown
    assert "UNGUARDED" in shown
    for line in suggestions(url, demo_config()):
        assert line in shown.replace("\n", " ")


def test_the_welcome_says_who_may_ask(tmp_path: Path) -> None:
    config = parse_config(PRICED.encode(), "guard.yaml")
    settings = Settings(data_folder=tmp_path, admin_host="10.0.0.1")

    def shown(access: Access) -> str:
        console = Console(width=200, record=True, file=io.StringIO())
        welcome(console, "http://127.0.0.1:8080/v1", settings, config, 0.1, access=access)
        return console.export_text()

    assert "no client keys, so only this machine" in shown(Access())
    assert "needs a key" in shown(Access(keys=1))
    assert "nothing is charged for free" in shown(Access(keys=1, budgets=1))
    assert "nothing is charged" not in shown(Access(keys=1))
    assert "put TLS in front" in shown(Access(admin="http://10.0.0.1:9000"))


def test_suggestions_name_the_port_where_it_is_another() -> None:
    assert "--url" not in suggestions("http://127.0.0.1:8080/v1", demo_config())[0]
    assert "--url http://127.0.0.1:9000/v1" in suggestions("http://127.0.0.1:9000/v1", demo_config())[0]
