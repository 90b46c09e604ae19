"""What the commands share: which archive, and what it refuses. Heavy imports wait until a command runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from api.store import Store


_STEPS = {"d": timedelta(days=1), "h": timedelta(hours=1)}


def located(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that tell which archive."""
    for decorate in (
        click.option(
            "--originals",
            metavar="位置",
            help="原件存放的文件夹或 fsspec 地址，建库时定下，也可放在环境变量 HESHU_ORIGINALS 中；默认在数据库文件旁边",
        ),
        click.option(
            "--store",
            "url",
            metavar="地址",
            help="SQLite 文件或 postgresql:// 地址，也可放在环境变量 HESHU_STORE 中；默认在用户的数据文件夹里",
        ),
    ):
        command = decorate(command)
    return command


def limited(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that limit what one file may cost."""
    for decorate in (
        click.option(
            "--memory",
            type=click.IntRange(512),
            default=2048,
            show_default=True,
            metavar="MB",
            help="读一个文件最多占用多少内存，超过即放弃这个文件",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(1),
            default=1800,
            show_default=True,
            metavar="秒",
            help="读一个文件最多用多少时间，超过即放弃这个文件；页数很多的扫描件要几十分钟",
        ),
    ):
        command = decorate(command)
    return command


@contextmanager
def refusals() -> Iterator[None]:
    """Tells what the store refuses as an error of the program."""
    from api.store import StoreError

    try:
        yield
    except StoreError as error:
        raise click.ClickException(error.message) from None


@contextmanager
def opened(url: str | None, originals: str | None, as_is: bool = False, mapped: bool = True) -> Iterator[Store]:
    """The store; an older program's too where `as_is`. `mapped` as of `open_store`."""
    from api.store import open_as_is, open_store

    with refusals():
        store = open_as_is(url, originals) if as_is else open_store(url, originals, mapped)
        try:
            yield store
        finally:
            store.close()


def duration(told: str) -> timedelta | None:
    """What `7d` and `12h` mean; None for anything else."""
    found = re.fullmatch(r"(\d{1,5})([dh])", told)
    return int(found[1]) * _STEPS[found[2]] if found else None


def local(moment: str, seconds: bool = False) -> str:
    """A moment of the store in the time of this place."""
    at = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).astimezone()
    return f"{at:%Y-%m-%d %H:%M:%S}" if seconds else f"{at:%Y-%m-%d %H:%M}"
