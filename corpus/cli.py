"""`heshu corpus …`: make, render, spoil and score reports with known answers. Heavy imports wait until a command runs."""

from __future__ import annotations

from pathlib import Path

import click

ARCHIVE = "heshu.reviewed"  # entry point: reports that were reviewed
FORMATS = ("txt", "docx", "pdf", "scan")
commands = click.Group("corpus", help="样例语料：生成、排版、植入差错、评测")
EXISTING = click.Path(exists=True, path_type=Path)


def _formats(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in value.split(",") if part.strip())
    unknown = [part for part in chosen if part not in FORMATS]
    if unknown:
        raise click.BadParameter(f"不认识的格式：{'、'.join(unknown)}；可选 {'、'.join(FORMATS)}")
    return chosen


@commands.command("generate", help="生成带标准答案的绩效评价报告，写入 OUT。")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--count", default=10, show_default=True, type=click.IntRange(1), help="生成几份")
@click.option("--seed", default=1, show_default=True, help="随机种子，相同种子得到相同报告")
@click.option(
    "--format",
    "formats",
    default="txt",
    show_default=True,
    callback=_formats,
    help="输出格式，逗号分隔：txt,docx,pdf,scan（扫描件）",
)
@click.option("--errors", default=0, show_default=True, type=click.IntRange(0), help="每份有意写错几处，记入标准答案")
def generate_command(out: Path, count: int, seed: int, formats: tuple[str, ...], errors: int) -> None:
    from corpus.generate import generate

    folders = generate(out, count, seed, formats, errors, tell=click.echo)
    click.echo(f"共生成 {len(folders)} 份，位于 {out}")


@commands.command("samples", help="重新生成仓库自带的样例，写入 OUT。")
@click.argument("out", type=click.Path(path_type=Path))
def samples_command(out: Path) -> None:
    from corpus.generate import write_samples

    folders = write_samples(out, tell=click.echo)
    click.echo(f"共生成 {len(folders)} 份，位于 {out}")


@commands.command("render", help="把文本报告（表格为制表符分隔）排成 Word、PDF 或扫描件。")
@click.argument("files", metavar="TXT…", nargs=-1, required=True, type=EXISTING)
@click.option(
    "--format",
    "formats",
    default="docx,pdf",
    show_default=True,
    callback=_formats,
    help="输出格式，逗号分隔：docx,pdf,scan（扫描件）",
)
@click.option("--out", type=click.Path(path_type=Path), help="输出目录；默认写在原文件旁边")
def render_command(files: tuple[Path, ...], formats: tuple[str, ...], out: Path | None) -> None:
    from corpus.render import render

    written = render(list(files), [kind for kind in formats if kind != "txt"], out, tell=click.echo)
    click.echo(f"共写出 {len(written)} 个文件")


@commands.command("export-reviewed", help="把档案库中复核完的报告连同更正写成标准答案，写入 OUT。")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--store", "url", metavar="地址", help="SQLite 文件或 postgresql:// 地址；默认同 heshu store")
@click.option("--originals", metavar="位置", help="原件存放的位置；默认同 heshu store")
def export_reviewed_command(out: Path, url: str | None, originals: str | None) -> None:
    from importlib.metadata import entry_points

    from corpus.reviewed import export

    # The archive is another room, which this one does not import: it is asked for by name.
    try:
        [archive] = [point.load() for point in entry_points(group=ARCHIVE)]
    except (ModuleNotFoundError, ValueError):
        raise click.ClickException("没有安装档案库的组件，请先安装：pip install 'heshu[archive]'") from None
    count = export(archive(url, originals), out, tell=click.echo)
    click.echo(f"共写出 {count} 份，位于 {out}" if count else "还没有复核完的报告：每条差错都要有复核意见")


@commands.command("plant", help="在标注过的报告中植入算术差错，写入 OUT。")
@click.argument("reports", type=EXISTING)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--each", default=12, show_default=True, type=click.IntRange(1), help="每份植入几处")
@click.option("--seed", default=1, show_default=True, help="随机种子")
def plant_command(reports: Path, out: Path, each: int, seed: int) -> None:
    from corpus.plant import plant

    total = 0
    for name, count in plant(reports, out, each, seed):
        click.echo(f"{name}：植入 {count} 处")
        total += count
    click.echo(f"共植入 {total} 处")


@commands.command("evaluate", help="对照标准答案评测抽取与核对结果。")
@click.argument("reports", type=EXISTING)
@click.option("--form", type=click.Choice(FORMATS), default="txt", show_default=True, help="从哪种格式读取报告")
@click.option("--results", type=EXISTING, help="已有结果的目录（NAME.json），不再运行抽取")
@click.option("--only", help="只评测这些报告，名称以逗号分隔")
@click.option("--verbose", is_flag=True, help="逐份列出不对的事实、漏核的关系和多报的问题")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="评测结果另存为 JSON")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="并行进程数")
def evaluate_command(
    reports: Path, form: str, results: Path | None, only: str | None, verbose: bool, json_path: Path | None, jobs: int
) -> None:
    import json

    from corpus.evaluate import evaluate, listing, summary

    names = set(only.split(",")) if only else None
    scores = evaluate(reports, form, results, names, jobs, tell=lambda line: click.echo(line, err=True))
    if verbose:
        for line in listing(scores):
            click.echo(line)
    figures = summary(scores)
    for line in figures.lines:
        click.echo(line)
    if json_path:
        json_path.write_text(json.dumps(figures.data, ensure_ascii=False, indent=1), encoding="utf-8")


@commands.command("calibrate", help="用已知差错校准发现的可信度，写出模型。")
@click.argument("reports", nargs=-1, required=True, type=EXISTING)
@click.option("--seeds", default="2,3,4", show_default=True, help="植入差错的随机种子，逗号分隔")
@click.option("--threshold", default=0.5, show_default=True, help="达到此可信度的发现才是差错，其余为提示")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="写出的 calibration.json")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="并行进程数")
def calibrate_command(reports: tuple[Path, ...], seeds: str, threshold: float, out: Path, jobs: int) -> None:
    import json

    from corpus.calibrate import calibrate

    model = calibrate(reports, [int(seed) for seed in seeds.split(",")], threshold, jobs, tell=click.echo)
    out.write_text(json.dumps(model, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@commands.command("link", help="从标注学习哪些数是同一数据的两处记载，写出模型。")
@click.argument("reports", nargs=-1, required=True, type=EXISTING)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="写出的 linking.json")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="并行进程数")
def link_command(reports: tuple[Path, ...], out: Path, jobs: int) -> None:
    import json

    from corpus.link import learn

    model = learn(reports, jobs, tell=click.echo)
    out.write_text(json.dumps(model, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@commands.command("examples", help="从标注过的报告和自写的语句取出分类模型的训练样本，每行一个 JSON。")
@click.argument("reports", nargs=-1, type=EXISTING)
@click.option("--own", multiple=True, type=EXISTING, help="本项目自写报告的目录：不留出评测，词语不删；可多次给出")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="写出的 JSONL 文件")
def examples_command(reports: tuple[Path, ...], own: tuple[Path, ...], out: Path) -> None:
    from corpus.examples import of_report, of_statements

    with out.open("w", encoding="utf-8") as lines:
        for folders, is_own in ((reports, False), (own, True)):
            for gold in sorted(path for folder in folders for path in folder.glob("*/gold.json")):
                click.echo(gold.parent.name)
                lines.writelines(example.line() + "\n" for example in of_report(gold.parent, is_own))
        lines.writelines(example.line() + "\n" for example in of_statements())


@commands.command("leave-out", help="逐家留出评价机构评测分类模型：每份报告都用没见过其机构的模型来读。")
@click.argument("reports", type=EXISTING)
@click.argument("examples", type=EXISTING)
@click.option("--model", type=EXISTING, help="用全部样本训练的模型，取其阈值；默认用随程序安装的模型")
@click.option("--work", type=EXISTING, help="heshu models train --base 的中间结果；不给则只评测线性模型")
@click.option("--form", default="txt", show_default=True, type=click.Choice(FORMATS), help="读哪种格式")
def leave_out_command(reports: Path, examples: Path, model: Path | None, work: Path | None, form: str) -> None:
    import tempfile

    from corpus.evaluate import summary
    from corpus.leave_out import left_out_scores
    from models import load
    from models.training import read_examples

    try:
        told = read_examples(examples)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    with tempfile.TemporaryDirectory() as scratch:
        scores = left_out_scores(reports, told, load(model), Path(scratch), work, form, click.echo)
    for line in summary(scores).lines:
        click.echo(line)
