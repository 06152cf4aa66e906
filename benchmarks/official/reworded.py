"""A benchmark's questions in the words and the shape of its paper's repository."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.benchmark import Load
from benchmarks.case import Case, CaseSet
from benchmarks.official.prompts import turns
from benchmarks.official.source import Value


@dataclass(frozen=True)
class Questions:
    """How a repository asks: the text of a case, and the shape of the conversation around it. `borrowed`: which of the
    benchmark's own settings has the questions of a setting that only the repository has.
    """

    text: Callable[[Case], str]
    shape: Value
    borrowed: Mapping[str, str] = field(default_factory=dict)


def reworded(load: Load, questions: Questions) -> Load:
    """A loader of the same release, whose cases are asked as the repository asks them."""

    def loaded(folder: Path, setting: str, *, partial: bool = False) -> CaseSet:
        asked = questions.borrowed.get(setting, setting)
        cases = load(folder, asked, partial=partial)
        return replace(cases, cases=tuple(_case(case, asked, setting, questions) for case in cases))

    return loaded


def _case(case: Case, asked: str, setting: str, questions: Questions) -> Case:
    named = replace(case, setting=setting, id=case.id.replace(f"/{asked}/", f"/{setting}/", 1))
    return replace(named, turns=turns(questions.shape, questions.text(named), case.pictures))
