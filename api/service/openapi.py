"""The OpenAPI document: what FastAPI gathers, and what it does not know."""

from __future__ import annotations

import re
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
_ALWAYS = (401, 403, 422, 500)  # of every operation that asks for a key
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Trouble"}}}


def install(app: FastAPI) -> None:
    """Has the application tell its document, made once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title=app.title, version=VERSION, description=DESCRIPTION, routes=app.routes)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Trouble"] = Trouble.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "heshu store keys make 所给的密钥"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    for route in _routes(app):
        for method in route.methods or ():
            _complete(made["paths"][route.path_format][method.lower()], route)
    return made


def _routes(app: FastAPI) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    """Adds the scope, the refusals that every operation shares, and the examples of parameters."""
    scopes = [getattr(one.dependency, "scope", None) for one in route.dependencies]
    needed = next((scope for scope in scopes if scope), None)
    responses = operation["responses"]
    if needed:
        operation["security"] = [{"bearer": []}, {"key": []}]
        operation["description"] = f"{operation.get('description', '')}\n\n需要 {needed} 权限。".strip()
        for status in _ALWAYS:
            responses.setdefault(str(status), {"description": TITLES[status]})
    for status, told in responses.items():
        if re.fullmatch("[45]..", status):
            told["description"] = told.get("description") or TITLES[int(status)]
            told["content"] = _PROBLEM
    if route.methods == {"GET"} and "application/json" in responses["200"].get("content", {}):
        responses["304"] = {"description": "没有变化（If-None-Match）"}
