"""What an endpoint's refusals and breakdowns mean, and when a run stops for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks.harness.endpoint import Address, complete
from benchmarks.harness.failures import SAME_LATER, Failure, Fuse, Kind, RunStopped, failure_of, seconds_to_wait
from tests.benchmarks.harness.upstream import Body, Fails, upstream

KEY = "sk-1234567890abcdef"


async def failure(fails: Fails) -> Failure:
    """What a real client's error becomes."""

    def say(role: str, body: Body) -> str:
        raise fails

    with upstream(say) as server:
        address = Address(server.url, KEY)
        async with address.client() as client:
            try:
                await complete(client, "m", [{"role": "user", "content": "hello"}], {})
            except Exception as error:  # noqa: BLE001 the client's own kinds are what is tested
                return failure_of(error, KEY)
    raise AssertionError("it replied")


@pytest.mark.parametrize(
    ("status", "code", "words", "kind"),
    [
        (429, "rate_limit_exceeded", "Rate limit reached for gpt-4o", Kind.AGAIN),
        (500, "server_error", "", Kind.AGAIN),
        (503, "guard_unavailable", "The request could not be judged", Kind.AGAIN),
        (529, "overloaded_error", "Overloaded", Kind.AGAIN),
        (
            400,
            "content_filter",
            "filtered due to the prompt triggering Azure's content management policy",
            Kind.FILTERED,
        ),
        (400, "invalid_request_error", "Unsupported parameter: 'max_tokens'", Kind.REFUSED),
        (401, "invalid_api_key", "Incorrect API key provided", Kind.REFUSED),
        (404, "model_not_found", "The model does not exist", Kind.REFUSED),
        (429, "insufficient_quota", "You exceeded your current quota", Kind.REFUSED),
        (413, "image_too_large", "A picture is too large", Kind.REFUSED),
    ],
)
async def test_only_what_says_nothing_about_the_request_is_asked_again(
    status: int, code: str, words: str, kind: Kind
) -> None:
    found = await failure(Fails(status, code, words))
    assert found.kind is kind
    assert found.words.startswith(str(status))
    assert words in found.words


async def test_a_limit_is_told_apart_from_a_breakdown_and_names_its_seconds() -> None:
    limited = await failure(Fails(429, "rate_limit_exceeded", retry_after=7))
    assert (limited.limited, limited.retry_after) == (True, 7.0)
    broken = await failure(Fails(503, "overloaded"))
    assert (broken.limited, broken.retry_after) == (False, None)


@pytest.mark.parametrize(
    ("status", "code", "words", "of_all"),
    [
        (400, "unsupported_parameter", "Unsupported parameter: 'max_tokens'", True),
        (401, "invalid_api_key", "Incorrect API key provided", True),
        (400, "context_length_exceeded", "maximum context length is 8192 tokens", False),
        (413, "image_too_large", "A picture is too large", False),
        (503, "overloaded", "", False),
    ],
)
async def test_only_what_every_request_shares_can_stop_a_run(status: int, code: str, words: str, of_all: bool) -> None:
    assert (await failure(Fails(status, code, words))).of_all is of_all


async def test_a_key_is_in_no_words() -> None:
    found = await failure(Fails(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"))
    assert KEY not in found.words


async def test_where_nobody_listens_the_request_is_asked_again() -> None:
    with upstream(lambda role, body: "yes") as server:
        address = Address(server.url)
    async with address.client() as client:
        with pytest.raises(Exception, match="Connection error") as raised:
            await complete(client, "m", [{"role": "user", "content": "hello"}], {})
    assert isinstance(raised.value, Exception)
    assert failure_of(raised.value).kind is Kind.AGAIN


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("2.5", 2.5),
        ("-3", 0.0),
        ("86400", 600.0),
        ("Fri, 27 Nov 2026 12:00:30 GMT", 30.0),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header, datetime(2026, 11, 27, 12, tzinfo=UTC)) == seconds


def test_a_fuse_blows_at_the_third_refusal_in_the_same_words_and_not_before() -> None:
    fuse = Fuse()
    for words in ("400 no max_tokens", "400 too long", "400 no max_tokens"):
        fuse.refused("judge", words)
    fuse.check()
    fuse.refused("judge", "400 no max_tokens")
    with pytest.raises(RunStopped, match="judge refuses every request in the same words: 400 no max_tokens"):
        fuse.check()


def test_a_model_that_has_replied_may_refuse_some_cases_in_a_row() -> None:
    fuse = Fuse({"arm"})
    for _ in range(SAME_LATER - 1):
        fuse.refused("arm", "400 invalid_request_error")
    fuse.check()
    fuse.refused("arm", "400 invalid_request_error")
    with pytest.raises(RunStopped):
        fuse.check()


def test_a_reply_between_refusals_keeps_the_run_going() -> None:
    fuse = Fuse()
    for _ in range(5):
        fuse.refused("arm", "413 image_too_large")
        fuse.refused("arm", "413 image_too_large")
        fuse.replied("arm")
    fuse.check()
