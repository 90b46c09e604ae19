"""`heshu ingest`: many files into the archive. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.common import limited, located, opened
from extractor.cli import UNREADABLE, reading_options

if TYPE_CHECKING:
    from api.ingest import Item, Tally
    from api.ingest.summary import Summary
    from api.store import Store

INTERRUPTED = 130
MOST_TOLD = 20  # failures that the summary repeats


@click.command("ingest", short_help="批量导入：文件、文件夹、ZIP 压缩包，可中断后继续")
@click.argument("given", nargs=-1, metavar="路径…")
@located
@reading_options
@click.option("--retry-failed", "retry", is_flag=True, help="失败过的再试一次；不给路径时是档案库里所有失败的")
@click.option(
    "--watch",
    "watched",
    metavar="文件夹",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="导入之后一直看着这个文件夹，新放进来的文件写完后即导入，直到按 Ctrl-C",
)
@limited
@click.option("--by", metavar="姓名", help="记入日志的操作人")
@click.option("--json", "as_json", is_flag=True, help="最后的汇总以 JSON 输出，供其他程序使用")
def ingest(
    given: tuple[str, ...],
    url: str | None,
    originals: str | None,
    jobs: int,
    password: str | None,
    least: float | None,
    model: Path | None,
    retry: bool,
    watched: Path | None,
    timeout: float,
    memory: int,
    by: str | None,
    as_json: bool,
) -> int:
    """把报告导入档案库。内容相同的文件只存一份、只读一次。

    \b
    路径可以是文件、文件夹（含下级文件夹）、ZIP 压缩包（含其中的压缩包），也可以用通配符 * ? **。
    每个文件在单独的进程里读，限定时间和内存，坏文件不影响其他文件；失败的附有原因，原件仍存入档案库。
    随时可以中断（包括断电、kill -9），再次运行同一命令会接着导入：不丢失，不重复。
    档案库里记有每个文件的结果，不加 --retry-failed 时，失败过的文件不会再读。

    退出码：0 全部导入或已在库中；2 有文件失败；1 档案库或模型不能用；130 被中断。
    """
    from api.cli.progress import Progress
    from api.ingest import Limits, Loader, Pool, PoolError, Tally, expand, spool, unpacked, warm
    from api.ingest.watching import watch

    if not (given or retry or watched):
        raise click.UsageError("请给出要导入的路径，或用 --watch、--retry-failed")
    paths, missing = expand(given)
    for text in missing:
        click.echo(f"没有这个文件或文件夹：{text}", err=True)
    tally = Tally()
    limits = Limits(timeout, memory * 2**20)
    is_interrupted = False
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which services are stopped with
    with opened(url, originals) as store, Progress(tally, endless=watched is not None) as progress:
        try:
            with spool() as room, Pool(jobs or os.cpu_count() or 1, limits, partial(warm, model)) as pool:
                loader = Loader(store, pool, room, progress.told, password, by, retry, least, model)
                batches = _batches(store, paths, retry, tally)
                for items in chain(batches, watch(watched, tally) if watched else ()):
                    loader.load(unpacked(items, pool, room, tally, password))
        except KeyboardInterrupt:
            is_interrupted = True
        except PoolError as error:
            raise click.ClickException(error.message) from None
    if as_json:
        click.echo(json.dumps(progress.summary.as_json() | {"interrupted": is_interrupted}, ensure_ascii=False))
    else:
        _show(progress.summary, is_interrupted)
    return INTERRUPTED if is_interrupted else UNREADABLE if progress.summary.failed or missing else 0


def _batches(store: Store, paths: list[Path], retry: bool, tally: Tally) -> Iterator[list[Item]]:
    """What is given, what failed before where that is all that is wanted, what runs that were killed left."""
    from api.ingest import failed_before, find, left_waiting

    yield find(paths, tally)
    if retry and not paths:
        yield failed_before(store, tally)
    yield left_waiting(store, tally)


def _show(summary: Summary, is_interrupted: bool) -> None:
    from api.cli.progress import duration

    click.echo(
        f"{'已中断，再次运行会接着导入。' if is_interrupted else ''}"
        f"导入 {summary.loaded}，重复 {summary.duplicate}，失败 {summary.failed}，共 {summary.files} 个文件，"
        f"用时 {duration(summary.seconds)}"
    )
    if summary.known:
        click.echo(f"其中 {summary.known} 个以前已有结果")
    if summary.retried:
        click.echo(f"其中 {summary.retried} 个读过不止一次")
    for suffix, count in sorted(summary.skipped.items()):
        click.echo(f"未导入 {suffix or '无后缀'} 文件 {count} 个")
    for entry in summary.failures[:MOST_TOLD]:
        click.echo(f"失败 {entry.source}：{entry.reason}")
    if len(summary.failures) > MOST_TOLD:
        click.echo(f"另有 {len(summary.failures) - MOST_TOLD} 个失败，加 --json 可看全部")
