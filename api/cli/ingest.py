"""`heshu ingest`: many files into the archive. Heavy imports wait until the command runs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from api.cli.common import limited, located, opened
from extractor.cli import UNREADABLE, reading_options

if TYPE_CHECKING:
    from api.cli.progress import Progress
    from api.ingest import Item, Tally
    from api.ingest.summary import Summary
    from api.store import Store

INTERRUPTED = 130
MOST_TOLD = 20  # failures that the summary repeats


@click.command("ingest", short_help="批量导入：文件、文件夹、ZIP 和 7Z 压缩包，可中断后继续")
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
@click.option(
    "--ray",
    "address",
    metavar="地址",
    help="在这个 Ray 集群的各节点上读（如 auto、10.0.0.1:6379），路径可以是 s3:// 等 fsspec 地址；要用 PostgreSQL 档案库，"
    "进程数默认为集群的核数",
)
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
    address: str | None,
    by: str | None,
    as_json: bool,
) -> int:
    """把报告导入档案库。内容相同的文件只存一份、只读一次。

    \b
    路径可以是文件、文件夹（含下级文件夹）、ZIP 和 7Z 压缩包（含其中的压缩包），也可以用通配符 * ? **。
    每个文件在单独的进程里读，限定时间和内存，坏文件不影响其他文件；失败的附有原因，原件仍存入档案库。
    随时可以中断（包括断电、kill -9），再次运行同一命令会接着导入：不丢失，不重复。
    加 --ray 时在集群上读，除文件夹外还可以用 fsspec 地址，如 s3://桶/文件夹（须另装 s3fs）。
    档案库里记有每个文件的结果，不加 --retry-failed 时，失败过的文件不会再读。

    退出码：0 全部导入或已在库中；2 有文件失败；1 档案库或模型不能用；130 被中断。
    """
    from api.cli.progress import Progress
    from api.ingest import Limits, Loader, Pool, PoolError, Tally, spool, unpacked, warm
    from api.ingest.watching import watch

    if not (given or retry or watched):
        raise click.UsageError("请给出要导入的路径，或用 --watch、--retry-failed")
    if address and watched:
        raise click.UsageError("--watch 不能与 --ray 同时使用")
    if address and not find_spec("ray"):
        raise click.ClickException("缺少组件 ray，请先安装：pip install 'heshu[ray]'")
    tally = Tally()
    missing: list[str] = []
    limits = Limits(timeout, memory * 2**20)
    reading: dict[str, Any] = {"password": password, "by": by, "retry": retry, "least": least, "model": model}
    is_interrupted = False
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # which services are stopped with
    with opened(url, originals, mapped=False) as store, Progress(tally, endless=watched is not None) as progress:
        try:
            if address:
                cores = 0 if _is_default("jobs") else jobs
                _load_over(address, cores, store, given, missing, progress, tally, limits=limits, **reading)
            else:
                with spool() as room, Pool(jobs or os.cpu_count() or 1, limits, partial(warm, model)) as pool:
                    loader = Loader(store, pool, room, progress.told, **reading)
                    batches = _batches(store, given, missing, retry, tally)
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


def _batches(store: Store, given: Sequence[str], missing: list[str], retry: bool, tally: Tally) -> Iterator[list[Item]]:
    """What is given, what failed before where that is all that is wanted, what runs that were killed left."""
    from api.ingest import expand, failed_before, find, left_waiting

    paths, lost = expand(given)
    _miss(lost, missing)
    yield find(paths, tally)
    if retry and not given:
        yield failed_before(store, tally)
    yield left_waiting(store, tally)


def _load_over(
    address: str,
    cores: int,
    store: Store,
    given: Sequence[str],
    missing: list[str],
    progress: Progress,
    tally: Tally,
    **told: Any,
) -> None:
    """As of one machine, over the nodes of a cluster."""
    from api.ingest.ray import failed_before, joined, left_waiting, listed, load_over, settings_for

    settings = settings_for(store, **told)
    found, lost = listed(given, tally)
    _miss(lost, missing)
    with joined(address):
        load_over(store, found, settings, progress.told, tally, cores)
        if settings.retry and not given:
            load_over(store, failed_before(store, tally), settings, progress.told, tally, cores)
        load_over(store, left_waiting(store, tally), settings, progress.told, tally, cores)


def _miss(lost: Sequence[str], missing: list[str]) -> None:
    for text in lost:
        click.echo(f"没有这个文件或文件夹：{text}", err=True)
    missing += lost


def _is_default(option: str) -> bool:
    return click.get_current_context().get_parameter_source(option) is ParameterSource.DEFAULT


def _show(summary: Summary, is_interrupted: bool) -> None:
    from api.cli.progress import duration, failure

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
        click.echo(failure(entry))
    if len(summary.failures) > MOST_TOLD:
        click.echo(f"另有 {len(summary.failures) - MOST_TOLD} 个失败，加 --json 可看全部")
