"""`heshu store …`: what those who run an archive do with it. Heavy imports wait until a command runs."""

from __future__ import annotations

from pathlib import Path

import click

from api.cli.common import duration, located, opened, refusals
from api.cli.keys import keys_commands
from api.cli.log import log_command
from api.cli.reextract import reextract_command

store_commands = click.Group("store", help="档案库：建立和升级、统计、重新读取、删除、备份、恢复、清理、接口密钥、日志")
store_commands.add_command(keys_commands)
store_commands.add_command(log_command)
store_commands.add_command(reextract_command)

# Of `Stats`, in the order in which they are shown.
LABELS = {
    "originals": "原件",
    "unread": "其中没有结果的",
    "documents": "报告（各版本合计为一份）",
    "reports": "报告的各版本",
    "results": "保存的结果",
    "findings": "发现",
    "alarms": "其中差错",
    "problems": "问题",
    "checks": "核对",
    "paragraphs": "段落",
    "decisions": "复核意见",
    "waiting": "其中待重新确认",
}


@store_commands.command("upgrade", help="建立档案库，或把它升级到本程序的版本。升级前请先备份。")
@located
def upgrade_command(url: str | None, originals: str | None) -> None:
    from api.store import upgrade

    with refusals():
        before, after = upgrade(url)
    with opened(url, originals):
        click.echo(f"档案库已是最新版本 {after}" if before == after else f"档案库已升级：{before or '空'} → {after}")


@store_commands.command("stats", help="档案库里有多少原件、报告、发现、复核意见。")
@located
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，供其他程序使用")
def stats_command(url: str | None, originals: str | None, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from api.store import stats

    with opened(url, originals) as store:
        figures = asdict(stats(store))
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, label in LABELS.items():
        click.echo(f"{label}：{figures[name]}")
    click.echo(f"原件大小：{figures['bytes'] / 1e6:.1f} MB")


@store_commands.command("delete", help="删除原件，连同从它取出的结果和对它的复核意见；日志中留有记录。")
@click.argument("hashes", metavar="哈希…", nargs=-1, required=True)
@located
@click.option("--yes", is_flag=True, help="不再询问")
@click.option("--by", metavar="姓名", help="记入日志的操作人")
def delete_command(hashes: tuple[str, ...], url: str | None, originals: str | None, yes: bool, by: str | None) -> None:
    from api.store import delete_original, find_original, names_of

    with opened(url, originals) as store:
        for sha256 in [find_original(store, start) for start in hashes]:
            if not yes:
                click.confirm(f"删除 {'、'.join(names_of(store, sha256))}（{sha256[:12]}）？", abort=True)
            gone = delete_original(store, sha256, by)
            told = f"已删除 {'、'.join(gone.names)}：报告 {gone.reports} 份，复核意见 {gone.decisions} 条"
            click.echo(told)


@store_commands.command("backup", help="把整个档案库备份到一个新的文件夹，期间可以照常使用。")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@located
def backup_command(folder: Path, url: str | None, originals: str | None) -> None:
    from api.store import backup, names_of

    with opened(url, originals, as_is=True) as store:
        kept = backup(store, folder)
        lost = [f"{'、'.join(names_of(store, sha256))}（{sha256[:12]}）" for sha256 in kept.lost]
    click.echo(f"已备份：原件 {kept.originals} 个，报告 {kept.reports} 份，位于 {folder}")
    if lost:
        told = "\n".join(lost)
        raise click.ClickException(f"{len(lost)} 个原件已损坏或不见，备份中没有它们，请从以前的备份找回：\n{told}")


@store_commands.command("restore", help="从备份恢复到一个空的档案库（SQLite 或 PostgreSQL，不必与原来相同）。")
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@located
def restore_command(folder: Path, url: str | None, originals: str | None) -> None:
    from api.store import restore

    with refusals():
        kept = restore(folder, url, originals)
    click.echo(f"已恢复：原件 {kept.originals} 个，报告 {kept.reports} 份")
    if kept.lost:
        click.echo(f"备份时已损坏或不见的原件 {len(kept.lost)} 个，没有恢复；它们的结果都在", err=True)


@store_commands.command("sweep", help="清理无主的文件：程序中断后留下的、库中没有记录的。可以与收入原件同时进行。")
@located
@click.option("--older", default="24h", show_default=True, metavar="时长", help="只清理存在已久的文件，如 24h、7d")
@click.option("--dry-run", "pretend", is_flag=True, help="只统计，不删除")
@click.option("--by", metavar="姓名", help="记入日志的操作人")
def sweep_command(url: str | None, originals: str | None, older: str, pretend: bool, by: str | None) -> None:
    from api.store import sweep

    age = duration(older)
    if age is None:
        raise click.BadParameter(f"看不懂“{older}”：写成 24h 或 7d", param_hint="--older")
    with opened(url, originals) as store:
        swept = sweep(store, age, by, pretend)
    told = f"无主的文件 {swept.orphans} 个，未写完的文件 {swept.unfinished} 个，共 {swept.bytes / 1e6:.1f} MB"
    click.echo(f"{'可清理' if pretend else '已清理'}：{told}")
