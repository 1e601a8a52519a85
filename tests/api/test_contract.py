"""Our OpenAPI document against the published contract: names, types, required, nullable, lengths, statuses."""

import json
from functools import cache
from typing import Any

import pytest

from api.app import create_api
from tests.api.contract_table import ADDED_TO_BODIES, OPERATIONS

JSON, FORM = "application/json", "multipart/form-data"
IDS = [f"{method.upper()} {path}" for method, path, *_ in OPERATIONS]


@cache
def document() -> dict[str, Any]:
    return create_api().openapi()


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def spelled(schema: dict[str, Any]) -> str:
    """A property's schema as the table spells it."""
    options = [resolved(option) for option in schema.get("anyOf", [schema])]
    nullable = any(option.get("type") == "null" for option in options)
    (kind,) = [option for option in options if option.get("type") != "null"]
    name = {"integer": "int", "boolean": "bool"}.get(kind["type"], kind["type"])
    if kind.get("format") in ("date-time", "date", "binary"):
        name = {"binary": "file"}.get(kind["format"], kind["format"])
    if name == "array":
        name = "files" if kind["items"].get("format") == "binary" else kind["items"]["type"] + "s"
    length = f"({kind['maxLength']})" if "maxLength" in kind else ""
    return name + ("?" if nullable else "") + length


def spelled_out(schema: dict[str, Any], *, with_required: bool) -> dict[str, str]:
    schema = resolved(schema)
    required = schema.get("required", []) if with_required else []
    return {
        ("*" if name in required else "") + name: spelled(resolved(each))
        for name, each in schema["properties"].items()
    }


def operation(method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][path][method]
    return found


@pytest.mark.parametrize(("method", "path", "body", "statuses", "shape"), OPERATIONS, ids=IDS)
def test_an_operation_is_the_contracts(
    method: str, path: str, body: dict[str, str] | None, statuses: set[int], shape: Any
) -> None:
    ours = operation(method, path)
    succeeding = {int(status) for status in ours["responses"] if status.startswith("2")}
    assert succeeding - {206} == statuses
    if body is None:
        assert "requestBody" not in ours
    else:
        content = ours["requestBody"]["content"]
        assert ours["requestBody"]["required"] is True
        (media,) = content
        assert media == (FORM if path in ("/audio", "/documents") else JSON)
        sent = spelled_out(content[media]["schema"], with_required=True)
        added = ADDED_TO_BODIES.get(path, set())
        assert {name: kind for name, kind in sent.items() if name not in added} == body


@pytest.mark.parametrize(("method", "path", "body", "statuses", "shape"), OPERATIONS, ids=IDS)
def test_an_answer_has_the_contracts_fields(
    method: str, path: str, body: Any, statuses: set[int], shape: Any
) -> None:
    if shape is None:
        pytest.skip("the contract gives no shape")
    schema = resolved(operation(method, path)["responses"]["200"]["content"][JSON]["schema"])
    while isinstance(shape, list):
        assert schema["type"] == "array"
        schema, shape = resolved(schema["items"]), shape[0]
    ours = spelled_out(schema, with_required=False)
    expected = {name.lstrip("*"): kind for name, kind in shape.items()}
    if path in ("/recordings", "/transcripts", "/transcript-history") or method in ("put", "patch"):
        assert ours == expected
    else:  # state, progress and the like may stand beside the contract's fields
        assert {name: kind for name, kind in ours.items() if name in expected} == expected
    assert set(schema.get("required", [])) >= set(expected), "an answer leaves none of them out"


def test_every_operation_of_the_contract_is_there_and_explained() -> None:
    for method, path, *_ in OPERATIONS:
        ours = operation(method, path)
        assert ours["summary"]
        assert ours["description"]
        assert ours["tags"]


def test_paths_take_strings() -> None:
    for method, path, *_ in OPERATIONS:
        for parameter in operation(method, path).get("parameters", []):
            if parameter["in"] == "path":
                assert parameter["schema"]["type"] == "string"


def test_the_instructions_query() -> None:
    parameters = operation("get", "/instructions/{instruction_type}")["parameters"]
    (user,) = [each for each in parameters if each["in"] == "query"]
    assert (user["name"], user["required"]) == ("user_id", False)
    assert spelled(user["schema"]).startswith("string?")


def test_the_view_is_a_stream() -> None:
    content = operation("post", "/documents/view")["responses"]["200"].get("content", {})
    assert JSON not in content


def test_validation_errors_have_the_contracts_shape() -> None:
    seen = 0
    for operations in document()["paths"].values():
        for each in operations.values():
            if "422" in each["responses"]:
                schema = resolved(each["responses"]["422"]["content"][JSON]["schema"])
                fault = resolved(schema["properties"]["detail"]["items"])
                assert set(fault["properties"]) == set(fault["required"]) == {"loc", "msg", "type"}
                seen += 1
    assert seen > 15


def test_every_refusal_is_a_problem_document() -> None:
    for path, operations in document()["paths"].items():
        for method, each in operations.items():
            refusals = {s for s in each["responses"] if s.startswith(("4", "5"))} - {"422"}
            assert {"401", "403", "429"} <= refusals, f"{method} {path}"
            for status in refusals:
                assert "application/problem+json" in each["responses"][status]["content"]


def test_who_may_call_and_where() -> None:
    found = document()
    assert found["servers"] == [{"url": "/api/v1"}]
    assert found["security"] == [{"token": []}, {"signIn": []}]
    ways = found["components"]["securitySchemes"]
    assert ways["token"]["scheme"] == "bearer"
    assert ways["signIn"]["in"] == "cookie"
    tags = {tag["name"] for tag in found["tags"]}
    used = {
        tag for path in found["paths"].values() for each in path.values() for tag in each["tags"]
    }
    assert used <= tags


def test_operation_ids_are_unique() -> None:
    ids = [each["operationId"] for path in document()["paths"].values() for each in path.values()]
    assert len(ids) == len(set(ids)) > 20
    assert {"read_me", "hear_session", "hear_session_head"} <= set(ids)  # the functions' names


def test_it_is_json_and_names_no_host() -> None:
    text = json.dumps(document())
    assert "localhost" not in text
    assert "127.0.0.1" not in text
