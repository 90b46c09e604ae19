"""The OpenAPI document: complete, in Chinese, and every example in it works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.service import make_app
from api.store import Store
from tests.api.service.conftest import BASE, fill
from tests.conftest import REPOSITORY

METHODS = ("post", "get", "delete")  # in this order: what is uploaded can be seen, what removes comes last
ENDLESS = "/api/v1/jobs/events"


@pytest.fixture(scope="module")
def document(reader: TestClient) -> dict[str, Any]:
    return reader.get("/api/v1/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_every_operation_is_told_in_chinese(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        assert re.search("[\u4e00-\u9fff]", operation["summary"]), path
        for parameter in operation.get("parameters", []):
            assert re.search("[\u4e00-\u9fff]", parameter["description"]), (path, parameter["name"])


def test_who_needs_a_key_is_told(document: dict[str, Any]) -> None:
    open_ones = [path for path, _, operation in operations(document) if "security" not in operation]
    assert open_ones == ["/api/v1/health"]
    assert all(
        "需要 " in operation["description"] for _, _, operation in operations(document) if "security" in operation
    )


def test_refusals_are_told_as_problem_documents(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, told in operation["responses"].items():
            if status[0] in "45":
                assert list(told["content"]) == ["application/problem+json"], (path, method, status)
        assert "requestBody" not in operation or "400" in operation["responses"], path


def examples(parameter: dict[str, Any]) -> list[Any]:
    """What is given as examples of a parameter."""
    named = [example["value"] for example in parameter.get("examples", {}).values()]
    return named or parameter["schema"].get("examples", [])


def requests(operation: dict[str, Any]) -> Iterator[dict[str, dict[str, Any]]]:
    """Values by place and name: once with what must be given alone, then with each further example."""
    parameters = operation.get("parameters", [])
    needed: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for parameter in parameters:
        if parameter["required"]:
            needed[parameter["in"]][parameter["name"]] = examples(parameter)[0]
    yield needed
    for parameter in parameters:
        for value in examples(parameter)[1 if parameter["required"] else 0 :]:
            yield {**needed, parameter["in"]: {**needed[parameter["in"]], parameter["name"]: value}}


@pytest.mark.usefixtures("lent")
def test_every_example_works(store: Store, tmp_path: Any) -> None:
    ran = 0
    with TestClient(make_app(fill(store, tmp_path)), BASE) as client:
        document = client.get("/api/v1/openapi.json").json()
        # What removes comes last, before it what reads anew.
        for path, method, operation in sorted(operations(document), key=_turn):
            if path == ENDLESS:
                continue
            for values in requests(operation):
                sent: dict[str, Any] = {"params": values["query"], "headers": values["header"]}
                body = operation.get("requestBody", {}).get("content", {})
                if form := body.get("multipart/form-data"):
                    sent["files"] = {"file": ("样本.txt", form["example"]["file"].encode())}
                elif body:
                    schema = document["components"]["schemas"][
                        body["application/json"]["schema"]["$ref"].split("/")[-1]
                    ]
                    sent["json"] = schema["examples"][0]
                response = client.request(method.upper(), path.format(**values["path"]), **sent)
                told = operation["responses"].get(str(response.status_code))
                assert told, (method, path, values, response.status_code, response.text)
                assert response.status_code < 300 or (path, method) in REFUSED, (path, values, response.text)
                kind = response.headers["content-type"].partition(";")[0]
                assert kind in told["content"], (path, kind)
                ran += 1
    assert ran > 100


def _turn(operation: tuple[str, str, Any]) -> float:
    path, method, _ = operation
    return METHODS.index(method) + (1.5 if path.endswith("/reextraction") else 0)


# What the example cannot do, since the sample is no PDF, its job has ended by then, and nothing said of it waits.
REFUSED = {
    ("/api/v1/reports/{report}/annotated", "get"),
    ("/api/v1/jobs/{sha256}/cancellation", "post"),
    ("/api/v1/reports/{report}/decisions/{decision}/settlement", "post"),
    ("/api/v1/reports/{report}/corrections/{correction}/settlement", "post"),
}


def test_every_noun_is_in_the_document_for_people(document: dict[str, Any]) -> None:
    told = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    for path in document["paths"]:
        noun = path.removeprefix("/api/v1").replace("{form}", "csv").rpartition("/")[2]
        assert f"/{noun}" in told, path
