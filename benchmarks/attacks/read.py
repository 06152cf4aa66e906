"""Reads the catalogue of attacks: one file each in the folder `catalogue`, under the attack's name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import yaml
from pydantic import ValidationError

from benchmarks.attacks.attack import Attack
from benchmarks.errors import FileInvalid

CATALOGUE = "catalogue"
SUFFIX = ".yaml"


@cache
def catalogue() -> Mapping[str, Attack]:
    """Every attack by its name, those of one kind together."""
    with as_file(files("benchmarks.attacks").joinpath(CATALOGUE)) as folder:
        attacks = [read_attack(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]
    kinds = list(dict.fromkeys(attack.kind for attack in attacks))
    return {attack.name: attack for attack in sorted(attacks, key=lambda attack: kinds.index(attack.kind))}


def read_attack(path: Path) -> Attack:
    """One file of the catalogue. Raises `FileInvalid`, which says what is wrong with which field."""
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Attack.model_validate({**fields, "name": path.stem})
    except (yaml.YAMLError, TypeError, ValidationError) as error:
        raise FileInvalid(path, str(error)) from error
