"""The table in the documentation is current, and holds everything."""

from pathlib import Path

import pytest

from benchmarks.pocketworld.world import table
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD
from benchmarks.pocketworld.world.ontology import OBJECTS, PLACES, SIGNS

DOCUMENTATION = Path(__file__).parents[4] / "docs" / "pocketworld"


def test_the_table_in_the_documentation_is_current() -> None:
    page = (DOCUMENTATION / "README.md").read_text("utf-8")
    assert page == table.with_table(page), (
        "run: python -m benchmarks.pocketworld.world.table docs/pocketworld/README.md"
    )


def test_the_table_holds_every_activity_task_and_fact() -> None:
    written = table.markdown()
    assert all(f"**{name}**" in written for name in (*ACTIVITIES, *HOUSEHOLD))
    assert all(fact.evidence in written and fact.reason.why in written for fact in FACTS)


def test_the_command_brings_a_page_up_to_date(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", "utf-8")
    table.main([str(page)])
    written = page.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith(f"{table.END}\nafter\n")
    assert "old\n" not in written
    assert "swing a golf club" in written


def test_without_a_page_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    table.main([])
    assert capsys.readouterr().out == table.markdown()


def test_the_documentation_counts_right() -> None:
    page = (DOCUMENTATION / "README.md").read_text("utf-8")
    assert (len(PLACES), len(OBJECTS), len(SIGNS), len(ACTIVITIES)) == (20, 63, 20, 39)
    assert "twenty places, sixty-three objects, twenty signs" in page
    assert "thirty-nine activities" in page
