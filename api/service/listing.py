"""Answers out of the store, by the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from fastapi import Request, Response

from api.service.params import next_link
from api.service.problems import Refused
from api.service.responses import reply
from api.service.service import lookups
from api.store import Page, Store, StoreError

P = ParamSpec("P")


async def listed(
    request: Request, find: Callable[Concatenate[Store, P], Page[Any]], *args: P.args, **named: P.kwargs
) -> Response:
    """The page that `find` gives. Raises Refused (422) for what the store cannot look up, as a foreign cursor."""
    state = lookups(request)
    try:
        page = await state.threads.run(find, state.store, *args, **named)
    except StoreError as error:
        raise Refused(422, error.message) from None
    return reply(request, {"items": page.items, "next": next_link(request, page.next)})
