"""The report says what must be reached and whether it was, with every error."""

import json
from pathlib import Path

from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.proxy_eval import GAP
from benchmarks.pocketworld.evaluation.report import (
    REQUIREMENTS,
    FigureReport,
    check_requirements,
    weights_digest,
)


def test_every_requirement_meets_a_figure_and_says_whether_it_is_reached() -> None:
    names = [
        "intent, held-out wordings",
        *(f"{what}, held-out renderings" for what in ("place", "deciding object", "sign text where there is one")),
        *(
            f"judgement, held-out {split}, {side} side"
            for split in ("renderings", "combinations")
            for side in ("safe", "unsafe")
        ),
        "contrast pairs, both right",
        "replies that parse, unconstrained, first try",
        GAP,
        "end to end, demo: safe answered",
        "blank pictures: unclear or unknown through the proxy",
    ]
    for share, met in ((0.9999, True), (0.0, False)):
        rows = check_requirements([Figure.counted(name, round(share * 10_000), 10_000) for name in names])
        assert [row.figure.name for row in rows] == names
        assert {row.met for row in rows} == {met}
    assert all(list(each.results([Figure.counted(name, 1, 1) for name in names])) for each in REQUIREMENTS)


def test_the_json_begins_with_the_caveat_and_holds_every_error(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    figure = Figure.counted(GAP, 1, 3, ("one", "two"))
    written = json.loads(FigureReport(tmp_path, 7, [figure]).as_json())
    assert next(iter(written)) == "caveat"
    assert "taught to be blind" in written["caveat"]
    assert "ranking of methods" in written["caveat"]
    assert written["figures"][0]["errors"] == ["one", "two"]
    assert written["required"] == [{"figure": GAP, "least": 0.35, "share": 1 / 3, "met": False}]
    assert (written["seed"], written["weights_sha256"]) == (7, weights_digest(tmp_path))
    assert len(written["commit"]) in (0, 40)
