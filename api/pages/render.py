"""Pages out of templates: everything that comes from a document is escaped, nothing but our own files may run."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api.pages.document import anchor
from extractor.document import Evidence
from extractor.output import wording
from extractor.version import VERSION

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        version=VERSION,
        SEVERITIES=wording.SEVERITIES,
        ADDED_KINDS=wording.ADDED_KINDS,
        FACT_VERDICTS=wording.FACT_VERDICTS,
        FINDING_VERDICTS=wording.FINDING_VERDICTS,
        place=wording.place,
        anchor=anchor,
        box=_box,
        query=query,
    )
    made.filters.update(
        number=lambda value: "" if value is None else wording.number(value),
        score=score,
        local=wording.local,
        clean=wording.clean,
        size=size,
    )
    return made


def query(pairs: dict[str, Any]) -> str:
    """A query string of what is given; lists are repeated."""
    return urlencode([(name, value) for name, value in pairs.items() if value not in (None, "", [])], doseq=True)


def score(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def size(count: int) -> str:
    return f"{count / 2**20:.1f}".removesuffix(".0") + " MB" if count >= 2**20 else f"{max(1, count // 1024)} KB"


def _box(evidence: Evidence | None) -> str:
    return " ".join(map(str, evidence.bbox)) if evidence is not None and evidence.bbox is not None else ""


_TEMPLATES = _environment()


def compile_all() -> None:
    """Compiles the templates, so that the first who looks does not wait for it."""
    for name in _TEMPLATES.list_templates():
        _TEMPLATES.get_template(name)


def page(request: Request, template: str, status: int = 200, **told: Any) -> Response:
    """The template as a response. It knows who looks (`me`, None for nobody) and the token that forms send along."""
    state = request.state
    known = {"me": getattr(state, "caller", None), "token": getattr(state, "token", ""), "path": request.url.path}
    return HTMLResponse(_TEMPLATES.get_template(template).render({**known, **told}), status, HEADERS)
