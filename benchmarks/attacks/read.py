"""Reads the catalogue of attacks: one file each in the folder `catalogue`, under the attack's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import yaml
from pydantic import ValidationError

from benchmarks.attacks.attack import Attack
from benchmarks.errors import FileInvalid, FileMissing, OptionInvalid

CATALOGUE = "catalogue"
SUFFIX = ".yaml"
ALL = "all"
HELD_OUT = "held-out"


@cache
def catalogue() -> Mapping[str, Attack]:
    """Every attack by its name, those of one kind together."""
    with as_file(files("benchmarks.attacks").joinpath(CATALOGUE)) as folder:
        attacks = [read_attack(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    kinds = list(dict.fromkeys(attack.kind for attack in attacks))
    return {attack.name: attack for attack in sorted(attacks, key=lambda attack: kinds.index(attack.kind))}


def chosen_attacks(names: Sequence[str]) -> tuple[Attack, ...]:
    """The attacks that names choose: of the catalogue, one by its name, those of a kind, all, or those held out; of
    your own, a file that ends in .yaml.

    Raises `OptionInvalid` where a name is unknown or two attacks have the same.
    """
    chosen: dict[str, Attack] = {}
    for attack in (attack for name in names for attack in _named(name)):
        if chosen.setdefault(attack.name, attack) != attack:
            raise OptionInvalid(f"two attacks are called {attack.name!r}; give your file another name")
    return tuple(chosen.values())


def _named(name: str) -> list[Attack]:
    if name.endswith(SUFFIX):
        return [read_attack(Path(name))]
    known = catalogue().values()
    if found := [each for each in known if name in {ALL, each.name, each.kind} or (name == HELD_OUT and each.held_out)]:
        return found
    raise OptionInvalid(
        f"there is no attack {name!r}; `situguard-bench attacks` lists those of the catalogue. {ALL}, {HELD_OUT}, "
        f"a kind, or a {SUFFIX} file of your own will do too"
    )


def read_attack(path: Path) -> Attack:
    """One file of the catalogue. Raises `FileInvalid`, which says what is wrong with which field."""
    if not path.is_file():
        raise FileMissing(path, "an attack as in benchmarks/attacks/catalogue")
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Attack.model_validate({**fields, "name": path.stem})
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise FileInvalid(path, str(error)) from error
