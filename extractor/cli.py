"""The program `heshu`. Imports nothing heavy: each command imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.click_zh import Group, in_chinese
from extractor.version import VERSION

if TYPE_CHECKING:
    from extractor.jobs import Outcome, Source
    from extractor.result import Result

ALARMS, UNREADABLE = 1, 2

ROOMS = "heshu.commands"  # entry points: commands of other rooms
# Their line in the list of commands, so that listing them loads none.
ROOM_HELP = {
    "corpus": "样本：生成、转换格式、植入差错、评测",
    "ingest": "批量导入：文件、文件夹、压缩包，可中断后继续",
    "models": "分类模型：训练、评测",
    "serve": "以 HTTP 提供档案库的查询、上传、复核和下载",
    "store": "档案库：升级、统计、重新读取、删除、备份、恢复、密钥、日志",
}
ROOM_EXTRA = {"ingest": "archive", "store": "archive"}  # what is to be installed for them, where it has another name


class NotWritten(click.ClickException):
    exit_code = UNREADABLE


class NoModel(click.ClickException):
    exit_code = UNREADABLE


class Program(Group):
    """The commands of this module and those that other rooms announce as entry points, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *sorted(_rooms())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        return own or (_load(_rooms()[cmd_name]) if cmd_name in _rooms() else None)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; of a model that cannot be used, or a component that is not installed, it says so, whichever
        command was to use it."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from models import ModelError

            if isinstance(error, ModelError):
                raise NoModel(f"模型不能用：{error}") from None
            if isinstance(error, ModuleNotFoundError) and ctx.invoked_subcommand in _rooms():
                raise _not_installed(ctx.invoked_subcommand, error) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.get_short_help_str(60)) for name, command in self.commands.items()]
        rows += [(name, ROOM_HELP.get(name, f"见 heshu {name} --help")) for name in sorted(_rooms())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@cache
def _rooms() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ROOMS)}


def _load(point: EntryPoint) -> click.Command:
    try:
        command: click.Command = point.load()
    except ModuleNotFoundError as error:
        raise _not_installed(point.name, error) from error
    return in_chinese(command)


def _not_installed(room: str, error: ModuleNotFoundError) -> click.ClickException:
    extra = ROOM_EXTRA.get(room, room)
    return click.ClickException(f"heshu {room} 缺少组件 {error.name}，请先安装：pip install 'heshu[{extra}]'")


@click.group(cls=Program, invoke_without_command=False)
@click.version_option(
    VERSION, "-V", "--version", prog_name="核数 heshu", message="%(prog)s %(version)s", help="显示版本并退出"
)
def commands() -> None:
    """核数：读绩效评价报告，取出事实，重算每一个数，指出不符之处及其所在。

    支持 PDF、OFD、Word 和文本（TXT、Markdown），装有 LibreOffice
    时还有 DOC、WPS、RTF、ODT，装有文字识别（pip install 'heshu[ocr]'）
    时还有扫描件和图片；ZIP、7Z 压缩包（后者须 pip install 'heshu[7z]'）
    里的文件逐个读取。以内容而不以后缀辨认格式。
    """


def reading(function: Callable[..., int]) -> Callable[..., int]:
    """The inputs that the commands of this module take."""
    files = click.argument("files", nargs=-1, required=True, metavar="文件…", type=click.Path(path_type=Path))
    return files(reading_options(function))


def reading_options(function: Callable[..., int]) -> Callable[..., int]:
    """How reports are read, as every command is told that reads them."""
    for decorate in (
        click.option(
            "--jobs",
            "-j",
            type=click.IntRange(0),
            default=1,
            metavar="N",
            help="并行进程数，默认 1；0 表示与处理器核数相同",
        ),
        click.option(
            "--password",
            envvar="HESHU_PASSWORD",
            metavar="密码",
            help="加密文件的密码，也可放在环境变量 HESHU_PASSWORD 中",
        ),
        click.option(
            "--min-confidence",
            "least",
            type=click.FloatRange(0, 1),
            metavar="0–1",
            help="可信度达到此值才算差错，其余为提示；默认用校准得出的值",
        ),
        click.option(
            "--model",
            metavar="文件夹",
            type=click.Path(path_type=Path),
            help="分类模型所在的文件夹，也可放在环境变量 HESHU_MODEL 中；默认用随程序安装的模型",
        ),
    ):
        function = decorate(function)
    return function


@commands.command(short_help="核对报告，在终端列出事实和不符之处")
@reading
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，每份报告一行，供其他程序使用")
@click.option("--all", "show_all", is_flag=True, help="把提示和核对一致的算式也列出来")
def check(
    files: tuple[Path, ...],
    password: str | None,
    jobs: int,
    least: float | None,
    model: Path | None,
    as_json: bool,
    show_all: bool,
) -> int:
    """核对报告：列出事实、得分和不符之处，最要紧的在前，附算式和所在位置。

    文件可以是文件夹（含下级文件夹）、压缩包（.zip .7z，含其中的压缩包）：
    其中的 .pdf .ofd .docx .docm .doc .wps .rtf .odt .txt .md 都会读取。

    退出码：0 没有发现差错；1 有差错；2 有文件无法读取（无论有无差错），或模型不能用。
    """
    from extractor.output import terminal, wording

    _refuse_bad_model(model)
    out = terminal.console(sys.stdout)
    sources, failed = _given(files, password), False
    alarms = False
    lines: list[terminal.Summary] = []
    for outcome in _watched(_in_order(sources, _analyse(sources, password, jobs, least, model)), len(sources)):
        failed |= _report_failure(outcome)
        for result in outcome.results:
            alarms |= bool(wording.alarms(result))
            if as_json:
                from extractor.output.jsonfile import to_json

                click.echo(to_json(result, indent=None))
            else:
                terminal.show(result, out, everything=show_all)
                lines.append(terminal.summarise(result, outcome.path))
    if len(lines) > 1:
        terminal.show_summary(lines, out)
    return UNREADABLE if failed else ALARMS if alarms else 0


@commands.command(short_help="取出结果，每份报告写成一个 JSON 文件")
@reading
@click.option(
    "--out",
    "-o",
    "folder",
    required=True,
    metavar="文件夹",
    type=click.Path(path_type=Path, file_okay=False),
    help="结果放在这个文件夹，没有则新建",
)
def extract(
    files: tuple[Path, ...],
    password: str | None,
    jobs: int,
    least: float | None,
    model: Path | None,
    folder: Path,
) -> int:
    """把每份报告的事实、核对和发现写成 JSON：文件夹/报告名.json。

    \b
    文件重名时，前面加上所在文件夹的名字；一个文件装订了几份报告时，写成 报告名.1.json、报告名.2.json ……
    来自别的文件的结果不会被覆盖。
    文件可以是文件夹（含下级文件夹）、压缩包（.zip .7z，含其中的压缩包）：
    其中的 .pdf .ofd .docx .docm .doc .wps .rtf .odt .txt .md 都会读取。

    退出码：0 全部写出；2 有文件无法读取（其余照常处理），或模型不能用。
    """
    from extractor.output.jsonfile import bases, write_results

    _refuse_bad_model(model)
    sources, failed = _given(files, password), False
    names = bases([source.path for source in sources])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from error
    for outcome in _watched(_analyse(sources, password, jobs, least, model), len(sources)):
        failed |= _report_failure(outcome)
        if outcome.results:
            try:
                written = write_results(folder, outcome.path, names[outcome.path], outcome.results)
            except OSError as error:
                raise _not_written(error.filename or folder, error) from error
            click.echo("\n".join(map(str, written)))
    return UNREADABLE if failed else 0


@commands.command(short_help="导出 Excel 工作簿、带批注的 PDF 或 Word 副本")
@reading
@click.option(
    "--xlsx",
    metavar="文件.xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写出的工作簿；几份报告放在同一个工作簿里",
)
@click.option(
    "--pdf",
    metavar="文件.pdf",
    type=click.Path(path_type=Path),
    help="PDF 报告的副本，差错处加框和批注；几个文件时给文件夹",
)
@click.option(
    "--docx",
    metavar="文件.docx",
    type=click.Path(path_type=Path),
    help="Word 报告的副本，差错处加批注；几个文件时给文件夹",
)
def export(
    files: tuple[Path, ...],
    password: str | None,
    jobs: int,
    least: float | None,
    model: Path | None,
    xlsx: Path | None,
    pdf: Path | None,
    docx: Path | None,
) -> int:
    """导出 Excel 工作簿，或在副本上批注差错的 PDF、Word 文件。

    工作簿有概览、评分表、问题、勾稽核对、预警五张表，不符的数有标记。

    \b
    --xlsx、--pdf、--docx 至少给一个，可以同时给。
    批注只加在同一格式的副本上：PDF 用 --pdf，Word 用 --docx。
    文件可以是文件夹（含下级文件夹）、压缩包（.zip .7z，含其中的压缩包）：
    其中的 .pdf .ofd .docx .docm .doc .wps .rtf .odt .txt .md 都会读取。原文件不会被改动。

    退出码：0 全部导出；2 有文件无法读取或无法批注（其余照常导出），或模型不能用。
    """
    from extractor.output.jsonfile import bases, numbered

    if not (xlsx or pdf or docx):
        raise click.UsageError("请至少给出 --xlsx、--pdf、--docx 中的一个")
    _refuse_bad_model(model)
    sources, failed = _given(files, password), False
    names = bases([source.path for source in sources])
    copies = {"pdf": pdf, "docx": docx}
    results: list[tuple[str, Result]] = []
    for outcome in _watched(_in_order(sources, _analyse(sources, password, jobs, least, model)), len(sources)):
        failed |= _report_failure(outcome)
        results += zip(numbered(names[outcome.path], len(outcome.results)), outcome.results, strict=True)
        if outcome.results and (pdf or docx):
            failed |= not _annotate(outcome, names[outcome.path], copies, len(sources) > 1, password)
    if results and xlsx:
        from extractor.output import excel

        try:
            xlsx.parent.mkdir(parents=True, exist_ok=True)
            excel.write(xlsx, results)
        except OSError as error:
            raise _not_written(xlsx, error) from error
        click.echo(xlsx)
    return UNREADABLE if failed else 0


@commands.command(short_help="打印结果的 JSON Schema")
def schema() -> None:
    """打印 extract 所写结果的 JSON Schema。"""
    from extractor.output import jsonfile

    click.echo(jsonfile.schema())


def _refuse_bad_model(folder: Path | None) -> None:
    """Raises ModelError before any file is read where the model cannot be used."""
    from models import load

    load(folder)


def _given(files: Sequence[Path], password: str | None) -> list[Source]:
    """What to read; what comes of archives is there while the command runs."""
    from extractor.inputs import sources

    return click.get_current_context().with_resource(sources(files, password))


def _analyse(
    sources: Sequence[Source], password: str | None, jobs: int, least: float | None, model: Path | None
) -> Iterator[Outcome]:
    from extractor.jobs import analyse_all

    return analyse_all(sources, password, jobs or os.cpu_count() or 1, least, model)


def _in_order(sources: Sequence[Source], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes in the order of `sources`, each as soon as those before it are there."""
    early: dict[Source, Outcome] = {}
    wanted = iter(sources)
    source = next(wanted, None)
    for outcome in outcomes:
        early[outcome.source] = outcome
        while source in early:
            yield early.pop(source)
            source = next(wanted, None)


def _watched(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes, with a progress bar on the terminal while they come; none where there is no terminal.

    The bar is away while the caller has an outcome in hand, and may write what it likes.
    """
    if not sys.stderr.isatty():
        yield from outcomes
        return
    from extractor.output.terminal import console, progress

    bar = progress(console(sys.stderr))
    task = bar.add_task("读取", total=total)
    try:
        bar.start()
        for outcome in outcomes:
            bar.stop()
            yield outcome
            bar.advance(task)
            bar.start()
    finally:
        bar.stop()


def _annotate(outcome: Outcome, name: str, copies: dict[str, Path | None], several: bool, password: str | None) -> bool:
    """Writes the annotated copy of one file; tells whether there is one. `copies` are the targets by format."""
    from extractor.readers.errors import ReadError

    form = outcome.results[0].source.format
    target = copies.get(form)
    if target is None:
        hint = f"请用 --{form}" if form in copies else "批注只能加在 PDF 和 Word（.docx）文件上"
        click.echo(f"没有批注 {outcome.path}：{hint}", err=True)
        return False
    if several or target.is_dir():
        target = target / f"{name}.{form}"
    if target.resolve() == outcome.path.resolve():
        click.echo(f"没有批注 {outcome.path}：不能写在原文件上，请另给文件名", err=True)
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lost = _write_copy(form, target, outcome, password)
    except OSError as error:
        raise _not_written(target, error) from error
    except ReadError as error:
        click.echo(f"没有批注 {outcome.path}：{error.message}", err=True)
        return False
    if lost:
        click.echo(f"{target}：有 {lost} 条批注在原文中找不到位置，未加上", err=True)
    click.echo(target)
    return True


def _write_copy(form: str, target: Path, outcome: Outcome, password: str | None) -> int:
    """Writes the copy in its format; gives the number of notes that found no place."""
    if form == "pdf":
        from extractor.output import annotated_pdf

        return annotated_pdf.write(target, outcome.source.file, outcome.results, password)
    from extractor.output import annotated_docx

    return annotated_docx.write(target, outcome.source.file, outcome.results, password)


def _report_failure(outcome: Outcome) -> bool:
    """Says why a file gave no result; tells whether it did."""
    if outcome.error is not None:
        _complain(outcome.path, outcome.error)
    return outcome.error is not None


def _complain(path: Path, reason: str) -> None:
    click.echo(f"无法读取 {path}：{' '.join(reason.split())}", err=True)


def _not_written(path: Path | str, error: OSError) -> click.ClickException:
    return NotWritten(f"无法写入 {path}（{error.strerror or error}）")


if __name__ == "__main__":
    commands()
