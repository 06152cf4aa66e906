"""An endpoint that limits, dies, filters and refuses parameters: nothing of that becomes a finding."""

from __future__ import annotations

import csv
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness.case_file import read_cases
from benchmarks.harness.logs import read_records
from benchmarks.harness.plan import read_plan
from benchmarks.judges import Outcome
from benchmarks.pocketworld.evaluation.export import Exporter
from tests.benchmarks.harness.runs import bench
from tests.benchmarks.harness.upstream import Body, Fails, pictures_of, text_of, upstream

CHAT = 4
CASES = 2 * 2 * CHAT
ARMS = ("raw", "raw-again")
ROOM, SECONDS = 4, 1.0  # twice as many as 20 in 10 s, so that the test is quick
FILTERED = "barbecue"
JUDGE = "judge"
MOST_COMMANDS = 4


@dataclass
class Unfriendly:
    """Says yes or no by the question, so that both arms answer alike, and judges by what it is shown."""

    filtered: str = ""
    dead: bool = False
    key_is_good: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _recent: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, role: str, body: Body) -> str:
        with self._lock:
            kind = self._kind(body)
            self.counts[kind] += 1
            if kind in {"answered", "filtered"} and pictures_of(body):  # not the proxy's own question after an outage
                self.asked[text_of(body), *sorted(pictures_of(body))] += 1
        if kind == "limited":
            raise Fails(429, "rate_limit_exceeded", "Rate limit reached", retry_after=0.5)
        if kind == "died":
            raise Fails(500, "internal_error")
        if kind == "filtered":
            raise Fails(400, "content_filter", "The response was filtered by the content management policy.")
        if kind == "unauthorised":
            raise Fails(401, "invalid_api_key", "Incorrect API key provided")
        if body["model"] == JUDGE:
            return f"<answer>{len(text_of(body)) % 4}</answer>"
        return f"An answer to {text_of(body)}"

    def _kind(self, body: Body) -> str:
        if not self.key_is_good:
            return "unauthorised"
        now = time.monotonic()
        while self._recent and self._recent[0] < now - SECONDS:
            self._recent.popleft()
        if len(self._recent) >= ROOM:
            return "limited"
        self._recent.append(now)
        if self.dead and self.counts.total() % 4 == 0:
            return "died"
        if self.filtered and self.filtered in text_of(body) and body["model"] != JUDGE:
            return "filtered"
        return "judged" if body["model"] == JUDGE else "answered"


def test_a_limited_dying_and_filtering_endpoint_makes_no_difference_between_raw_and_itself(tmp_path: Path) -> None:
    Exporter(tmp_path / "data", seed=7).write(CHAT, 0)
    script = Unfriendly(filtered=FILTERED, dead=True)
    with upstream(script) as server:
        command = (
            *("run", "mssbench-layout", "--data", str(tmp_path / "data"), "--setting", "if", "--no-cache"),
            *("--config", str(server.config(tmp_path, *ARMS)), "--out", str(tmp_path / "run"), "--retries", "6"),
            *("--judge", JUDGE, "--judge-url", server.url, "--judge-key-env", "", "--probes", "0", "--display", "none"),
        )
        script.key_is_good = False
        refused = bench(tmp_path, *command)
        assert refused.returncode == 2
        assert "arm raw does not answer" in refused.stderr
        assert script.counts.keys() == {"unauthorised"}
        assert not (tmp_path / "run").exists()

        script.key_is_good = True
        tries = [bench(tmp_path, *command)]
        while tries[-1].returncode == 1 and len(tries) < MOST_COMMANDS:
            tries.append(bench(tmp_path, *command))
        assert tries[-1].returncode == 0, tries[-1].stdout + tries[-1].stderr
        assert script.counts["limited"] > 0
        assert script.counts["died"] > 0

        records = read_records(tmp_path / "run")
        ended = Counter(record.judgements[JUDGE].outcome for record in records)
        filtered = sum(FILTERED in case.query for case in read_cases(tmp_path / "run").values())
        assert ended == {Outcome.LABELLED: 2 * (CASES - filtered), Outcome.FILTERED: 2 * filtered}
        firsts = len(ARMS) * len(tries)  # every command asks each arm once before all else
        assert 2 * CASES <= script.asked.total() <= 2 * CASES + firsts
        assert min(script.asked.values()) == len(ARMS)

    assert bench(tmp_path, "report", str(tmp_path / "run")).returncode == 0
    for row in sheet(tmp_path / "run", "comparisons.csv"):
        assert float(row["difference"]) == 0.0
        assert float(row["p_holm"]) == 1.0
    told = sum(int(row["calls"]) for row in sheet(tmp_path / "run", "answers.csv"))
    assert told == 2 * CASES
    (scripted, judge) = read_plan(tmp_path / "run").measured.models
    assert (scripted.requested, scripted.returned) == ("scripted", ("scripted",))
    assert (judge.requested, judge.host) == (JUDGE, server.url.split("/")[2])


def sheet(run: Path, name: str) -> list[dict[str, str]]:
    """The rows of one of the report's CSV files."""
    with (run / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
