"""`heshu serve`: the archive over HTTP. Heavy imports wait until the command runs."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version

import click

from api.cli.common import located, opened

MEGABYTE = 2**20
MOST_READERS = 4  # unless told: more than a small archive's users need


@click.command("serve", short_help="以 HTTP 提供档案库的查询、上传、复核和下载")
@located
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听的地址；0.0.0.0 为所有地址")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="端口", help="0 为任一空闲端口"
)
@click.option(
    "--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="读取上传文件的进程数"
)
@click.option(
    "--readers",
    type=click.IntRange(0),
    metavar="N",
    help="答复查询的进程数，默认与处理器核数相同，最多 4；0 为不另开进程",
)
@click.option(
    "--upload-mb", type=click.IntRange(1), default=200, show_default=True, metavar="MB", help="上传文件的大小限制"
)
@click.option(
    "--waiting",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    metavar="N",
    help="等待读取的上传文件的数量限制",
)
@click.option("--mcp/--no-mcp", default=None, help="是否在 /mcp 供语言模型查询（MCP）；默认装了组件 mcp 就提供")
def serve_command(
    url: str | None,
    originals: str | None,
    host: str,
    port: int,
    jobs: int,
    readers: int | None,
    upload_mb: int,
    waiting: int,
    mcp: bool | None,
) -> None:
    """以 HTTP 提供档案库，接口在 /api/v1，说明（OpenAPI）在 /api/v1/openapi.json。

    请求要带密钥：Authorization: Bearer 密钥。新建密钥用 heshu store keys make。
    一个密钥也没有建过时，只在本机监听，本机的程序不用密钥即可访问。
    """
    from api.pages import install
    from api.service import Settings, is_loopback, listen, make_app, run
    from api.store import keys_of

    if mcp and not _has_mcp():
        raise click.ClickException("缺少组件 mcp，请先安装：pip install 'heshu[mcp]'")
    with opened(url, originals) as store:
        local, keys = is_loopback(host), keys_of(store)
        if not local and not any(key.is_valid() for key in keys):
            raise click.ClickException(
                f"没有密钥时只能在本机监听，不能监听 {host}。请先新建一个：\n"
                "heshu store keys make 名称 --scopes read,upload,review"
            )
        try:
            listening = listen(host, port)
        except OSError as error:
            raise click.ClickException(f"不能监听 {host}:{port}（{error.strerror or error}）") from None
        if not keys:
            click.echo(
                "还没有密钥，本机的所有用户和程序都能查询、上传、复核和删除。新建密钥后请求都要带密钥：\n"
                "heshu store keys make 名称 --scopes read,upload,review",
                err=True,
            )
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"http://{shown}:{listening.getsockname()[1]}/")
        for_models = _has_mcp() if mcp is None else mcp
        if readers is None:
            readers = min(os.cpu_count() or 1, MOST_READERS)
        settings = Settings(upload_mb * MEGABYTE, waiting, jobs, readers=readers, local=local, mcp=for_models)
        run(install(make_app(store, settings)), listening)


def _has_mcp() -> bool:
    """Whether the package is there; one of the first generation speaks otherwise."""
    try:
        return int(version("mcp").partition(".")[0]) >= 2
    except PackageNotFoundError:
        return False
