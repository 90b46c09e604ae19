"""What the archive is installed and run with, as far as it can be tested where there is no Docker: the image is built from
files that are there, and starts commands that there are; compose.yaml gives the service what it reads."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.store.connection import DATABASE, ORIGINALS
from tests.test_docs import OPERATING, unknown_words

REPOSITORY = Path(__file__).resolve().parent.parent
INSTRUCTION = re.compile(r"^([A-Z]+) ((?:.*\\\n)*.*)", re.MULTILINE)


@pytest.fixture(scope="module")
def image() -> list[tuple[str, str]]:
    """The Dockerfile's instructions."""
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    return [(found[1], found[2].replace("\\\n", " ")) for found in INSTRUCTION.finditer(text)]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
    assert {name for service in told["services"].values() for name in named_volumes(service)} == set(told["volumes"])
    services: dict[str, Any] = told["services"]
    return services


def named_volumes(service: dict[str, Any]) -> list[str]:
    return [volume.split(":")[0] for volume in service["volumes"] if not volume.startswith(("$", ".", "/"))]


def test_the_image_holds_what_the_package_is_built_from() -> None:
    rules = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {rule[1:] for rule in rules if rule.startswith("!")}
    assert not [name for name in kept if not (REPOSITORY / name).exists()]
    rooms = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"tests"}
    assert rooms | {"pyproject.toml", "README.md", "LICENSE"} <= kept
    assert not any(fnmatch(name, rule) for name in kept for rule in rules if rule != "*")


def test_the_image_starts_the_service_as_nobody_in_particular(image: list[tuple[str, str]]) -> None:
    names = [name for name, _ in image]
    user = next(value for name, value in image if name == "USER")
    assert user != "root"
    assert names.index("USER") < names.index("ENTRYPOINT") < names.index("CMD")
    assert names.count("FROM") == 2, "what builds is left behind"
    told = dict(image)
    words = yaml.safe_load(told["ENTRYPOINT"]) + yaml.safe_load(told["CMD"])
    assert unknown_words(words) == []
    assert words[words.index("--port") + 1] == told["EXPOSE"]


def test_what_is_asked_for_health_is_there(image: list[tuple[str, str]]) -> None:
    from api.service.app import ROOT
    from api.service.routes.system import router

    path = re.search(r"http://127\.0\.0\.1:8000(/[\w/]+)", dict(image)["HEALTHCHECK"])
    assert path and path[1] in {ROOT + route.path for route in router.routes}  # type: ignore[attr-defined]


def test_the_service_is_given_what_it_reads(services: dict[str, Any]) -> None:
    heshu, database = services["heshu"], services["database"]
    environment = heshu["environment"]
    assert {DATABASE, ORIGINALS} <= set(environment)
    user, name = database["environment"]["POSTGRES_USER"], database["environment"]["POSTGRES_DB"]
    assert environment[DATABASE] == f"postgresql://{user}@database/{name}"
    assert environment["PGPASSWORD"] == database["environment"]["POSTGRES_PASSWORD"]
    places = [volume.rpartition(":")[2] for volume in heshu["volumes"]]
    assert environment[ORIGINALS].startswith(tuple(places))
    assert heshu["depends_on"]["database"]["condition"] == "service_healthy" and "healthcheck" in database
    assert all(port.startswith("127.0.0.1:") for port in heshu["ports"])


def test_no_secret_is_written_down(services: dict[str, Any]) -> None:
    secrets = [
        value for service in services.values() for name, value in service["environment"].items() if "PASSWORD" in name
    ]
    assert secrets and all(value.startswith("${HESHU_DB_PASSWORD:?") for value in secrets)


def test_every_variable_is_explained() -> None:
    variables = re.findall(r"\$\{(\w+)", (REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))
    text = OPERATING.read_text(encoding="utf-8")
    assert variables and not [name for name in variables if name not in text]


def test_the_first_start_is_a_call_of_the_program() -> None:
    """In the comment of compose.yaml."""
    text = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")
    command = re.search(r"docker compose run --rm heshu (.*)", text)
    assert command and unknown_words(["heshu", *shlex.split(command[1])]) == []
