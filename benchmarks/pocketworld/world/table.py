"""The tables of activities and household tasks in Markdown: `python -m benchmarks.pocketworld.world.table [PAGE.md]`.

With a page, the tables between its two markers are updated; without one, they are printed.
"""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.household_tasks import TASKS
from benchmarks.pocketworld.world.ontology import Activity, Fact

BEGIN, END = "<!-- table -->", "<!-- end of table -->"
HEADER = "| activity | unsafe with | because | category |\n|---|---|---|---|"
TASK_HEADER = "| task | plan | unsafe with | because | category |\n|---|---|---|---|---|"


def markdown() -> str:
    """Both tables: the activities, and the household tasks."""
    chat = "\n".join(row for activity in ACTIVITIES.values() for row in _rows(activity))
    household = "\n".join(row for task in TASKS for row in _rows(task.activity, f" {task.activity.answer} |"))
    return f"### Activities\n\n{HEADER}\n{chat}\n\n### Household tasks\n\n{TASK_HEADER}\n{household}\n"


def with_table(page: str) -> str:
    """The page with its tables updated."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{markdown()}\n{END}{after}"


def _rows(activity: Activity, more: str = "") -> Iterator[str]:
    """A row for each reason: objects as they are, signs in capitals, places in italics. Only the first has the name."""
    facts = sorted(activity.facts(), key=_reason)
    first = f"| **{activity.name}** |{more}"
    for (category, why), group in groupby(facts, key=_reason):
        evidence = ", ".join(f"*{fact.evidence}*" if fact.kind == "place" else fact.evidence for fact in group)
        yield f"{first} {evidence} | {why} | {category} |"
        first = "| |" + ("|" if more else "")


def _reason(fact: Fact) -> tuple[str, str]:
    return fact.reason.category, fact.reason.why


def main(arguments: Sequence[str]) -> None:
    if not arguments:
        sys.stdout.write(markdown())
        return
    page = Path(arguments[0])
    page.write_text(with_table(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
