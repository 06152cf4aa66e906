"""The table of what becomes of each parameter has no blank, and the one in the documentation is the one observed."""

from __future__ import annotations

import asyncio

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsBase

from service.openai.parameters import PARAMETERS, Fate
from service.openai.responses.parameters import RESPONSES_PARAMETERS
from tests.service.conformance.cases import PARAMETER_CASES
from tests.service.conformance.observe import ABSENT, Row, observe
from tests.service.conformance.responses_cases import RESPONSES_PARAMETER_CASES
from tests.service.conformance.table import DOCUMENT, render

KEPT = DOCUMENT.read_text(encoding="utf-8")
WORDS = {"forwarded", "bounded", "judged", "dropped", "refused"}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    return asyncio.run(observe(tmp_path_factory.mktemp("conformance")))


def test_there_is_a_row_for_every_parameter_of_the_openai_package(rows: list[Row]) -> None:
    parameters = {case.name for case in PARAMETER_CASES}
    assert parameters == set(CompletionCreateParamsBase.__annotations__) | {"stream"}
    assert parameters <= {row.name for row in rows}
    assert {case.name for case in RESPONSES_PARAMETER_CASES} == set(RESPONSES_PARAMETERS)


def test_no_cell_is_unknown(rows: list[Row]) -> None:
    for row in rows:
        for cell in (row.whole, row.streamed, row.responses):
            assert cell == ABSENT or set(cell.split(", ")) <= WORDS, row
        assert {row.whole, row.streamed, row.responses} != {ABSENT}


def test_what_is_observed_is_what_the_proxys_own_table_says(rows: list[Row]) -> None:
    expected = {
        Fate.FORWARDED: {"forwarded", "bounded"},
        Fate.BOUNDED: {"bounded"},
        Fate.STEERING: {"dropped, bounded"},
        Fate.JUDGED: {"judged", "judged, bounded"},
        Fate.DROPPED: {"dropped", "dropped, bounded"},
        Fate.REFUSED: {"refused"},
    }
    for row in rows:
        known = PARAMETERS.get(row.name)
        if known is not None and known.fate is not Fate.READ:
            assert {row.whole, row.streamed} - {ABSENT} <= expected[known.fate], row
        other = RESPONSES_PARAMETERS.get(row.name)
        if other is not None and other.fate is not Fate.READ and row.name != "previous_response_id":
            assert row.responses in expected[other.fate], row


def test_the_documentation_has_the_table_as_it_is_observed(rows: list[Row]) -> None:
    assert render(rows) == KEPT
