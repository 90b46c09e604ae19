"""The pages: the auditor's desk in a browser, over the service.

install(make_app(store))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["install"]


def install(app: FastAPI) -> FastAPI:
    """Puts the pages over a service's application."""
    # Late: the process that draws pages needs nothing of it.
    from api.pages import desk

    return desk.install(app)
