"""全景: the archive as a whole, in charts, each mark a link to the reports behind it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from api.pages.archive import FACETS, asked_of, pairs_of
from api.pages.charts import alarm_bars, category_sparks, score_lines
from api.pages.guard import sees
from api.pages.render import page
from api.service.params import Panorama
from api.service.service import looked_up
from api.store import Store, alarms_by, category_trends, facets, score_trends, unanswered
from extractor.output.wording import RULES

router = APIRouter()
OVERS = {"agency": "评价机构", "department": "主管部门", "region": "地区"}
_MOST_VALUES = 40


@router.get("/panorama", dependencies=[sees("read")])
async def show(request: Request) -> Response:
    asked = asked_of(request, Panorama)
    kept = [pair for pair in pairs_of(request) if pair[0] != "over"]

    def link(**told: Any) -> str:
        """The reports shown here of which this holds."""
        others = [(name, value) for name, value in kept if name not in told]
        return f"/reports?{urlencode([*others, *told.items()])}"

    def look(store: Store) -> dict[str, Any]:
        where = asked.reports()
        trends, alarms = score_trends(store, asked.over, where), alarms_by(store, asked.over, where)
        return {
            "trends": trends,
            "lines": score_lines(trends, asked.over, link),
            "alarms": alarms,
            "bars": alarm_bars(alarms, asked.over, RULES, link),
            "sparks": category_sparks(category_trends(store, where), link),
            "unanswered": unanswered(store, where),
            "facets": facets(store, most=_MOST_VALUES),
        }

    told = await looked_up(request, look)
    return page(
        request,
        "panorama.html",
        **told,
        asked=asked,
        overs=OVERS,
        labels=FACETS,
        rules=RULES,
        query=urlencode(kept),
        whole_query=urlencode(pairs_of(request)),
    )
