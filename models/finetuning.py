"""An encoder fine-tuned with a head for each task. Needs torch, transformers and onnx (extra `train`).

The base is a folder of `heshu models pretrain`, or the name or folder of any encoder that transformers' `AutoModel` loads.
"""

from __future__ import annotations

import io
import json
import math
import random
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import folder as folders
from models.encoder import GRAPH, SETTINGS, TOKENIZER, Encoder
from models.loop import Pace, run
from models.training import TASKS, Example, Judged
from models.windows import Frame, Window, windows

_IGNORED = -100
_LONGEST = 256
_GROUPS = 5
"""Of agencies that are left out together."""

Labels = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Settings:
    """`passes` over the examples, about `batch` tokens a step; the rate of learning rises over the first tenth of the
    steps and falls to nothing."""

    passes: float = 3.0
    batch: int = 4096
    rate: float = 4e-4
    dropout: float = 0.1
    seed: int = 20261121
    save_every: float = 60.0
    """Seconds between two checkpoints."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """A fine-tuned encoder: the torch module, its tokenizer and what the tokenizer is framed by."""

    module: Any
    tokens: Any
    frame: Frame
    labels: Labels


def labels_of(examples: Sequence[Example]) -> Labels:
    """The labels of each task that has any, in the order of their scores."""
    told = {task: tuple(sorted({e.label for e in examples if e.task == task})) for task in TASKS}
    return {task: named for task, named in told.items() if named}


def left_out(
    examples: Sequence[Example], base: str, work: Path, settings: Settings, tell: Callable[[str], object]
) -> dict[str, list[Judged]]:
    """For each task the examples of every agency with the scores of an encoder that saw nothing of it: agencies are left
    out some at a time."""
    judged: dict[str, list[Judged]] = {task: [] for task in labels_of(examples)}
    for number, group in enumerate(_groups(examples), 1):
        encoder = Encoder.of(trained(examples, group, base, work / f"fold-{number}", settings, tell))
        held = [e for e in examples if not e.own and e.agency in group]
        for task, judged_so in judged.items():
            asked = [e for e in held if e.task == task]
            judged_so += zip(asked, encoder.scores([e.clause for e in asked], task), strict=True)
    return judged


def trained(
    examples: Sequence[Example],
    without: Sequence[str],
    base: str,
    folder: Path,
    settings: Settings,
    tell: Callable[[str], object],
) -> dict[str, bytes]:
    """The files of an encoder that saw nothing of some agencies, written to `folder`, or read from it where an earlier run
    wrote them."""
    if not (folder / folders.MANIFEST).exists():
        tell(f"{folder.name}：留出 {len(without)} 家机构")
        seen = [e for e in examples if e.own or e.agency not in without]
        checkpoint = folder.with_name(f"{folder.name}.pt")
        tuned = finetune(seen, labels_of(examples), base, checkpoint, settings, tell)
        folders.write(folder, parts(tuned), {"version": folder.name, "left_out": list(without)})
    return folders.read(folder)[1]


def _groups(examples: Sequence[Example]) -> list[list[str]]:
    """The agencies in groups of about as many examples."""
    counts = Counter(e.agency for e in examples if not e.own)
    groups: list[list[str]] = [[] for _ in range(min(_GROUPS, len(counts)))]
    for agency, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        min(groups, key=lambda group: sum(counts[a] for a in group)).append(agency)
    return groups


def finetune(
    examples: Sequence[Example],
    labels: Labels,
    base: str,
    checkpoint: Path,
    settings: Settings = Settings(),
    tell: Callable[[str], object] = print,
) -> Tuned:
    """An encoder that was taught `examples`, each task a head; goes on from a checkpoint where there is one.
    Raises OSError or ValueError where the base cannot be loaded."""
    import torch

    torch.manual_seed(settings.seed)
    body, tokens, frame = _load(base)
    tuned = Tuned(_module(body, labels, settings.dropout), tokens, frame, labels)
    lessons = list(_lessons(examples, tuned))
    _train(tuned, lessons, checkpoint, settings, tell)
    return tuned


def _load(base: str) -> tuple[Any, Any, Frame]:
    """Encoder, tokenizer and frame of a checkpoint. Raises OSError or ValueError where transformers cannot load it."""
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # a base lacks the heads that are trained here, which it would report at length
    body = AutoModel.from_pretrained(base, attn_implementation="eager")
    told = AutoTokenizer.from_pretrained(base, use_fast=True)
    start = told.cls_token_id if told.cls_token_id is not None else told.bos_token_id
    end = told.sep_token_id if told.sep_token_id is not None else told.eos_token_id
    if start is None or end is None:
        raise ValueError(f"{base}: tokens that open and close a text are missing")
    longest = min(_LONGEST, int(getattr(body.config, "max_position_embeddings", _LONGEST)))
    return body, told.backend_tokenizer, Frame(int(start), int(end), longest)


def _module(body: Any, labels: Labels, dropout: float) -> Any:
    import torch

    class Module(torch.nn.Module):  # type: ignore[misc]
        """Scores of every head for spans of tokens: a span is the mean of its tokens beside the opening token."""

        def __init__(self) -> None:
            super().__init__()
            self.body = body
            self.dropout = torch.nn.Dropout(dropout)
            width = 2 * body.config.hidden_size
            self.heads = torch.nn.ModuleDict({h: torch.nn.Linear(width, len(named)) for h, named in labels.items()})

        def forward(self, ids: Any, shares: Any, mask: Any = None) -> tuple[Any, ...]:
            states = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
            spans = torch.matmul(shares, states)
            opening = states[:, :1].expand(-1, spans.shape[1], -1)
            told = self.dropout(torch.cat([spans, opening], dim=-1))
            return tuple(head(told) for head in self.heads.values())

    return Module()


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A window with the wanted label of each of its spans, by head."""

    window: Window
    wanted: list[list[int]]


def _lessons(examples: Sequence[Example], tuned: Tuned) -> Iterator[_Lesson]:
    for place, (task, labels) in enumerate(tuned.labels.items()):
        chosen = [e for e in examples if e.task == task]
        number = {label: i for i, label in enumerate(labels)}
        for window in windows([e.clause for e in chosen], tuned.tokens, tuned.frame):
            wanted = [[_IGNORED] * len(window.spans) for _ in tuned.labels]
            wanted[place] = [number[chosen[n].label] for n, _, _ in window.spans]
            yield _Lesson(window, wanted)


def _train(
    tuned: Tuned, lessons: Sequence[_Lesson], checkpoint: Path, settings: Settings, tell: Callable[[str], object]
) -> None:
    order = random.Random(settings.seed)
    batches = [batch for _ in range(math.ceil(settings.passes)) for batch in _batches(lessons, settings.batch, order)]
    steps = max(1, int(len(batches) * settings.passes / math.ceil(settings.passes)))
    pace = Pace(steps, steps // 10, settings.rate)
    run(
        tuned.module,
        pace,
        lambda step: _loss(tuned.module, batches[step]),
        checkpoint,
        settings.save_every,
        tell,
    )


def _batches(lessons: Sequence[_Lesson], most: int, order: random.Random) -> list[list[_Lesson]]:
    """All lessons in batches of about `most` tokens, those of like length together, in a new order."""
    mixed = sorted(lessons, key=lambda lesson: (len(lesson.window.ids) // 16, order.random()))
    batches: list[list[_Lesson]] = [[]]
    for lesson in mixed:
        if batches[-1] and (len(batches[-1]) + 1) * len(lesson.window.ids) > most:
            batches.append([])
        batches[-1].append(lesson)
    order.shuffle(batches)
    return batches


def _loss(module: Any, batch: list[_Lesson]) -> Any:
    import torch

    ids, mask, shares = _tensors([lesson.window for lesson in batch])
    most = shares.shape[1]
    with torch.autocast(ids.device.type, dtype=torch.bfloat16):
        scored = module(ids, shares, mask)
    total = torch.zeros(())
    for head, scores in enumerate(scored):
        wanted = torch.tensor([x.wanted[head] + [_IGNORED] * (most - len(x.wanted[head])) for x in batch])
        if (wanted != _IGNORED).any():
            total = total + torch.nn.functional.cross_entropy(
                scores.float().flatten(0, 1), wanted.flatten(), ignore_index=_IGNORED
            )
    return total


def _tensors(shown: Sequence[Window]) -> tuple[Any, Any, Any]:
    import torch

    longest, most = max(len(w.ids) for w in shown), max(len(w.spans) for w in shown)
    ids = torch.zeros((len(shown), longest), dtype=torch.long)
    mask = torch.zeros((len(shown), longest), dtype=torch.long)
    shares = torch.zeros((len(shown), most, longest))
    for row, window in enumerate(shown):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        mask[row, : len(window.ids)] = 1
        for place, (_, first, last) in enumerate(window.spans):
            shares[row, place, first:last] = 1 / (last - first)
    return ids, mask, shares


def parts(tuned: Tuned) -> dict[str, bytes]:
    """The files of a model folder: the graph with weights of 8 bits, the tokenizer, and how to use them. It counts for
    nothing beside the linear models until it is blended with them."""
    settings = {
        "start": tuned.frame.start, "end": tuned.frame.end, "longest": tuned.frame.longest,
        "labels": {head: list(labels) for head, labels in tuned.labels.items()},
        "blends": {}, "passing": 0.0,
    }  # fmt: skip
    return {
        GRAPH: _quantized(_graph(tuned)),
        TOKENIZER: tuned.tokens.to_str().encode("utf-8"),
        SETTINGS: json.dumps(settings, ensure_ascii=False).encode("utf-8"),
    }


def _graph(tuned: Tuned) -> bytes:
    import torch

    tuned.module.eval()
    held = io.BytesIO()
    ids, shares = torch.ones((1, 8), dtype=torch.long), torch.full((2, 8), 1 / 8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's, on what any length of text shows to be harmless
        torch.onnx.export(
            tuned.module, (ids, shares), held, input_names=["ids", "shares"], output_names=list(tuned.labels),
            dynamic_axes={"ids": {1: "tokens"}, "shares": {0: "spans", 1: "tokens"}}, opset_version=17, dynamo=False,
        )  # fmt: skip
    return held.getvalue()


def _quantized(graph: bytes) -> bytes:
    """Weights as 8-bit numbers, of 7 bits so that processors without VNNI add them up to the same sums."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        whole.write_bytes(graph)
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        return small.read_bytes()
