"""What is refused, told as problem documents (RFC 9457) in Chinese."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.store import StoreError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "请求有误",
    401: "需要密钥",
    403: "不允许",
    404: "没有找到",
    405: "不支持这种请求方法",
    406: "没有可给出的格式",
    409: "与现状冲突",
    412: "内容已有变化",
    413: "内容太大",
    415: "不支持的内容类型",
    422: "参数不合要求",
    429: "请求太多",
    500: "程序内部错误",
    501: "缺少组件",
    503: "暂时不能服务",
}
# By the type of pydantic's error; what it is about stands in its context.
_WORDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个参数",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_parsing_size": "数太大",
    "float_parsing": "应为数",
    "float_type": "应为数",
    "finite_number": "应为有限的数",
    "bool_parsing": "应为 true 或 false",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "不合规定的形式 {pattern}",
    "string_unicode": "不是有效的 Unicode 文字",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "too_long": "最多 {max_length} 项",
    "json_invalid": "不是有效的 JSON",
    "model_attributes_type": "应为 JSON 对象",
    "dict_type": "应为 JSON 对象",
}
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"  # of texts that are looked for
_PATTERNS = {PRINTABLE: "不能有控制字符"}
_PLACES = {"query": "查询参数", "path": "路径", "body": "请求正文", "header": "请求头"}
_log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is refused with an HTTP status; `detail` is Chinese for the user."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


def missing(what: str) -> Refused:
    return Refused(404, f"没有{what}")


def problem(
    status: int,
    detail: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] | None = None,
) -> Response:
    """The response that tells it; `errors` are the single faults of a request."""
    told: dict[str, Any] = {"type": "about:blank", "title": TITLES.get(status, "请求未能完成"), "status": status}
    told |= {"detail": detail, "instance": path}
    if errors is not None:
        told["errors"] = errors
    fixed = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(orjson.dumps(told), status, {**fixed, **(headers or {})}, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Every refusal and failure of the application becomes a problem document."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(StoreError, _store_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)


def _path(request: Request) -> str:
    """As it was sent, since the decoded path may hold anything."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return raw.decode("ascii", "replace")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return problem(error.status, error.detail, _path(request), error.headers)


async def _store_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoreError)
    return problem(409, error.message, _path(request))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [_fault(one) for one in error.errors()]
    return problem(422, _together(errors), _path(request), errors=errors)


def told(error: ValidationError) -> str:
    """What is wrong with values that were to fit a model."""
    return _together([_fault({**one, "loc": ("", *one["loc"])}) for one in error.errors()])


def _together(faults: Sequence[Mapping[str, str]]) -> str:
    return "；".join(f"{one['name']}：{one['detail']}" if one["name"] else one["detail"] for one in faults[:5])


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    place, *names = [str(part) for part in error["loc"]] or [""]
    words = _WORDS.get(error["type"])
    if error["type"] == "value_error":  # of our own validators, in Chinese already
        words = str(error["ctx"]["error"])
    elif error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] in _PATTERNS:
        words = _PATTERNS[error["ctx"]["pattern"]]
    elif words:
        words = words.format(**error.get("ctx", {})).replace(" or ", "、").replace(", ", "、")
    # The position inside a broken JSON text is no name.
    name = "" if error["type"] == "json_invalid" else ".".join(names)
    return {"place": _PLACES.get(place, place), "name": name, "detail": words or "不合要求"}


async def _http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown paths and methods, bodies that it cannot parse."""
    assert isinstance(error, HTTPException)
    told = {404: "没有这个地址", 405: f"这个地址不支持 {request.method}", 400: "请求正文无法解析"}
    detail = told.get(error.status_code, TITLES.get(error.status_code, "请求未能完成"))
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # The framework names the methods of one route; others may have the same path.
        headers["Allow"] = ", ".join(sorted(request.app.state.methods_at(request.url.path)))
    return problem(error.status_code, detail, _path(request), headers)


async def _internal(request: Request, error: Exception) -> Response:
    """Tells nothing of the inside; the number leads to the entry in the program's own log."""
    number = uuid.uuid4().hex[:12]
    _log.error("%s %s: incident %s", request.method, _path(request), number, exc_info=error)
    return problem(500, f"程序内部错误，事故编号 {number}，请告诉管理员", _path(request))
