"""`heshu store keys …`: who may use the service. Heavy imports wait until a command runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from api.cli.common import local, located, opened, refusals

if TYPE_CHECKING:
    from api.store import Key

keys_commands = click.Group("keys", help="接口密钥：新建、列出、吊销")

# What each scope lets its holder do.
SCOPE_LABELS = {"read": "查询和下载", "upload": "上传", "review": "复核", "admin": "一切操作"}


@keys_commands.command("make", help="新建一个密钥。密钥只显示这一次，库中只存它的摘要。")
@click.argument("name", metavar="名称")
@click.option(
    "--scopes",
    default="read",
    show_default=True,
    metavar="权限",
    help="；".join(f"{scope} {label}" for scope, label in SCOPE_LABELS.items()) + "。几项之间用逗号分开",
)
@click.option(
    "--expires",
    default="365d",
    show_default=True,
    metavar="期限",
    help="90d（天数）、2027-01-31（日期）或 never（不过期）",
)
@located
@click.option("--by", metavar="姓名", help="记入日志的操作人")
def make_command(name: str, scopes: str, expires: str, url: str | None, originals: str | None, by: str | None) -> None:
    from api.store import expiry, make_key

    with refusals():
        until = expiry(expires, datetime.now().astimezone())
    with opened(url, originals) as store:
        number, secret = make_key(store, name, [scope.strip() for scope in scopes.split(",")], until, by)
    # The secret alone on standard output, so that a script can take it.
    click.echo(secret)
    ends = f"{until.astimezone():%Y-%m-%d %H:%M} 到期" if until else "不过期"
    click.echo(f"密钥编号 {number}，{ends}。请立即妥善保存，以后无法再次查看。", err=True)


@keys_commands.command("list", help="列出密钥，不含密钥本身。")
@located
@click.option("--all", "show_all", is_flag=True, help="把已吊销和已到期的也列出来")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供其他程序使用")
def list_command(url: str | None, originals: str | None, show_all: bool, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from api.store import keys_of

    with opened(url, originals) as store:
        keys = [key for key in keys_of(store) if show_all or key.is_valid()]
    if as_json:
        told = [{**asdict(key), "scopes": sorted(key.scopes), "valid": key.is_valid()} for key in keys]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for key in keys:
        click.echo(_line(key))
    if not keys:
        click.echo("没有可用的密钥；新建：heshu store keys make 名称", err=True)


@keys_commands.command("revoke", help="吊销密钥，立即生效。可用编号、名称，或泄露的密钥本身指明。")
@click.argument("told", metavar="密钥…", nargs=-1, required=True)
@located
@click.option("--by", metavar="姓名", help="记入日志的操作人")
def revoke_command(told: tuple[str, ...], url: str | None, originals: str | None, by: str | None) -> None:
    from api.store import find_key, revoke_key

    with opened(url, originals) as store:
        for number in [find_key(store, one) for one in told]:
            key = revoke_key(store, number, by)
            click.echo(f"已吊销密钥 {key.id}（{key.name}）")


def _line(key: Key) -> str:
    scopes = "、".join(label for scope, label in SCOPE_LABELS.items() if scope in key.scopes)
    if key.revoked_at:
        state = f"{local(key.revoked_at)} 已吊销"
    elif not key.expires_at:
        state = "不过期"
    else:
        state = f"{local(key.expires_at)} {'到期' if key.is_valid() else '已到期'}"
    used = f"最近使用 {local(key.used_at)}" if key.used_at else "尚未使用"
    return f"{key.id}  {key.name}  {key.start}…  {scopes}  {state}  {used}"
