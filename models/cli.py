"""`heshu models …`: train and evaluate what is learned. Heavy imports wait until a command runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from models.evaluation import Evaluation
    from models.training import Example, Trained

commands = click.Group("models", help="分类模型：训练、评测")
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NAMES = {"deficiency": "问题陈述", "category": "问题类别", "role": "段落角色"}
SEED = click.option("--seed", default=0, show_default=True, help="随机种子，相同种子和样本得到相同模型")
EXAMPLES = click.argument("examples", metavar="JSONL", type=EXISTING)


@commands.command("train", help="用 heshu corpus examples 写出的样本训练线性模型，写入 --out，可供 --model 使用。")
@EXAMPLES
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="写出的模型文件夹")
@click.option("--version", "version", default="1", show_default=True, help="模型版本，记入清单")
@SEED
def train_command(examples: Path, out: Path, version: str, seed: int) -> None:
    from models.classifier import LINEAR
    from models.folder import compact, write

    trained = _train(examples, version, seed)
    evaluations = dict(_evaluations(trained, seed))
    write(out, {LINEAR: compact(trained.classifier.record())}, card(examples, version, seed, evaluations))
    for task, evaluation in evaluations.items():
        click.echo(headline(task, evaluation))
    click.echo(f"模型已写入 {out}")


@commands.command("evaluate", help="逐家留出评价机构，评测线性模型：各类得分、混淆矩阵、可信度是否可靠。")
@EXAMPLES
@SEED
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="评测结果另存为 JSON")
def evaluate_command(examples: Path, seed: int, json_path: Path | None) -> None:
    import json

    evaluations = dict(_evaluations(_train(examples, "", seed), seed))
    for task, evaluation in evaluations.items():
        for line in report(task, evaluation):
            click.echo(line)
    if json_path:
        record = {task: figures(evaluation) for task, evaluation in evaluations.items()}
        json_path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _train(path: Path, version: str, seed: int) -> Trained:
    from models.training import train

    try:
        return train(_read(path), version, seed, tell=lambda line: click.echo(f"  {line}", err=True))
    except ModuleNotFoundError as error:
        raise click.ClickException(f"训练缺少组件 {error.name}，请先安装：pip install 'heshu[corpus]'") from error
    except ValueError as error:
        raise click.ClickException(f"样本不足以训练：{error}") from error


def _read(path: Path) -> list[Example]:
    from models.training import Example

    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            examples.append(Example.of_line(line))
        except (ValueError, TypeError, KeyError) as error:
            raise click.ClickException(f"{path} 第 {number} 行不是样本：{error}") from None
    return examples


def _evaluations(trained: Trained, seed: int) -> Iterator[tuple[str, Evaluation]]:
    from models.evaluation import evaluate

    for task, (labels, judged) in trained.judged.items():
        if judged:
            yield task, evaluate(labels, judged, getattr(trained.classifier, task).slope, seed)


def card(path: Path, version: str, seed: int, evaluations: dict[str, Evaluation]) -> dict[str, object]:
    """What a model's manifest tells of its making."""
    from hashlib import sha256

    return {
        "version": version,
        "seed": seed,
        "examples": {"lines": path.read_bytes().count(b"\n"), "sha256": sha256(path.read_bytes()).hexdigest()},
        "scores": {task: figures(evaluation) for task, evaluation in evaluations.items()},
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
