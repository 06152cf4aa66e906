"""NeMo Guardrails' server as a guard, by its documented shapes."""

from __future__ import annotations

from typing import Any

from benchmarks.harness.guards.nemo_guardrails import REFUSED, stopping_rails
from tests.benchmarks.harness.guards.served import Body, checked, completion


def rails(*stops: bool) -> dict[str, Any]:
    activated = [{"type": "input", "name": f"rail {n}", "stop": stop} for n, stop in enumerate(stops)]
    return {"config_id": "mine", "log": {"activated_rails": activated}}


def test_a_rail_that_stopped_is_a_refusal_whatever_the_text() -> None:
    says = checked(lambda path, body: (200, completion("No.", guardrails=rails(False, True))), "nemo-guardrails")
    assert (says.verdict, says.categories) == ("unsafe", ("rail 1",))
    assert says.reply is not None
    assert says.reply.text == "No."


def test_where_no_rail_stopped_even_the_fixed_text_was_let_through() -> None:
    script = lambda path, body: (200, completion(REFUSED[0], guardrails=rails(False)))  # noqa: E731
    assert checked(script, "nemo-guardrails").verdict == "safe"


def test_without_a_log_the_fixed_text_decides() -> None:
    assert checked(lambda path, body: (200, completion(REFUSED[0])), "nemo-guardrails").verdict == "unsafe"
    assert checked(lambda path, body: (200, completion("Sure.")), "nemo-guardrails").verdict == "safe"
    own = ["I won't."]
    assert checked(lambda path, body: (200, completion("I won't.")), "nemo-guardrails", refused=own).verdict == "unsafe"


def test_the_log_is_asked_for_beside_the_rails_that_the_file_names() -> None:
    sent: list[Body] = []

    def script(path: str, body: Body) -> tuple[int, Body]:
        sent.append(body)
        return 200, completion("Sure.")

    checked(script, "nemo-guardrails", extra={"guardrails": {"config_id": "mine"}})
    assert sent[0]["guardrails"] == {"config_id": "mine", "options": {"log": {"activated_rails": True}}}


def test_a_log_of_another_shape_is_none() -> None:
    assert stopping_rails(None) is None
    assert stopping_rails({"log": {}}) is None
    assert stopping_rails({"log": {"activated_rails": ["odd"]}}) == ()
