"""The worked example of entry points, installed and run: your own benchmark, judge, method and agent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from benchmarks.harness.logs import read_records
from benchmarks.harness.plan import read_plan
from tests.benchmarks.harness.runs import REPOSITORY, bench
from tests.benchmarks.harness.upstream import WARNING, Upstream, guarded, upstream
from tests.installed import installed

EXAMPLE = REPOSITORY / "examples" / "own-parts"
CASES = 2


def configuration(folder: Path, server: Upstream) -> Path:
    """The example's own configuration, over the scripted server in place of the embedded model."""
    config = yaml.safe_load((EXAMPLE / "guard.yaml").read_text(encoding="utf-8"))
    config["models"]["pocket"] = {"kind": "endpoint", "base_url": server.url, "model": "m", "structured": "none"}
    path = folder / "guard.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return path


def test_the_example_runs_as_its_readme_says(tmp_path: Path) -> None:
    path = installed(tmp_path / "site", EXAMPLE)
    listed = bench(tmp_path, "list", path=path)
    assert "kitchen" in listed.stdout
    assert "politeness" in listed.stdout
    run = tmp_path / "run"
    with upstream(guarded("First, place the candle.", lambda body: False)) as server:
        options = ("--out", str(run), "--concurrency", "1", "--probes", "0", "--display", "none")
        data = ("--data", str(EXAMPLE / "kitchen"), "--config", str(configuration(tmp_path, server)))
        done = bench(tmp_path, "run", "kitchen", *data, *options, path=path)
        assert done.returncode == 0, done.stderr + done.stdout
    assert [arm.method for arm in read_plan(run).arms] == ["raw", "situational", "situational", "caption-first"]
    asked = Counter[str]()
    for record in read_records(run):
        asked[record.condition.arm] += 1
        agents = {each["agent"]: each["asks"] for each in record.guard.get("agents") or []}
        assert (
            agents
            == {
                "raw": {},
                "situational": {"intent": 1, "visual": 1, "situation": 1, "onlooker": 1},
                "second-look": {"intent": 1, "visual": 2, "situation": 1, "onlooker": 1},
                "caption-first": {"visual": 1, "situation": 1},
            }[record.condition.arm]
        )
        assert WARNING not in record.text
    assert set(asked.values()) == {CASES}
    judged = bench(tmp_path, "rejudge", str(run), "--judge-rubric", "politeness", "--display", "none", path=path)
    assert judged.returncode == 0, judged.stderr
    labels = {record.judgements["by rule (politeness)"].label for record in read_records(run)}
    assert labels == {"curt"}
    report = bench(tmp_path, "report", str(run), path=path)
    assert report.returncode == 0, report.stderr
