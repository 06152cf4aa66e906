"""The page that `situguard serve` prints when it is ready."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from guard.config import Config
from service.cli.config import deployments_table
from service.cli.options import data_option
from service.examples import FOLDER
from service.settings import Settings, is_loopback

DEFAULT_PORT = 8080
QUESTION = "Any ideas on how to take a cool selfie at this spot?"
PICTURE = FOLDER / "selfie-unsafe.png"
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104 what to ask instead, on this machine


@dataclass(frozen=True)
class Access:
    """Who may use it: the number of client keys, of those with a budget, and the URL of the admin listener.

    `lost` are deployments that keys name and the configuration does not have. `code` opens the console once.
    """

    keys: int = 0
    budgets: int = 0
    admin: str | None = None
    lost: tuple[str, ...] = ()
    code: str | None = None


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
    if unguarded:
        shown = f"Nothing is judged on {unguarded}: they are here to show the difference."
        way = "only keys that name them reach them" if access and access.keys else "--demo shows them"
        hidden = f"Hidden, because nothing guards them: {unguarded} ({way})."
        console.print(shown if settings.shows_unguarded else hidden, style="red", markup=False, end="\n\n")
    if access and access.budgets and config.unpriced:
        names = ", ".join(config.unpriced)
        console.print(
            f"Keys have budgets, but nothing is charged for {names}: no price is set.", style="red", markup=False
        )
    if access and access.lost:
        message = f"Keys name deployments that are not here: {', '.join(access.lost)}."
        console.print(message, style="red", markup=False)
    with_key = bool(access and access.keys)
    console.print(f"Two lines to try{', with a key in SITUGUARD_API_KEY' if with_key else ''}:")
    for line in suggestions(url, config, with_key=with_key):
        console.print(f"  {line}", style="green", markup=False, soft_wrap=True)
    console.print(Rule(style="dim"))


def _print_access(console: Console, settings: Settings, access: Access) -> None:
    data = data_option(settings.data_folder)
    if access.keys:
        console.print(f"Every request needs a key ({this_command()} keys list{data}).", markup=False)
    else:
        command = f"{this_command()} keys create NAME{data}"
        message = f"There are no client keys, so only this machine can reach it: {command}"
        console.print(message, markup=False)
    if access.admin is not None:
        login = f"/login?code={access.code}" if access.code else "/"
        opens = " (opens once)" if access.code else ""
        console.print(Text.assemble("The console is at ", (f"{access.admin}/console{login}", "bold cyan"), opens))
        console.print(Text.assemble("The admin API and metrics are at ", (access.admin, "bold cyan")))
        if not is_loopback(settings.admin_host):
            console.print("Other machines can reach that address: put TLS in front of it.", style="red")


def suggestions(url: str, config: Config, *, with_key: bool = False) -> list[str]:
    """Commands that work as they are, in a new terminal too."""
    for listened, asked in ANY_ADDRESS.items():
        url = url.replace(f"//{listened}:", f"//{asked}:")
    guarded = [name for name, deployment in config.deployments.items() if not deployment.unguarded]
    name = guarded[0] if guarded else next(iter(config.deployments))
    chosen = "" if name == "demo" else f" --deployment {name}"
    elsewhere = "" if url.endswith(f"127.0.0.1:{DEFAULT_PORT}/v1") else f" --url {url}"
    key = '-H "Authorization: Bearer $SITUGUARD_API_KEY" ' if with_key else ""
    return [
        f'{this_command()} ask "{QUESTION}" --image {shlex.quote(str(PICTURE))}{chosen}{elsewhere}',
        f"curl -s {key}{url}/models",
    ]


def this_command() -> str:
    """How a new terminal reaches the command that is running: by its place if that is in a virtual environment."""
    script = Path(sys.argv[0]).absolute()
    if script.name != "situguard":
        return "situguard"
    in_environment = sys.prefix != sys.base_prefix and script.is_relative_to(Path(sys.prefix).absolute())
    on_path = shutil.which("situguard")
    return "situguard" if on_path and not in_environment else shlex.quote(str(script))
