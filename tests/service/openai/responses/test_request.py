"""What becomes of each item, tool and field of a request to the Responses API."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.responses.response_create_params import ResponseCreateParamsBase

from agents.conversation import ImagePart, Message, TextPart, ToolCall
from guard.config import Deployment
from service.openai.api_format import CanonicalRequest
from service.openai.errors import WireFault
from service.openai.parameters import Fate
from service.openai.responses.parameters import RESPONSES_PARAMETERS
from service.openai.responses.request import Responses
from service.openai.responses.state import ResponseState
from tests.scripts import picture

SETTING = Deployment(model="small")
SEEN = picture("green")
URL = "data:image/png;base64,green"
PARAMETERS = {"type": "object", "properties": {"club": {"type": "string"}}}
TOOL = {"type": "function", "name": "swing", "description": "swings", "parameters": PARAMETERS, "strict": None}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "swing", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "done"}
HOSTED = [
    *("web_search", "web_search_preview", "web_search_2025_08_26", "file_search", "code_interpreter", "mcp"),
    *("image_generation", "computer", "computer_use_preview", "local_shell", "shell", "apply_patch", "tool_search"),
]


def read(setting: Deployment = SETTING, /, **fields: Any) -> CanonicalRequest:
    document = {"model": "x", "input": "How?", **fields}
    return Responses(ResponseState().of("")).read(document, setting, {URL: SEEN})


def turns(*items: Any, **fields: Any) -> tuple[Message, ...]:
    return read(input=list(items), **fields).conversation.messages


def refused(setting: Deployment = SETTING, /, **fields: Any) -> WireFault:
    with pytest.raises(WireFault) as caught:
        read(setting, **fields)
    assert caught.value.fault.status == 400
    return caught.value


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def said(role: Any, *words: str, **fields: Any) -> Message:
    return Message(role, tuple(TextPart(each) for each in words), **fields)


# ---- fields ----


def test_every_parameter_of_the_openai_package_has_a_row() -> None:
    beyond = {"frequency_penalty", "presence_penalty"}  # Open Responses has them
    assert set(ResponseCreateParamsBase.__annotations__) | {"stream"} | beyond == set(RESPONSES_PARAMETERS)


def test_null_says_nothing_whatever_the_field() -> None:
    request = read(**dict.fromkeys(set(RESPONSES_PARAMETERS) - {"input", "model"}))
    assert request.options == {}
    assert not request.stream


@pytest.mark.parametrize("name", [name for name, row in RESPONSES_PARAMETERS.items() if row.fate is Fate.REFUSED])
def test_a_refusal_names_the_field_and_says_why(name: str) -> None:
    fault = refused(**{name: {"id": "conv_1"}})
    assert fault.param == name
    assert len(fault.message) > len(name) + 10
    assert fault.fault.code == "unsupported_parameter"


def test_options_go_out_under_the_names_that_chat_has() -> None:
    request = read(
        max_output_tokens=77,
        reasoning={"effort": "low", "summary": "auto"},
        text={"verbosity": "low", "format": {"type": "json_schema", "name": "plan", "schema": {"title": "steps"}}},
        temperature=0.5,
        include=["message.output_text.logprobs", "reasoning.encrypted_content"],
        service_tier="priority",
        metadata={"topic": "golf"},
        store=True,
        truncation="auto",
        background=False,
        client_metadata={"a": "b"},
        stream_options={"include_obfuscation": False},
        max_tool_calls=3,
    )
    assert request.options == {
        "max_completion_tokens": 77,
        "reasoning_effort": "low",
        "verbosity": "low",
        "response_format": {"type": "json_schema", "json_schema": {"name": "plan", "schema": {"title": "steps"}}},
        "temperature": 0.5,
        "logprobs": True,
    }
    assert [annex.text for annex in request.conversation.annexes] == ['plan {"title":"steps"}']
    assert request.structured


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"reasoning": {"effort": "endless"}}, "reasoning.effort"),
        ({"text": {"format": {"type": "json_schema", "name": "x" * 99}}}, "text.format.name"),
        ({"metadata": {str(number): "" for number in range(17)}}, "metadata"),
        ({"truncation": "middle"}, "truncation"),
        ({"mystery": 1}, "mystery"),
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": 5}, "input"),
        ({"input": [5]}, "input[0]"),
        ({"input": [{"content": "How?"}]}, "input[0].type"),
        ({"input": [{"type": ["message"]}]}, "input[0].type"),
        ({"input": [{"type": "message", "role": "tool", "content": "x"}]}, "input[0].role"),
        ({"input": [user({"type": "input_file", "file_data": "x"})]}, "input[0].content[0].type"),
        ({"input": [user({"type": "input_audio"})]}, "input[0].content[0].type"),
        ({"input": [user({"type": ["input_text"]})]}, "input[0].content[0].type"),
        ({"input": [user({"type": "input_image", "file_id": "file_1"})]}, "input[0].content[0].file_id"),
        ({"input": [{**CALL, "name": "x" * 200}]}, "input[0].name"),
        ({"input": [RESULT]}, "input"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input"),
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"tools": [{"type": "telepathy"}]}, "tools[0].type"),
        ({"tools": [{"type": ["function"]}]}, "tools[0].type"),
        ({"tools": [TOOL, TOOL]}, "tools[1]"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": {"type": "function", "name": "swing"}}, "tool_choice"),
        ({"tool_choice": "always"}, "tool_choice"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], param: str) -> None:
    assert refused(**fields).param == param


def test_what_was_wrong_is_dropped_where_the_deployment_says_so() -> None:
    lenient = Deployment(model="small", unknown_fields="drop", extra_fields=("top_k", "stop"))
    tool = {**TOOL, "mystery": 1}
    request = read(lenient, mystery=1, top_k=4, stop=5, tools=[tool], input=[{**user(), "mystery": 1}])
    assert request.options["top_k"] == 4
    assert "mystery" not in str(request)


@pytest.mark.parametrize("kind", ["web_search_call", "mcp_call", "compaction", "local_shell_call_output", "program"])
def test_items_of_hosted_tools_are_refused_by_name(kind: str) -> None:
    fault = refused(input=[user(), {"type": kind, "id": "x"}])
    assert fault.param == "input[1].type"
    assert kind in fault.message


# ---- items ----


def test_a_text_is_a_turn_and_instructions_come_first() -> None:
    assert read(instructions="Be brief.").conversation.messages == (said("system", "Be brief."), said("user", "How?"))


def test_messages_of_every_role_and_part() -> None:
    shown = {"type": "input_image", "image_url": URL, "detail": "low"}
    answer = {
        "type": "message",
        "id": "msg_1",
        "status": "completed",
        "role": "assistant",
        "phase": "final_answer",
        "content": [
            {"type": "output_text", "text": "Yes.", "annotations": [], "logprobs": []},
            {"type": "refusal", "refusal": "No."},
        ],
    }
    assert turns(
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": [{"type": "input_text", "text": "Be kind."}]},
        user({"type": "input_text", "text": "How?"}, shown),
        answer,
        {"role": "assistant", "content": "Sure.", "phase": "commentary"},
    ) == (
        said("developer", "Be brief."),
        said("system", "Be kind."),
        Message("user", (TextPart("How?"), ImagePart(SEEN, "low"))),
        said("assistant", "Yes.", "No."),
        said("assistant", "Sure."),
    )


def test_calls_and_the_words_around_them_are_one_turn_that_their_results_follow() -> None:
    first, second = ToolCall("call_1", "swing", "{}"), ToolCall("call_2", "swing", '{"at":"it"}')
    again = {**CALL, "call_id": "call_2", "arguments": '{"at":"it"}'}
    between = {"role": "assistant", "content": "Now."}
    late = {**RESULT, "call_id": "call_2"}
    assert turns(user(), {"role": "assistant", "content": "I will."}, CALL, between, again, RESULT, late) == (
        said("user"),
        said("assistant", "I will.", "Now.", tool_calls=(first, second)),
        said("tool", "done", tool_call_id="call_1"),
        said("tool", "done", tool_call_id="call_2"),
    )
    assert turns(user(), CALL, RESULT, again, late) == (
        said("user"),
        said("assistant", tool_calls=(first,)),
        said("tool", "done", tool_call_id="call_1"),
        said("assistant", tool_calls=(second,)),
        said("tool", "done", tool_call_id="call_2"),
    )


def test_a_picture_in_a_tools_result_is_part_of_what_is_judged() -> None:
    result = {**RESULT, "output": [{"type": "input_text", "text": "see"}, {"type": "input_image", "image_url": URL}]}
    request = read(input=[user(), CALL, result])
    assert request.conversation.pictures == (ImagePart(SEEN),)


def test_custom_calls_and_namespaces_have_the_names_that_the_model_knows() -> None:
    custom = {"type": "custom_tool_call", "call_id": "1", "name": "patch", "input": "*** Begin"}
    done = {"type": "custom_tool_call_output", "call_id": "1", "output": "ok"}
    inside = {**CALL, "namespace": "agents"}
    (_, called, _) = turns(user(), custom, inside, done)
    assert [(call.name, call.arguments) for call in called.tool_calls] == [
        ("patch", '{"input":"*** Begin"}'),
        ("agents__swing", "{}"),
    ]


def test_reasoning_is_taken_and_dropped_its_reference_too() -> None:
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "xyz"}
    assert turns(user(), reasoning, {"type": "item_reference", "id": "rs_2"}, {"id": "rs_3"}) == (said("user"),)


def test_bounds_hold_for_items_and_pictures() -> None:
    small = Deployment.model_validate({"model": "small", "limits": {"messages": 2, "pictures": 1}})
    shown = {"type": "input_image", "image_url": URL}
    assert refused(small, input=[user(), user(), user()]).param == "input"
    assert refused(small, input=[user(shown, shown)]).param == "input"


# ---- tools ----


def test_functions_are_nested_and_judged() -> None:
    bare = {"type": "function", "name": "walk", "description": None, "parameters": None, "strict": None}
    request = read(tools=[TOOL, bare], tool_choice={"type": "function", "name": "swing"}, parallel_tool_calls=False)
    nested = {"name": "swing", "description": "swings", "parameters": PARAMETERS}
    assert request.options == {
        "tools": [{"type": "function", "function": nested}, {"type": "function", "function": {"name": "walk"}}],
        "tool_choice": {"type": "function", "function": {"name": "swing"}},
        "parallel_tool_calls": False,
    }
    assert "swings" in request.conversation.annexes[0].text
    assert request.structured


def test_namespaces_and_custom_tools_become_functions() -> None:
    grammar = {"type": "grammar", "syntax": "lark", "definition": "start: /x/"}
    custom = {"type": "custom", "name": "patch", "description": "patches", "format": grammar}
    space = {"type": "namespace", "name": "agents", "description": "other agents", "tools": [TOOL, custom]}
    functions = [tool["function"] for tool in read(tools=[custom, space]).options["tools"]]
    assert [function["name"] for function in functions] == ["patch", "agents__swing", "agents__patch"]
    assert functions[0]["description"] == "patches\n\nThe input must match this lark grammar:\nstart: /x/"
    assert functions[0]["parameters"]["required"] == ["input"]
    assert functions[1]["description"] == "other agents\n\nswings"
    long = {**space, "name": "n" * 60, "tools": [{**TOOL, "name": "t" * 100}]}
    assert refused(tools=[long]).param == "tools[0].tools[0].name"


@pytest.mark.parametrize("kind", HOSTED)
def test_hosted_tools_are_dropped_or_refused(kind: str) -> None:
    hosted = {"type": kind, "server_label": "x"}
    request = read(tools=[hosted, TOOL, hosted], tool_choice="auto")
    assert [tool["function"]["name"] for tool in request.options["tools"]] == ["swing"]
    assert request.dropped_tools == (kind,)
    assert kind not in str(request.conversation)
    alone = read(tools=[hosted], tool_choice="auto", parallel_tool_calls=True)
    assert alone.options == {}
    assert refused(tools=[hosted], tool_choice="required").param == "tool_choice"
    assert refused(tools=[hosted, TOOL], tool_choice={"type": kind}).param == "tool_choice"
    strict = Deployment(model="small", hosted_tools="refuse")
    assert refused(strict, tools=[TOOL, hosted]).param == "tools[1].type"


@pytest.mark.parametrize("kind", ["web_search\r\nx-evil: 1", "computer\u2028", "web_search" + "x" * 99])
def test_no_name_of_a_hosted_tool_can_be_made_up(kind: str) -> None:
    assert refused(tools=[{"type": kind}]).param == "tools[0].type"


def test_allowed_tools_are_all_that_the_model_is_given() -> None:
    other = {**TOOL, "name": "walk"}
    choice = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "walk"}]}
    request = read(tools=[TOOL, other], tool_choice=choice)
    assert [tool["function"]["name"] for tool in request.options["tools"]] == ["walk"]
    assert request.options["tool_choice"] == "required"
    assert "swing" not in str(request.conversation.annexes).replace("swings", "")
    searching = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "web_search"}]}
    assert "tools" not in read(tools=[TOOL], tool_choice=searching).options
    assert refused(tools=[TOOL], tool_choice={**searching, "mode": "required"}).param == "tool_choice"
    assert not read(tools=[TOOL], tool_choice={**choice, "mode": "auto", "tools": [TOOL]}).structured
