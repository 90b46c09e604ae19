"""The page of one report: its document beside what was found in it, and what reviewers say of both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.ingest import PoolError
from api.pages import pictures, view
from api.pages.document import blocks_of, pages_of
from api.pages.guard import form_of, sees
from api.pages.numbers import Number, numbers_of
from api.pages.render import page
from api.service.access import caller
from api.service.params import Hash, ReportNumber
from api.service.problems import Refused
from api.service.responses import reply, strong, unchanged
from api.service.routes.originals import reread
from api.service.service import known, note_view, service
from api.store import (
    Addition,
    Correction,
    Decision,
    Layout,
    ReportRow,
    Reviewed,
    Standing,
    Store,
    StoreError,
    add_finding,
    additions_of,
    body_of,
    carried_facts,
    correct,
    corrections_of,
    decide,
    decisions_of,
    find_report,
    layout_in,
    original,
    progress_of,
    report_versions,
    reviewed,
    settle_correction,
    settle_decision,
    standings,
    withdraw_addition,
)
from api.store.rows import result_of
from extractor.result import Result
from extractor.review import VERDICTS, facts
from extractor.version import VERSION

router = APIRouter()
PAGED = ("pdf",)  # formats whose pages can be drawn
MOST_CHECKS = 200  # on one page
_KEPT = 8  # results that were shown last
_LONGEST = 4000  # characters of a note


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page of a report is made of."""

    row: ReportRow
    result: Result
    numbers: tuple[Number, ...]
    reviewed: Reviewed
    history: list[Decision]
    standings: dict[str, Standing]
    carried: dict[str, tuple[Correction, ...]]
    additions: list[Addition]


@lru_cache(maxsize=_KEPT)
def _read(body: bytes) -> tuple[Result, tuple[Number, ...]]:
    result = result_of(body)
    return result, tuple(numbers_of(result))


def _shown(store: Store, report: int) -> Shown:
    row = _find(store, report)
    _, body = known(body_of(store, report), "这份报告的结果")
    result, numbers = _read(body)
    history = decisions_of(store, report)
    return Shown(
        row,
        result,
        numbers,
        reviewed(store, report, result),
        history,
        standings(store, report),
        carried_facts(store, report),
        additions_of(store, report),
    )


def _find(store: Store, report: int) -> ReportRow:
    try:
        return find_report(store, report)
    except StoreError as error:
        raise Refused(404, error.message) from None


@router.get("/reports/{report}", dependencies=[sees("read")])
async def show(
    request: Request,
    report: ReportNumber,
    as_text: Annotated[bool, Query(alias="text")] = False,
    number: Annotated[str | None, Query(pattern=r"^n\d{1,7}$")] = None,
) -> Response:
    state = service(request)

    def look(store: Store) -> dict[str, Any]:
        shown = _shown(store, report)
        layout = layout_in(store, report) or Layout(())
        return {**_page(store, shown), **_document(shown, layout, as_text), "chosen": _chosen(shown, number)}

    told = await state.threads.run(look, state.store)
    job = state.jobs.current(told["row"].sha256)
    pictures.prepare(state.pictures)
    note_view(request, caller(request).name, report, "page")
    return await state.threads.run(lambda: page(request, "report.html", **told, job=job, now=VERSION))


def _page(store: Store, shown: Shown) -> dict[str, Any]:
    result = shown.result
    told = view.Facts(result, shown.reviewed, shown.carried)
    alarms, hints = view.findings(result, shown.standings, shown.history)
    facts_waiting, findings_waiting = view.waiting(shown.reviewed.waiting, shown.history)
    return {
        "row": shown.row,
        "result": result,
        "headline": told.group("headline"),
        "meta": told.group("meta"),
        "scores": view.scores(result, told),
        "alarms": alarms,
        "hints": hints,
        "problems": view.problems(result, told),
        "scattered": view.scattered(result, told),
        "unanswered": view.unanswered(result),
        "progress": progress_of(store, [shown.row.id])[shown.row.id],
        "versions": [row for row in report_versions(store, shown.row.id) if row.id != shown.row.id],
        "additions": shown.additions,
        "facts_waiting": facts_waiting,
        "findings_waiting": findings_waiting,
        "paged": shown.row.format in PAGED,
    }


def _document(shown: Shown, layout: Layout, as_text: bool) -> dict[str, Any]:
    paged = shown.row.format in PAGED and not as_text
    return {
        "paged": paged,
        "has_pages": shown.row.format in PAGED,
        "pages": pages_of(shown.result, shown.numbers, layout.pages) if paged else [],
        "blocks": [] if paged else blocks_of(layout, shown.numbers),
    }


def _chosen(shown: Shown, number: str | None) -> dict[str, Any] | None:
    """The number that was clicked, and every check that it takes part in."""
    found = next((one for one in shown.numbers if one.id == number), None) if number else None
    if found is None:
        return None
    hints = view.hinted(shown.result)
    return {
        "number": found,
        "checks": [view.check_view(at, shown.result.checks[at], hints) for at in found.checks],
    }


@router.get("/reports/{report}/numbers/{number}", dependencies=[sees("read")])
async def show_number(request: Request, report: ReportNumber, number: str) -> Response:
    """A part of the page: what is told of a number."""
    state = service(request)

    def look(store: Store) -> dict[str, Any]:
        shown = _shown(store, report)
        chosen = known(_chosen(shown, number), "这个数")
        return {"row": shown.row, "chosen": chosen, "paged": shown.row.format in PAGED}

    return page(request, "number.html", **await state.threads.run(look, state.store))


@router.get("/reports/{report}/checks", dependencies=[sees("read")])
async def show_checks(
    request: Request,
    report: ReportNumber,
    verdict: Annotated[str, Query(pattern="^(all|wrong|doubt|right|unsure)$")] = "all",
    start: Annotated[int, Query(alias="from", ge=0, le=10**7)] = 0,
    part: bool = False,
) -> Response:
    """All checks of a report; as a `part` of its page where scripts ask for it."""
    state = service(request)

    def look(store: Store) -> dict[str, Any]:
        shown = _shown(store, report)
        hints = view.hinted(shown.result)
        views = [view.check_view(at, check, hints) for at, check in enumerate(shown.result.checks)]
        counts = {name: sum(one.state == name for one in views) for name in ("wrong", "doubt", "right", "unsure")}
        wanted = [one for one in views if verdict in ("all", one.state)]
        return {
            "row": shown.row,
            "checks": wanted[start : start + MOST_CHECKS],
            "counts": counts,
            "all": len(views),
            "verdict": verdict,
            "next": start + MOST_CHECKS if start + MOST_CHECKS < len(wanted) else None,
            "paged": shown.row.format in PAGED,
        }

    told = await state.threads.run(look, state.store)
    return page(request, "checks_part.html" if part else "checks.html", **told)


@router.get("/reports/{report}/sheet", dependencies=[sees("read")])
async def show_sheet(request: Request, report: ReportNumber) -> Response:
    """复核底稿, to be printed."""
    state = service(request)

    def look(store: Store) -> dict[str, Any]:
        return _page(store, _shown(store, report))

    told = await state.threads.run(look, state.store)
    note_view(request, caller(request).name, report, "sheet")
    return page(request, "sheet.html", **told)


@router.post("/reports/{report}/findings/{fingerprint}")
async def say_of_finding(request: Request, report: ReportNumber, fingerprint: str) -> Response:
    fields = await form_of(request, "review")
    verdict, note = fields.get("verdict", ""), _noted(fields)
    if verdict not in ("confirmed", "dismissed"):
        raise Refused(422, "复核结论只能是属实或误报")
    state = service(request)

    def say(store: Store) -> dict[str, Any]:
        _find(store, report)
        try:
            decide(store, report, fingerprint, verdict, note, caller(request).name)  # type: ignore[arg-type]
        except StoreError as error:
            raise Refused(404, error.message) from None
        told = _page(store, _shown(store, report))
        return {**told, "one": next(one for one in _all(told) if one.finding.fingerprint == fingerprint)}

    async with state.deciding:
        told = await state.threads.run(say, state.store)
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/reports/{report}#{told['one'].finding.id}", 303)
    return page(request, "finding_part.html", **told)


def _all(told: dict[str, Any]) -> Sequence[view.FindingView]:
    return [*told["alarms"], *told["hints"]]


@router.get("/reports/{report}/fact", dependencies=[sees("read")])
async def show_fact(
    request: Request,
    report: ReportNumber,
    name: Annotated[str, Query(max_length=_LONGEST)],
    part: bool = False,
) -> Response:
    """The form by which a fact is confirmed or corrected; as a `part` of the report's page where scripts ask for it."""
    state = service(request)
    told = await state.threads.run(_fact, state.store, report, name)
    return page(request, "fact_part.html" if part else "fact.html", **told, part=part, wrong=None, written=None)


def _fact(store: Store, report: int, name: str) -> dict[str, Any]:
    shown = _shown(store, report)
    fact = known(next((one for one in facts(shown.result) if one.name == name), None), "这项事实")
    return {
        "row": shown.row,
        "one": view.Facts(shown.result, shown.reviewed, shown.carried).of(*fact.address),
        "history": [word for word in corrections_of(store, report) if word.fact == name],
        "paged": shown.row.format in PAGED,
    }


@router.post("/reports/{report}/fact")
async def say_of_fact(request: Request, report: ReportNumber) -> Response:
    fields = await form_of(request, "review")
    name, verdict, value, note = (fields.get(key, "") for key in ("name", "verdict", "value", "note"))
    if verdict not in VERDICTS:
        raise Refused(422, "复核结论只能是属实、误取或更正")
    state, by, is_page = service(request), caller(request).name, "text/html" in request.headers.get("accept", "")

    def say(store: Store) -> tuple[dict[str, Any], str | None]:
        told = _fact(store, report, name)
        try:
            correct(store, report, name, verdict, value, _noted(fields), by)  # type: ignore[arg-type]
        except StoreError as error:
            return told, error.message
        return told, None

    told, wrong = await state.threads.run(say, state.store)
    if wrong is not None:
        template = "fact.html" if is_page else "fact_part.html"
        sent = {"value": value, "note": note}
        return page(request, template, 422, **told, part=not is_page, wrong=wrong, written=sent)
    if is_page:
        return RedirectResponse(f"/reports/{report}#facts", 303)
    return Response(status_code=204)


@router.post("/reports/{report}/additions")
async def add(request: Request, report: ReportNumber) -> Response:
    """Adds an error that the program did not see."""
    fields = await form_of(request, "review")
    told = (fields.get(name, "") for name in ("kind", "severity", "text", "quote"))
    return await _changed(request, report, "additions", add_finding, *told)


@router.post("/reports/{report}/additions/{addition}/withdrawal")
async def take_back(request: Request, report: ReportNumber, addition: int) -> Response:
    await form_of(request, "review")
    return await _changed(request, report, "additions", withdraw_addition, addition)


@router.post("/reports/{report}/{kind}/{word}/settlement")
async def settle(
    request: Request, report: ReportNumber, kind: Literal["decisions", "corrections"], word: int
) -> Response:
    """Ends the waiting of what was said of a finding or a fact (待重新确认)."""
    await form_of(request, "review")
    return await _changed(
        request, report, "waiting", settle_decision if kind == "decisions" else settle_correction, word
    )


async def _changed(request: Request, report: int, place: str, change: Callable[..., object], *told: object) -> Response:
    """Changes something of a report, and shows it again. Raises Refused (409) for what the store refuses."""
    state = service(request)
    try:
        await state.threads.run(change, state.store, report, *told, by=caller(request).name)
    except StoreError as error:
        raise Refused(409, error.message) from None
    return RedirectResponse(f"/reports/{report}#{place}", 303)


@router.post("/reports/{report}/reextraction")
async def read_again(request: Request, report: ReportNumber) -> Response:
    """Has the report's file read again by this version of the program."""
    await form_of(request, "admin")
    state = service(request)
    row = await state.threads.run(_find, state.store, report)
    await reread(request, row.sha256)
    return RedirectResponse(f"/reports/{report}", 303)


def _noted(fields: Any) -> str:
    note = str(fields.get("note", "")).strip()
    if len(note) > _LONGEST:
        raise Refused(422, f"说明最多 {_LONGEST} 字")
    return note


@router.get("/originals/{sha256}/pages/{number}.png", dependencies=[sees("read")])
async def show_picture(request: Request, sha256: Hash, number: int) -> Response:
    """A page of a PDF. It never changes."""
    tag = strong("page", sha256, number, pictures.SCALE)
    kept = {"Cache-Control": "private, max-age=604800, immutable", "ETag": tag, "X-Content-Type-Options": "nosniff"}
    if same := unchanged(request, tag):
        return same
    made = await _drawn(request, sha256, pictures.picture, number)
    if not made:
        raise Refused(409, "这个文件有密码，给出密码后才能显示页面")
    return Response(made, 200, kept, "image/png")


@router.get("/originals/{sha256}/pages", dependencies=[sees("read")])
async def show_unseen(
    request: Request, sha256: Hash, first: Annotated[int, Query(ge=1)] = 1, last: Annotated[int, Query(le=10**5)] = 1
) -> Response:
    """The pages whose Chinese characters cannot be drawn on this machine, and whether a password is wanted."""
    is_locked = await _drawn(request, sha256, pictures.is_locked)
    found = [] if is_locked else await _drawn(request, sha256, pictures.unseen, range(first, last + 1))
    return reply(request, {"unseen": found, "locked": is_locked})


@router.post("/reports/{report}/password")
async def unlock(request: Request, report: ReportNumber) -> Response:
    """Takes the password of a report's file for as long as somebody is signed in; it is kept in memory alone."""
    fields = await form_of(request, "read")
    state = service(request)
    row = await state.threads.run(_find, state.store, report)
    password = fields.get("password", "")
    if await _drawn(request, row.sha256, pictures.is_locked, password=password):
        raise Refused(409, "密码不对，请退回上一页重试")
    state.access.sessions.keep_password(request, row.sha256, password)
    return RedirectResponse(f"/reports/{report}", 303)


async def _drawn(request: Request, sha256: str, call: Any, *arguments: Any, password: str | None = None) -> Any:
    """What the process that draws makes of an original, with the password that was given for it."""
    state = service(request)
    known(await state.threads.run(original, state.store, sha256), "这个原件")
    secret = password or state.access.sessions.password(request, sha256)
    try:
        found = await asyncio.wrap_future(state.pictures.submit(call, state.store.blobs, sha256, *arguments, secret))
    except PoolError as error:
        raise Refused(503, error.message) from None
    if found.value is None:
        raise Refused(409, "这一页画不出来：文件已损坏，或者没有这一页")
    return found.value
