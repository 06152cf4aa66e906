"""What the papers print, to stand beside our rows, marked as theirs.

Never a baseline to test against: judge, data version and prompts differ from paper to paper (one model's attack
success on MM-SafetyBench is 28.9 in one and 75.8 in another), so each row says whose it is. The rows are in
published.csv, in per cent, as printed; the first MSSBench rows are read off the figures on its website.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files

from benchmarks.released import read_csv

LAYOUT = "benchmark, source, setting, part, model, method, figures"


@dataclass(frozen=True)
class Source:
    """Where a row was printed, who judged, and which data it was on."""

    paper: str
    judge: str
    data: str


@dataclass(frozen=True)
class Published:
    """One row of somebody's table; figures are per cent by name."""

    benchmark: str
    source: Source
    setting: str
    part: str
    model: str
    method: str
    figures: Mapping[str, float]

    def is_about(self, setting: str) -> bool:
        """Whether the row is about one of our settings; full figures stand beside the official tiny sample too."""
        whole = setting.replace("tiny-", "full-").removesuffix("-plain")
        return self.setting in {whole, whole.partition("-")[0] if whole.startswith("full-") else whole}


SOURCES: Mapping[str, Source] = {
    "mssbench": Source(
        "Zhou et al., ICLR 2025, mssbench.github.io",
        "GPT-4 (revision not given), 0-3, response only",
        "v1, 1,820 questions",
    ),
    "echosafe": Source("EchoSafe, CVPR 2026, arXiv 2603.15800", "gpt-5-mini", "MSSBench v1.1; MM-SafetyBench full"),
    "mis": Source("MIS, arXiv 2501.18533v3", "GPT-4o", "MSSBench chat, version not given"),
    "thinkingguard": Source("ThinkingGuard, ACM MM 2026, table 2", "a guard's own verdict", "version not given"),
    "mmsafeaware": Source("Wang et al., ACL 2025", "yes / no as a substring", "1,500 pairs"),
    "mmsafeaware-note": Source(
        "Wang et al., ACL 2025, by way of a reader's notes", "yes / no as a substring", "1,500 pairs"
    ),
    "adashield": Source("AdaShield, ECCV 2024", "not given", "MM-SafetyBench"),
    "vlsbench": Source("Hu et al., ACL 2025", "GPT-4o, three classes", "2,241 rows"),
    "mossbench": Source("MOSSBench leaderboard, 2024-06-22", "not given on the leaderboard", "300 requests"),
}


def published(benchmark: str) -> tuple[Published, ...]:
    """Every row we know for a benchmark, in the order of the file."""
    return tuple(row for row in all_published() if row.benchmark == benchmark)


def all_published() -> tuple[Published, ...]:
    """Every row of published.csv."""
    with as_file(files("benchmarks").joinpath("published.csv")) as path:
        lines = read_csv(path, LAYOUT)
    rows = []
    for line in lines:
        figures = (figure.split("=") for figure in line["figures"].split())
        rows.append(
            Published(
                benchmark=line["benchmark"],
                source=SOURCES[line["source"]],
                setting=line["setting"],
                part=line["part"],
                model=line["model"],
                method=line["method"],
                figures={name: float(value) for name, value in figures},
            )
        )
    return tuple(rows)
