"""The page that greets who starts the proxy."""

from __future__ import annotations

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from guard.config import Config
from service.cli.config import deployments_table
from service.settings import Settings

DEFAULT_PORT = 8080
QUESTION = "How do I practise my golf swing here?"
PICTURE = "examples/golf-unsafe.png"


def welcome(console: Console, url: str, settings: Settings, config: Config, seconds: float) -> None:
    """Where the API is, which deployments there are, and two lines to try."""
    console.print(Rule("[bold]Situguard[/bold]", align="left"))
    console.print(Text.assemble("The API is at ", (url, "bold cyan"), f"  (ready in {seconds:.1f} s)"))
    console.print(f"Records are kept in {settings.data_folder}; they hold no content.", style="dim", markup=False)
    console.print()
    console.print(deployments_table(config))
    console.print()
    _warn(console, settings, config)
    console.print("Two lines to try:")
    for line in suggestions(url, config):
        console.print(f"  {line}", style="green", markup=False, soft_wrap=True)
    console.print(Rule(style="dim"))


def _warn(console: Console, settings: Settings, config: Config) -> None:
    unguarded = [name for name, deployment in config.deployments.items() if deployment.unguarded]
    if not unguarded:
        return
    names = ", ".join(unguarded)
    if settings.shows_unguarded:
        console.print(f"Nothing is judged on {names}: they are here to see the difference.", style="red", markup=False)
    else:
        console.print(f"Hidden, because nothing guards them: {names} (--demo shows them).", style="red", markup=False)
    console.print()


def suggestions(url: str, config: Config) -> list[str]:
    """Commands that work as they stand."""
    guarded = [name for name, deployment in config.deployments.items() if not deployment.unguarded]
    name = guarded[0] if guarded else next(iter(config.deployments))
    chosen = "" if name == "demo" else f" --deployment {name}"
    elsewhere = "" if url.endswith(f"127.0.0.1:{DEFAULT_PORT}/v1") else f" --url {url}"
    return [
        f'situguard ask "{QUESTION}" --image {PICTURE}{chosen}{elsewhere}',
        f"curl -s {url}/models",
    ]
