"""`heshu models …`: train and evaluate what is learned. Heavy imports wait until a command runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from models.combining import Combined
    from models.evaluation import Evaluation
    from models.training import Example, Trained

    Evaluations = dict[str, dict[str, Evaluation]]

commands = click.Group("models", help="分类模型：训练、评测")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NAMES = {"deficiency": "问题陈述", "category": "问题类别", "role": "段落角色"}
SEED = click.option("--seed", default=0, show_default=True, help="随机种子，相同种子和样本得到相同模型")
LEARNERS = {"linear": "线性模型", "encoder": "编码器", "both": "两者合用"}
BASE = click.option(
    "--base", metavar="文件夹或名称", help="编码器：heshu models pretrain 的输出，或 transformers 能载入的任何编码器"
)
WORK = click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    help="编码器训练的中间结果，中断后据以继续；默认 编码器名.work",
)
EXAMPLES = click.argument("examples", metavar="JSONL", type=EXISTING)


@commands.command(
    "pretrain", help="用大量文字（.txt .tsv .jsonl .jsonl.gz 或其文件夹）从头预训练一个小编码器；中断后再运行即可继续。"
)
@click.argument("texts", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="写出的编码器文件夹")
@click.option("--passes", type=float, help="文字用几遍，默认 0.8")
@click.option("--seed", type=int, help="随机种子")
def pretrain_command(texts: tuple[Path, ...], out: Path, passes: float | None, seed: int | None) -> None:
    with needing("train"):
        from models.pretraining import Settings, pretrain, read_texts

        chosen = {name: value for name, value in (("passes", passes), ("seed", seed)) if value is not None}
        pretrain(list(read_texts(texts)), out, Settings(**chosen), _progress)  # type: ignore[arg-type]
    click.echo(f"编码器已写入 {out}")


@commands.command("train", help="用 heshu corpus examples 写出的样本训练模型，写入 --out，可供 --model 使用。")
@EXAMPLES
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="写出的模型文件夹")
@click.option("--version", "version", default="1", show_default=True, help="模型版本，记入清单")
@BASE
@WORK
@SEED
def train_command(examples: Path, out: Path, version: str, base: str | None, work: Path | None, seed: int) -> None:
    from models.classifier import LINEAR
    from models.folder import compact, write

    told = _read(examples)
    trained = _train(told, version, seed)
    combined = _combine(trained, told, base, work, seed) if base else None
    evaluations = _evaluations(trained, combined, seed)
    parts = {LINEAR: compact(trained.classifier.record()), **(combined.parts if combined else {})}
    write(out, parts, card(examples, version, seed, base, evaluations))
    for learner, found in evaluations.items():
        click.echo(LEARNERS[learner])
        for task, evaluation in found.items():
            click.echo("  " + headline(task, evaluation))
    click.echo(f"模型已写入 {out}")


@commands.command("evaluate", help="逐家留出评价机构，评测模型：各类得分、混淆矩阵、可信度是否可靠。")
@EXAMPLES
@BASE
@WORK
@SEED
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="评测结果另存为 JSON")
def evaluate_command(examples: Path, base: str | None, work: Path | None, seed: int, json_path: Path | None) -> None:
    import json

    told = _read(examples)
    trained = _train(told, "", seed)
    evaluations = _evaluations(trained, _combine(trained, told, base, work, seed) if base else None, seed)
    for learner, found in evaluations.items():
        click.echo(LEARNERS[learner])
        for task, evaluation in found.items():
            for line in report(task, evaluation):
                click.echo(line)
    if json_path:
        json_path.write_text(json.dumps(_figures(evaluations), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Says what to install where a component is missing that only training needs."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(f"训练缺少组件 {error.name}，请先安装：pip install 'heshu[{extra}]'") from error


def _train(examples: Sequence[Example], version: str, seed: int) -> Trained:
    from models.training import train

    try:
        with needing("corpus"):
            return train(examples, version, seed, tell=_progress)
    except ValueError as error:
        raise click.ClickException(f"样本不足以训练：{error}") from error


def _combine(trained: Trained, examples: Sequence[Example], base: str, work: Path | None, seed: int) -> Combined:
    with needing("train"):
        from models.combining import combine
        from models.finetuning import Settings

        folder = work or Path(f"{Path(base).name}.work")
        try:
            return combine(trained, examples, base, folder, Settings(seed=seed), _progress)
        except (OSError, ValueError) as error:
            raise click.ClickException(f"{base} 不能用作编码器：{error}") from error


def _progress(line: str) -> None:
    click.echo(f"  {line}", err=True)


def _read(path: Path) -> list[Example]:
    from models.training import read_examples

    try:
        return read_examples(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _evaluations(trained: Trained, combined: Combined | None, seed: int) -> Evaluations:
    """Of each learner and of both together, for each task."""
    from models.evaluation import evaluate
    from models.training import best_slope

    found = {"linear": trained.judged}
    if combined:
        found |= {"encoder": combined.encoder, "both": combined.both}
    return {
        learner: {
            task: evaluate(labels, judged, 1.0 if learner == "both" else best_slope(labels, judged), seed)
            for task, (labels, judged) in tasks.items()
            if judged
        }
        for learner, tasks in found.items()
    }


def card(path: Path, version: str, seed: int, base: str | None, evaluations: Evaluations) -> dict[str, object]:
    """What a model's manifest tells of its making."""
    from hashlib import sha256

    return {
        "version": version,
        "seed": seed,
        "examples": {"lines": path.read_bytes().count(b"\n"), "sha256": sha256(path.read_bytes()).hexdigest()},
        "base": Path(base).name if base else None,
        "scores": _figures(evaluations),
    }


def _figures(evaluations: Evaluations) -> dict[str, dict[str, object]]:
    return {
        learner: {task: figures(evaluation) for task, evaluation in found.items()}
        for learner, found in evaluations.items()
    }


def figures(evaluation: Evaluation) -> dict[str, object]:
    return {
        "count": evaluation.count,
        "accuracy": [
            round(x, 4) for x in (evaluation.accuracy.value, evaluation.accuracy.low, evaluation.accuracy.high)
        ],
        "macro_f1": [
            round(x, 4) for x in (evaluation.macro_f1.value, evaluation.macro_f1.low, evaluation.macro_f1.high)
        ],
        "calibration_error": round(evaluation.calibration_error, 4),
        "labels": {
            score.label: {
                "count": score.count,
                "precision": round(score.precision, 3),
                "recall": round(score.recall, 3),
                "f1": round(score.f1, 3),
            }
            for score in evaluation.labels
        },
    }


def headline(task: str, evaluation: Evaluation) -> str:
    accuracy, macro = evaluation.accuracy, evaluation.macro_f1
    return (
        f"{NAMES[task]}：{evaluation.count} 例，正确率 {accuracy.value:.3f}（95% 区间 {accuracy.low:.3f}–{accuracy.high:.3f}），"
        f"宏平均 F1 {macro.value:.3f}（{macro.low:.3f}–{macro.high:.3f}），可信度平均偏差 {evaluation.calibration_error:.3f}"
    )


def report(task: str, evaluation: Evaluation) -> Iterator[str]:
    from models.evaluation import confusion_table

    yield headline(task, evaluation)
    for score in evaluation.labels:
        yield f"  {score.label}：{score.count} 例，精确率 {score.precision:.2f}，召回率 {score.recall:.2f}，F1 {score.f1:.2f}"
    yield "  混淆矩阵（行为标注，列为判断）"
    yield from (f"  {line}" for line in confusion_table(evaluation.confusion))
    yield "  可信度与实际正确率"
    for held in evaluation.bins:
        yield f"  {held.confidence:.2f} → {held.right:.2f}（{held.count} 例）"
    yield ""
