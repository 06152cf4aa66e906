"""A flame graph that is shown to others names no folder of the machine that drew it."""

from __future__ import annotations

from pathlib import Path

from benchmarks.speed.flame import without_places


def test_the_graph_names_programs_and_files_without_their_folders(tmp_path: Path) -> None:
    graph, program = tmp_path / "flame.svg", Path("/somewhere/bin/py-spy")
    graph.write_text(f"<text>{program} record --output {graph}</text><title>service/gate.py:7</title>")
    without_places(graph, program)
    assert graph.read_text() == "<text>py-spy record --output flame.svg</text><title>service/gate.py:7</title>"
