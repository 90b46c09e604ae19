"""The OpenAPI document: what FastAPI gathers, and what it does not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.service.forms import Trouble
from api.service.problems import MEDIA_TYPE, TITLES
from extractor.version import VERSION

DESCRIPTION = """核数档案库的接口：查询报告、发现、问题，全文检索，统计，上传，复核，下载。

密钥放在请求头 `Authorization: Bearer …` 或 `X-API-Key` 中；只监听本机且没有建过密钥时不需要。
出错时回答 RFC 9457 的问题文档（application/problem+json），detail 是中文说明。
列表以 next 翻页：它是下一页的地址，没有时为 null；翻页期间入库的报告不会使各页错位。
回答带 ETag，以 If-None-Match 再来取而没有变化时回答 304。"""
_ALWAYS = (401, 403, 422, 500, 503)  # of every operation that asks for a key
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Trouble"}}}


def install(app: FastAPI, root: str, routes: Iterable[APIRoute]) -> None:
    """Has the application tell its document, made once. `routes` are what it has below the path `root`."""
    known = {(root + route.path_format, method.lower()): route for route in routes for method in route.methods or ()}

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, known)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, known: Mapping[tuple[str, str], APIRoute]) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=VERSION, description=DESCRIPTION, routes=app.routes)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Trouble"] = Trouble.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "heshu store keys make 所给的密钥"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    for path, item in made["paths"].items():
        for method, operation in item.items():
            route = known[path, method]
            if asked := _asked(route):
                operation["parameters"] = [*operation.get("parameters", []), *asked]
            _complete(operation, method, _scope(route))
    return made


def _scope(route: APIRoute) -> str | None:
    """What a key must be good for; None where none is needed."""
    scopes = (getattr(one.dependency, "scope", None) for one in route.dependencies)
    return next((scope for scope in scopes if scope), None)


def _asked(route: APIRoute) -> list[dict[str, Any]]:
    """The parameters of the query that the route reads by itself."""
    models = (getattr(one.call, "model", None) for one in route.dependant.dependencies)
    schemas = [model.model_json_schema() for model in models if model]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": told.get("description", ""),
            "schema": {key: value for key, value in told.items() if key != "description"},
        }
        for schema in schemas
        for name, told in schema["properties"].items()
    ]


def _complete(operation: dict[str, Any], method: str, scope: str | None) -> None:
    """Adds the scope, and the refusals that every operation shares."""
    responses = operation["responses"]
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _without_null(parameter["schema"])
    if scope:
        operation["security"] = [{"bearer": []}, {"key": []}]
        operation["description"] = f"{operation.get('description', '')}\n\n需要 {scope} 权限。".strip()
        for status in _ALWAYS:
            responses.setdefault(str(status), {"description": TITLES[status]})
    if "requestBody" in operation:
        responses.setdefault("400", {"description": "正文无法解析"})
    for status, told in responses.items():
        if status[0] in "45":
            told["description"] = TITLES[422] if status == "422" else told["description"]
            told["content"] = _PROBLEM
    if method == "get" and "200" in responses:
        responses["304"] = {"description": "没有变化（If-None-Match）"}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What a parameter may be where it is given: only left out is it null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **{name: value for name, value in schema.items() if name not in ("anyOf", "default")}}
