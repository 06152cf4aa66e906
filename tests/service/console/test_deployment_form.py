"""Settings as fields, and a filled form as a change."""

from __future__ import annotations

from typing import Any

import pytest

from guard.config import Deployment
from service.console.deployment_form import as_change, filled, groups

FORM = groups(["small", "large"])


def deployment(**changes: Any) -> Deployment:
    return Deployment.model_validate({"model": "small", **changes})


def sent(of: Deployment, **changes: str | None) -> dict[str, str]:
    """The form of a deployment as a browser sends it, with changes; None switches off."""
    form: dict[str, str] = {}
    for _, fields in filled(of, FORM):
        for each in fields:
            if each.field.kind != "switch":
                form[each.field.path] = str(each.value)
            elif each.value:
                form[each.field.path] = "on"
    for path, value in changes.items():
        if value is None:
            del form[path.replace("__", ".")]
        else:
            form[path.replace("__", ".")] = value
    return form


@pytest.mark.parametrize(
    "chosen",
    [
        deployment(),
        deployment(method="raw", unguarded=True),
        deployment(mode="shadow", enforce="12.5%", policy="a\nb", agents={"model": "large", "visual": False}),
        deployment(
            actions={"categories": {"property damage": "refuse"}},
            texts={"unsafe": "No: not here."},
            limits={"judge_seconds": 2.5, "request_seconds": 90},
        ),
    ],
)
def test_a_form_that_nobody_touched_changes_nothing(chosen: Deployment) -> None:
    assert as_change(chosen, FORM, sent(chosen)) == {}


@pytest.mark.parametrize(
    ("changes", "patch"),
    [
        ({"agents__visual__enabled": None}, {"agents": {"visual": {"enabled": False}}}),
        ({"focus": "on"}, {"focus": True}),
        ({"mode": "shadow", "enforce": "10"}, {"mode": "shadow", "enforce": 10.0}),
        ({"enforce": "a few"}, {"enforce": "a few"}),
        ({"agents__model": "large"}, {"agents": {"model": "large"}}),
        ({"policy": "knives\r\nare normal "}, {"policy": "knives\nare normal"}),
        ({"records__retention_days": "7"}, {"records": {"retention_days": 7.0}}),
        ({"texts__unsafe": "Not here. "}, {"texts": {"unsafe": "Not here."}}),
        ({"texts__unclear": " "}, {"texts": {"unclear": None}}),
        ({"limits__judge_seconds": "2.5"}, {"limits": {"judge_seconds": 2.5}}),
        ({"limits__request_seconds": "90"}, {"limits": {"request_seconds": 90}}),
        ({"limits__pictures": ""}, {"limits": {"pictures": None}}),
        ({"limits__messages": "inf"}, {"limits": {"messages": "inf"}}),
        ({"actions__categories__self-harm": "refuse"}, {"actions": {"categories": {"self-harm": "refuse"}}}),
    ],
)  # fmt: skip
def test_a_form_says_what_it_changes_and_no_more(changes: dict[str, str | None], patch: dict[str, Any]) -> None:
    chosen = deployment()
    assert as_change(chosen, FORM, sent(chosen, **changes)) == patch


def test_an_open_choice_goes_back_to_the_default() -> None:
    chosen = deployment(agents={"model": "large"})
    assert as_change(chosen, FORM, sent(chosen, agents__model="")) == {"agents": {"model": None}}


def test_a_category_goes_back_to_the_action_of_its_verdict() -> None:
    chosen = deployment(actions={"categories": {"fraud": "refuse", "hate": "refuse"}})
    patch = as_change(chosen, FORM, sent(chosen, actions__categories__fraud=""))
    assert patch == {"actions": {"categories": {"fraud": None}}}


def test_ids_of_fields_are_words_of_a_page() -> None:
    ids = [field.id for group in FORM for field in group.fields]
    assert len(set(ids)) == len(ids)
    assert not any(" " in each for each in ids)


def test_every_field_says_what_it_does() -> None:
    assert all(field.about and field.label for group in FORM for field in group.fields)
