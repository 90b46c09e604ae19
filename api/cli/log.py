"""`heshu store log`: who did what. Heavy imports wait until the command runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from api.cli.common import duration, local, located, opened

if TYPE_CHECKING:
    from api.store import Entry

ACTION_LABELS = {
    "add": "收入原件",
    "name": "原件又名",
    "results": "存入结果",
    "delete": "删除原件",
    "decision": "复核",
    "correction": "更正",
    "sign-in": "登录",
    "view": "查看",
    "download": "下载",
    "key": "新建密钥",
    "revoke": "吊销密钥",
    "sweep": "清理",
}


def _since(_context: click.Context, _parameter: click.Parameter, told: str | None) -> str | None:
    """The moment, as the log keeps moments, that `7d`, `12h`, a date or a date with a time of this place means."""
    from api.store.log import moment

    if told is None:
        return None
    if back := duration(told):
        return moment(datetime.now(UTC) - back)
    try:
        return moment(datetime.fromisoformat(told))
    except (ValueError, OverflowError):
        raise click.BadParameter(f"看不懂“{told}”：写成 7d、12h、2026-11-01 或 2026-11-01T08:30") from None


@click.command("log", help="日志：谁在什么时候收入、查看、复核、删除了什么。只能增加，不能修改。")
@located
@click.option(
    "--subject", metavar="对象", help="只列对它的操作：原件的哈希（可只写前 8 位以上）、报告编号或 key:密钥编号"
)
@click.option(
    "--action",
    metavar="操作",
    help="只列这种操作：" + "、".join(f"{name} {label}" for name, label in ACTION_LABELS.items()),
)
@click.option("--by", metavar="姓名", help="只列此人或此密钥的操作")
@click.option("--since", metavar="时间", callback=_since, help="从何时起：7d、12h、2026-11-01 或 2026-11-01T08:30")
@click.option(
    "--last", type=click.IntRange(0), default=100, show_default=True, metavar="N", help="只列最后 N 条，0 为全部"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，每条一行，供其他程序使用")
def log_command(
    url: str | None,
    originals: str | None,
    subject: str | None,
    action: str | None,
    by: str | None,
    since: str | None,
    last: int,
    as_json: bool,
) -> None:
    import json
    from dataclasses import asdict

    from api.store import Wanted, read_log

    with opened(url, originals) as store:
        for entry in read_log(store, Wanted(subject, action, by, since), last or None):
            click.echo(json.dumps(asdict(entry), ensure_ascii=False) if as_json else _line(entry))


def _line(entry: Entry) -> str:
    subject = entry.subject[:12] if re.fullmatch("[0-9a-f]{64}", entry.subject) else entry.subject
    details = "，".join(f"{name}={_value(value)}" for name, value in entry.details.items() if value is not None)
    action = ACTION_LABELS.get(entry.action, entry.action)
    return "  ".join(filter(None, (local(entry.at, seconds=True), entry.by or "—", action, subject, details)))


def _value(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
