"""The page that `situguard serve` prints when it is ready."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from guard.config import Config
from service.cli.config import deployments_table
from service.settings import Settings, is_loopback

DEFAULT_PORT = 8080
QUESTION = "How do I practise my golf swing here?"
PICTURE = "examples/golf-unsafe.png"


@dataclass(frozen=True)
class Access:
    """Who may use it: the number of client keys, of those with a budget, and the URL of the admin listener."""

    keys: int = 0
    budgets: int = 0
    admin: str | None = None


def welcome(
    console: Console, url: str, settings: Settings, config: Config, seconds: float, *, access: Access | None = None
) -> None:
    """Print where the API is, who may use it, which deployments there are, and two lines to try."""
    console.print(Rule("[bold]Situguard[/bold]", align="left"))
    console.print(Text.assemble("The API is at ", (url, "bold cyan"), f"  (ready in {seconds:.1f} s)"))
    _print_access(console, settings, access or Access())
    kept = [name for name, deployment in config.deployments.items() if deployment.records.content == "kept"]
    content = f"content is kept of {', '.join(kept)}" if kept else "they hold no content"
    console.print(f"Records are kept in {settings.data_folder}; {content}.", style="dim", markup=False)
    console.print()
    console.print(deployments_table(config))
    console.print()
    unguarded = ", ".join(name for name, deployment in config.deployments.items() if deployment.unguarded)
    if unguarded and settings.shows_unguarded:
        message = f"Nothing is judged on {unguarded}: they are here to show the difference."
        console.print(message, style="red", markup=False, end="\n\n")
    elif unguarded:
        message = f"Hidden, because nothing guards them: {unguarded} (--demo shows them)."
        console.print(message, style="red", markup=False, end="\n\n")
    if access and access.budgets and config.unpriced:
        names = ", ".join(config.unpriced)
        console.print(
            f"Keys have budgets, but nothing is charged for {names}: no price is set.", style="red", markup=False
        )
    console.print("Two lines to try:")
    for line in suggestions(url, config):
        console.print(f"  {line}", style="green", markup=False, soft_wrap=True)
    console.print(Rule(style="dim"))


def _print_access(console: Console, settings: Settings, access: Access) -> None:
    if access.keys:
        console.print("Every request needs a key (situguard keys list).")
    else:
        console.print("There are no client keys, so only this machine can reach it: situguard keys create NAME")
    if access.admin is not None:
        console.print(Text.assemble("The admin API and metrics are at ", (access.admin, "bold cyan")))
        if not is_loopback(settings.admin_host):
            console.print("Other machines can reach that address: put TLS in front of it.", style="red")


def suggestions(url: str, config: Config) -> list[str]:
    """Commands that work as they are."""
    guarded = [name for name, deployment in config.deployments.items() if not deployment.unguarded]
    name = guarded[0] if guarded else next(iter(config.deployments))
    chosen = "" if name == "demo" else f" --deployment {name}"
    elsewhere = "" if url.endswith(f"127.0.0.1:{DEFAULT_PORT}/v1") else f" --url {url}"
    return [
        f'situguard ask "{QUESTION}" --image {PICTURE}{chosen}{elsewhere}',
        f"curl -s {url}/models",
    ]
