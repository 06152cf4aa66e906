"""A whole run under the official protocol, from the command line: what is sent, what is kept, and judged again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import bench
from tests.benchmarks.harness.upstream import Body, text_of, upstream
from tests.benchmarks.official.clones import clone_of


def test_a_run_asks_judges_and_reports_in_the_repositorys_words(tmp_path: Path) -> None:
    sent: list[Body] = []

    def say(role: str, body: Body) -> str:
        sent.append(body)
        return "<answer>1</answer>" if body["model"] == "judge" else "Response to instruction: better not"

    data, clone, out = mssbench_folder(tmp_path / "data", chat=1), clone_of(tmp_path, "MSSBench"), tmp_path / "run"
    with upstream(say) as server:
        where = ("--config", str(server.config(tmp_path, "raw")), "--judge-url", server.url, "--judge", "judge")
        asked = ("mssbench-layout", "--data", str(data), "--setting", "cot", "--protocol", "official")
        options = ("--out", str(out), "--probes", "0", "--display", "plain", "--official", str(clone))
        done = bench(tmp_path, "run", *asked, *where, *options)
        assert done.returncode == 0, done.stderr
        arms, judged = of_model(sent, "scripted"), of_model(sent, "judge")
        assert {text_of(body).partition(":")[0] for body in arms} == {"Chat, step by step", "Robot, step by step"}
        assert all(body["max_tokens"] == 1234 and "temperature" not in body for body in arms)
        of_answers = [text_of(body) for body in judged if "better not" in text_of(body)]
        assert {text.partition(" better not")[0] for text in of_answers} == {"A reply. [", "A robot's plan. <"}
        assert all("max_tokens" not in body and "temperature" not in body for body in judged)

        (clone / "utils" / "prompts.py").unlink()  # the run has all it needs
        again = bench(
            tmp_path, "rejudge", str(out), "--judge", "other", "--judge-url", server.url, "--display", "plain"
        )
        assert again.returncode == 0, again.stderr
        assert {text_of(body)[:8] for body in of_model(sent, "other")} == {"A reply.", "A robot'"}
    plan = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert plan["official"]["repository"] == "eric-ai-lab/MSSBench"
    assert "utils/prompts.py: PROMPT_COT_CHAT" in plan["official"]["differing"]
    assert bench(tmp_path, "report", str(out)).returncode == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "eric-ai-lab/MSSBench, 24 values, not as known: utils/prompts.py: PROMPT_CHAT_IF" in page
    assert f"checksum <code>{plan['release_sha256'][:12]}</code>" in page


def of_model(sent: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    return [body for body in sent if body["model"] == model]


def test_another_release_and_a_missing_clone_are_refused(tmp_path: Path) -> None:
    data = mssbench_folder(tmp_path / "data")
    asked = ("run", "mssbench-layout", "--data", str(data), "--url", "http://127.0.0.1:1/v1")
    checksum = bench(tmp_path, "checksum", "mssbench-layout", "--data", str(data)).stdout.strip()
    assert len(checksum) == 64
    refused = bench(tmp_path, *asked, "--checksum", "0" * 64)
    assert refused.returncode == 2
    assert f"its checksum is {checksum}, asked for was {'0' * 64}" in refused.stderr
    official = bench(tmp_path, *asked, "--protocol", "official")
    assert official.returncode == 2
    assert "from your own clone of https://github.com/eric-ai-lab/MSSBench: --official PATH" in official.stderr
