"""What a benchmark is: how to load it, which rubric judges each case, and which figures it is known by.

To add a benchmark, make one such value and register it by an entry point (see registry).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from benchmarks.case import Case, CaseSet
from benchmarks.decoding import DEFAULT_SAMPLING, Sampling
from benchmarks.errors import SettingUnknown, WordingUnknown
from benchmarks.hub import HubDataset
from benchmarks.metrics import Measure
from benchmarks.rubric import RubricOf


class Load(Protocol):
    """Read a released folder. `partial` allows missing pictures, which the result then names."""

    def __call__(self, folder: Path, setting: str, *, partial: bool = False) -> CaseSet: ...


@dataclass(frozen=True)
class Benchmark:
    """One benchmark. The first setting is the default, the first measure the headline.

    `compact` loads the same questions in the wording for small models; None where the words are part of the data.
    A `generated` benchmark reads no folder; one with a `hub` can be fetched. The first `compared` measures are compared
    with the baseline. `caveat` says what the figures cannot show, at the top of every report. `draw` adds a picture
    that is generated to a case; only chosen cases are drawn. `files` are patterns of the release's files, for its
    checksum. `sampling` is how the arms are asked unless the options say otherwise, `judge_sampling` how a judge is.
    """

    name: str
    title: str
    source: str
    licence: str
    settings: tuple[str, ...]
    loader: Load
    rubric: RubricOf
    measures: tuple[Measure, ...]
    compact: Load | None = None
    generated: bool = False
    hub: HubDataset | None = None
    compared: int = 4
    caveat: str = ""
    draw: Callable[[Case], Case] | None = None
    files: tuple[str, ...] = ()
    sampling: Sampling = DEFAULT_SAMPLING
    judge_sampling: Sampling = DEFAULT_SAMPLING

    @property
    def wordings(self) -> tuple[str, ...]:
        """The prompt sets that its questions can be put in."""
        return ("default",) if self.compact is None else ("default", "compact")

    def load(
        self,
        folder: Path,
        setting: str | None = None,
        *,
        partial: bool = False,
        wording: str = "default",
        choose: Callable[[tuple[Case, ...]], tuple[Case, ...]] = tuple,
    ) -> CaseSet:
        """The cases of a setting, checked against the documented counts; `choose` says which of them are wanted."""
        chosen = self.settings[0] if setting is None else setting
        if chosen not in self.settings:
            raise SettingUnknown(self.name, chosen, self.settings)
        if wording not in self.wordings:
            raise WordingUnknown(self.name, wording, self.wordings)
        load = self.compact if wording == "compact" and self.compact else self.loader
        loaded = load(folder, chosen, partial=partial)
        cases = choose(loaded.cases)
        return replace(loaded, cases=tuple(map(self.draw, cases)) if self.draw else cases)
