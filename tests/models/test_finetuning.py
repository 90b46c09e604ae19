"""An encoder is pretrained, fine-tuned, interrupted, exported and used, all on a few made-up words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from models import Clause, load
from models.cli import commands
from models.encoder import Encoder
from models.training import Example
from models.windows import windows
from tests.conftest import need
from tests.models import small

GOOD = ["资金及时到位", "目标全部完成", "制度健全有效", "验收全部合格"]
BAD = ["资金未到位", "目标未完成", "制度不健全", "验收未开展"]
KINDS = ["资金", "产出", "制度", "监管"]


@pytest.fixture(autouse=True)
def torch() -> Any:
    need("torch")
    import torch

    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("torch")
    return pretrained(tmp_path_factory.mktemp("base"))


def pretrained(folder: Path, tell: Any = lambda line: None, passes: float = 2.0) -> Path:
    from models.pretraining import Settings, pretrain

    small = Settings(
        passes=passes, length=16, batch=4, rate=2e-3, warmup=2, hidden=16, layers=1, heads=2, positions=48, save_every=0.0
    )  # fmt: skip
    pretrain(["，".join(GOOD + BAD)] * 40, folder, small, tell)
    return folder


def examples(headings: str = "甲乙丙丁戊己庚辛壬癸") -> list[Example]:
    told = [(text, "no") for text in GOOD] + [(text, "yes") for text in BAD]
    kinds = list(zip(BAD, KINDS, strict=True))
    return [
        Example(task, Clause(text, heading=heading), label, "r", "a")
        for heading in headings
        for task, labelled in (("deficiency", told), ("category", kinds))
        for text, label in labelled
    ]


def tuned(base: Path, folder: Path, tell: Any = lambda line: None, passes: float = 12.0) -> Any:
    from models.finetuning import Settings, finetune, labels_of

    settings = Settings(passes=passes, batch=128, rate=5e-3, dropout=0.0, save_every=0.0)
    return finetune(examples(), labels_of(examples()), str(base), folder / "checkpoint.pt", settings, tell)


def scores(made: Any) -> list[list[float]]:
    """What the module itself says of the examples, before it is made a graph."""
    import torch

    found = []
    for example in examples("子"):
        (window,) = windows([example.clause], made.tokens, made.frame)
        ((_, first, last),) = window.spans
        shares = torch.zeros((1, len(window.ids)))
        shares[0, first:last] = 1 / (last - first)
        scored = made.module(torch.tensor([window.ids]), shares)[list(made.labels).index(example.task)]
        found.append(scored[0, 0].tolist())
    return found


def right(found: list[list[float]], labels: dict[str, tuple[str, ...]]) -> int:
    pairs = zip(examples("子"), found, strict=True)
    return sum(labels[e.task][values.index(max(values))] == e.label for e, values in pairs)


def test_what_was_taught_is_told_apart_by_the_exported_graph(base: Path, tmp_path: Path) -> None:
    from models.finetuning import parts

    made = tuned(base, tmp_path)
    encoder = Encoder.of(parts(made))
    taught = examples("子")
    found = [encoder.scores([e.clause], e.task)[0] for e in taught]
    assert right(found, dict(encoder.labels)) == len(taught)
    for whole, rounded in zip(scores(made), found, strict=True):
        assert rounded == pytest.approx(whole, abs=0.5)


def test_neighbours_do_not_change_what_is_said_of_a_text(base: Path, tmp_path: Path) -> None:
    from models.finetuning import parts

    encoder = Encoder.of(parts(tuned(base, tmp_path, passes=1.0)))
    clauses = [Clause(text) for text in GOOD + BAD]
    assert encoder.scores(clauses, "category")[3] == encoder.scores([clauses[3]], "category")[0]
    assert encoder.scores([], "deficiency") == []


def test_an_interrupted_training_ends_as_one_that_was_not(base: Path, tmp_path: Path) -> None:
    whole = scores(tuned(base, tmp_path / "whole"))

    lines: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        tuned(base, tmp_path / "cut", interrupting(after=1))
    resumed = scores(tuned(base, tmp_path / "cut", lines.append))
    assert lines[0].startswith("从第")
    assert resumed == whole


def test_an_interrupted_pretraining_ends_as_one_that_was_not(torch: Any, tmp_path: Path) -> None:
    from transformers import AutoModel

    pretrained(tmp_path / "whole", passes=4.0)
    with pytest.raises(KeyboardInterrupt):
        pretrained(tmp_path / "cut", interrupting(after=2), passes=4.0)
    pretrained(tmp_path / "cut", passes=4.0)
    weights = [AutoModel.from_pretrained(tmp_path / name).state_dict() for name in ("whole", "cut")]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0] if "pooler" not in name)


def interrupting(after: int) -> Any:
    """Something to tell progress that stops the training at its line number `after`, counted from 0."""
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        if len(lines) > after:
            raise KeyboardInterrupt

    return tell


def test_any_encoder_of_transformers_can_be_the_base(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("".join(GOOD + BAD)))]
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=48,
    )  # fmt: skip
    BertModel(config).save_pretrained(tmp_path / "bert")
    (tmp_path / "bert" / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    (tmp_path / "bert" / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer"}', encoding="utf-8")
    made = tuned(tmp_path / "bert", tmp_path, passes=12.0)
    assert right(scores(made), made.labels) == len(examples("子"))


def test_the_commands_make_a_model_of_both_learners(base: Path, tmp_path: Path) -> None:
    told = tmp_path / "样本.jsonl"
    told.write_text("".join(example.line() + "\n" for example in small.examples()), encoding="utf-8")
    options = ["--out", str(tmp_path / "模型"), "--work", str(tmp_path / "work"), "--base", str(base)]
    run = CliRunner().invoke(commands, ["train", str(told), *options])
    assert run.exit_code == 0, run.output
    assert "两者合用" in run.output
    model = load(tmp_path / "模型")
    assert model.encoder
    clause = Clause("补助发放滞后", heading="项目管理", place="reason", mark="less")
    assert model.categories([clause])[0].label == "时效进度"
    assert model.deficiencies([clause, Clause("制度健全", place="reason", mark="full")]) == [
        pytest.approx(1, abs=0.4),
        pytest.approx(0, abs=0.4),
    ]


def test_a_base_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    told = tmp_path / "样本.jsonl"
    told.write_text("".join(example.line() + "\n" for example in small.examples()), encoding="utf-8")
    options = ["--out", str(tmp_path / "模型"), "--work", str(tmp_path / "work"), "--base", str(tmp_path)]
    run = CliRunner().invoke(commands, ["train", str(told), *options])
    assert run.exit_code == 1
    assert "不能用作编码器" in run.output
    assert not (tmp_path / "模型").exists()


def test_texts_become_a_base_by_command(tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text('{"text": "预算绩效管理办法"}\n' * 60, encoding="utf-8")
    run = CliRunner().invoke(
        commands, ["pretrain", str(tmp_path / "texts.jsonl"), "--out", str(tmp_path / "base"), "--passes", "1"]
    )
    assert run.exit_code == 0, run.output
    from models.finetuning import Settings, finetune, labels_of

    settings = Settings(passes=1.0)
    assert finetune(examples(), labels_of(examples()), str(tmp_path / "base"), tmp_path / "c.pt", settings, print)
