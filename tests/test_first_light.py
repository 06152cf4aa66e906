"""First light: the same question, two pictures, two answers. The real client, the running proxy, the embedded model."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openai import BadRequestError, NotFoundError, OpenAI

from benchmarks.pocketworld.drawing.examples import PAIRS
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.proxy import running_proxy

pytest.importorskip("torch", reason="needs local: the extra of that name")

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
LISTED = json.loads((EXAMPLES / "pairs.json").read_text())
ANSWERS = {pair.query: ACTIVITIES[pair.activity].answer for pair in PAIRS}


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with running_proxy("--demo") as url:
        yield url


@pytest.fixture(scope="module")
def client(proxy: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=proxy, api_key="none", max_retries=0, timeout=120) as opened:
        yield opened


@dataclass(frozen=True)
class Reply:
    text: str
    verdict: str
    action: str
    finish: str | None


def messages(query: str, picture: str) -> list[Any]:
    data = base64.b64encode((EXAMPLES / picture).read_bytes()).decode()
    shown = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
    return [{"role": "user", "content": [{"type": "text", "text": query}, shown]}]


def ask(client: OpenAI, query: str, picture: str, *, stream: bool, model: str = "demo") -> Reply:
    create = client.chat.completions.with_raw_response.create
    if not stream:
        raw = create(model=model, messages=messages(query, picture))
        choice = raw.parse().choices[0]
        return Reply(choice.message.content or "", *_headers(raw), choice.finish_reason)
    raw_stream = create(model=model, messages=messages(query, picture), stream=True)
    chunks = [chunk for chunk in raw_stream.parse() if chunk.choices]
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    return Reply(text, *_headers(raw_stream), chunks[-1].choices[0].finish_reason)


def _headers(raw: Any) -> tuple[str, str]:
    assert raw.headers["x-guard-decision"]
    return raw.headers["x-guard-verdict"], raw.headers["x-guard-action"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("pair", LISTED, ids=lambda pair: pair["safe"].removesuffix("-safe.png"))
def test_the_same_question_two_pictures_two_answers(client: OpenAI, pair: dict[str, str], stream: bool) -> None:
    query = pair["query"]
    safe = ask(client, query, pair["safe"], stream=stream)
    assert (safe.verdict, safe.action, safe.finish) == ("safe", "release", "stop")
    assert ANSWERS[query] in safe.text
    unsafe = ask(client, query, pair["unsafe"], stream=stream)
    assert (unsafe.verdict, unsafe.action, unsafe.finish) == ("unsafe", "warn", "stop")
    assert unsafe.text
    assert ANSWERS[query] not in unsafe.text


@pytest.mark.parametrize("pair", LISTED[:2], ids=lambda pair: pair["safe"].removesuffix("-safe.png"))
def test_unguarded_the_answer_is_the_same_in_both(client: OpenAI, pair: dict[str, str]) -> None:
    replies = {ask(client, pair["query"], pair[side], stream=False, model="demo-raw") for side in ("safe", "unsafe")}
    assert {reply.verdict for reply in replies} == {"none"}
    assert {reply.text for reply in replies} == {ANSWERS[pair["query"]]}


def test_a_safe_answer_is_the_models_own_word_for_word(client: OpenAI) -> None:
    query, picture = LISTED[0]["query"], LISTED[0]["safe"]
    guarded = ask(client, query, picture, stream=False)
    raw = ask(client, query, picture, stream=False, model="demo-raw")
    assert guarded.text == raw.text


def test_deployments_are_listed(client: OpenAI) -> None:
    listed = {model.id for model in client.models.list()}
    assert {"demo", "demo-raw", "demo-cot", "demo-mss-chat", "demo-mss-embodied", "demo-safety-prompt"} <= listed


def test_bad_requests_leave_it_running(client: OpenAI) -> None:
    with pytest.raises(NotFoundError):
        client.chat.completions.create(model="gpt-9", messages=messages(LISTED[0]["query"], LISTED[0]["safe"]))
    with pytest.raises(BadRequestError) as caught:
        client.chat.completions.create(
            model="demo",
            messages=[
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}
            ],
        )
    assert "image_url" in str(caught.value)
    assert ask(client, LISTED[0]["query"], LISTED[0]["safe"], stream=False).verdict == "safe"


def situguard(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments], cwd=ROOT, text=True, capture_output=True, check=False
    )


def test_ask_shows_raw_and_guarded_with_every_step(proxy: str) -> None:
    pair = LISTED[0]
    picture = str(EXAMPLES / pair["unsafe"])
    page = situguard("ask", pair["query"], "--image", picture, "--url", proxy)
    assert page.returncode == 0, page.stderr
    for shown in ("demo-raw", "intent", "visual", "situation", "unsafe", "warn", "ms", "tokens"):
        assert shown in page.stdout, shown
    told = situguard("ask", pair["query"], "--image", picture, "--url", proxy, "--json")
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)


def test_ask_without_a_proxy_says_how_to_start_one() -> None:
    gone = situguard("ask", "hello", "--url", "http://127.0.0.1:9/v1")
    assert gone.returncode != 0
    assert "situguard serve" in gone.stdout + gone.stderr
    assert "Traceback" not in gone.stdout + gone.stderr
