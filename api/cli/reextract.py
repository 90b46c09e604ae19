"""`heshu store reextract`: originals read again by a newer version. Heavy imports wait until the command runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.common import limited, located, opened
from extractor.cli import UNREADABLE, reading_options

if TYPE_CHECKING:
    from api.ingest.intake import State
    from api.store.filters import ReportFilter

# What a report can be chosen by: the filter's field, and how the word is read. Of several values one is enough.
FIELDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "year": ("years", int),
    "region": ("regions", str),
    "department": ("departments", str),
    "agency": ("agencies", str),
    "grade": ("grades", str),
    "category": ("categories", str),
    "report": ("reports", int),
}
SINGLE: dict[str, tuple[str, Callable[[str], Any]]] = {
    "title": ("title_has", str),
    "text": ("text", str),
    "alarms": ("has_alarms", {"yes": True, "no": False}.__getitem__),
}


@click.command("reextract", short_help="程序升级后，用新版本重新读取库中的原件")
@located
@reading_options
@click.option(
    "--where",
    "conditions",
    multiple=True,
    metavar="字段=值",
    help=f"只读取符合条件的，可多次给出；字段：{' '.join((*FIELDS, *SINGLE))}（alarms=yes 或 no）",
)
@limited
@click.option("--by", metavar="姓名", help="记入日志的操作人")
@click.option("--json", "as_json", is_flag=True, help="最后的汇总以 JSON 输出，供其他程序使用")
def reextract_command(
    url: str | None,
    originals: str | None,
    jobs: int,
    password: str | None,
    least: float | None,
    model: Path | None,
    conditions: Sequence[str],
    timeout: float,
    memory: int,
    by: str | None,
    as_json: bool,
) -> int:
    """用这个版本的程序重新读取由其他版本读过的原件。

    \b
    原来的结果仍保留，新的结果成为当前结果；复核意见随发现保留，找不到对应发现的列为待重新确认。
    可以中断，再次运行会接着读取。读取失败的，原来的结果仍是当前结果。

    退出码：0 全部读取；2 有原件读取失败；1 档案库或模型不能用。
    """
    import json

    from api.cli.progress import Progress, duration
    from api.ingest import Entry, Limits, Pool, PoolError, Tally, spool, warm
    from api.ingest.reextract import Reread, reread, to_reread
    from api.store import stats
    from extractor.version import VERSION

    where = chosen(conditions)
    tally = Tally()
    with opened(url, originals) as store, Progress(tally, verb="重新读取") as progress:
        wanted = to_reread(store, where)
        tally.found = len(wanted)

        def told(done: Reread) -> None:
            name, sha256 = done.original.name, done.original.sha256
            state: State = "failed" if done.reason else "loaded"
            progress.told(Entry(0, name, name, sha256, state, done.reason, done.attempts))

        try:
            with (
                spool() as room,
                Pool(jobs or os.cpu_count() or 1, Limits(timeout, memory << 20), partial(warm, model)) as pool,
            ):
                reread(store, pool, room, wanted, told, password, by, least, model)
        except PoolError as error:
            raise click.ClickException(error.message) from None
        unsettled = stats(store).waiting
    summary = progress.summary
    if as_json:
        figures = summary.as_json()
        told_of = {name: figures[name] for name in ("loaded", "failed", "seconds", "failures")}
        click.echo(json.dumps({"version": VERSION, **told_of, "waiting": unsettled}, ensure_ascii=False))
    else:
        click.echo(
            f"已用版本 {VERSION} 重新读取 {summary.loaded}，失败 {summary.failed}，用时 {duration(summary.seconds)}"
        )
        click.echo(f"待重新确认的复核意见：{unsettled}")
    return UNREADABLE if summary.failed else 0


def chosen(conditions: Sequence[str]) -> ReportFilter | None:
    """The filter that conditions make, None for none. Raises BadParameter."""
    from api.store.filters import ReportFilter

    if not conditions:
        return None
    given: dict[str, Any] = {}
    for condition in conditions:
        name, _, word = condition.partition("=")
        try:
            if name in FIELDS:
                field, read = FIELDS[name]
                given[field] = (*given.get(field, ()), read(word))
            else:
                field, read = SINGLE[name]
                given[field] = read(word)
        except (KeyError, ValueError):
            raise click.BadParameter(f"看不懂条件 {condition}，要写成 字段=值", param_hint="--where") from None
    return ReportFilter(**given)
