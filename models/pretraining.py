"""An encoder pretrained by masked language modelling, from nothing. Needs torch and transformers (extra `train`).

Devlin et al., BERT (2019), with the spans of SpanBERT (Joshi et al., 2020) masked instead of single tokens, and without
next-sentence prediction. The result is a folder that transformers' `AutoModel` and `PreTrainedTokenizerFast` load.
"""

from __future__ import annotations

import gzip
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.tokens import END, MASK, PAD, SPARE, SPECIAL, START, UNKNOWN, tokenizer, vocabulary

CHECKPOINT = "checkpoint.pt"
_TEXT_SUFFIXES = {".txt", ".jsonl", ".gz", ".tsv"}


@dataclass(frozen=True, slots=True)
class Settings:
    """`passes` over the text, in rows of `length` tokens, `batch` rows a step; the learning rate rises over the first
    `warmup` steps to `rate` and falls to nothing. `hidden` by `layers` is the encoder's size."""

    passes: float = 1.25
    length: int = 128
    batch: int = 32
    rate: float = 8e-4
    warmup: int = 500
    masked: float = 0.15
    longest_span: int = 4
    hidden: int = 256
    layers: int = 4
    heads: int = 4
    positions: int = 256
    seed: int = 20261121
    save_every: float = 300.0
    """Seconds between two checkpoints."""


def read_texts(paths: Iterable[Path]) -> Iterator[str]:
    """The texts of files and of the files in folders: `text` of each line of .jsonl and .jsonl.gz, the whole of others."""
    for path in paths:
        if path.is_dir():
            yield from read_texts(sorted(p for p in path.rglob("*") if p.is_file() and p.suffix in _TEXT_SUFFIXES))
        elif path.name.endswith((".jsonl", ".jsonl.gz")):
            opened = gzip.open if path.suffix == ".gz" else open
            with opened(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    yield str(json.loads(line)["text"])
        else:
            yield path.read_text(encoding="utf-8")


def pretrain(
    texts: list[str], folder: Path, settings: Settings = Settings(), tell: Callable[[str], object] = print
) -> None:
    """Pretrain an encoder on texts and write it to `folder`; goes on where an interrupted run of this folder stopped."""
    import torch
    from transformers import PreTrainedTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    tokens = tokenizer(vocabulary(texts))
    rows = _rows(texts, tokens, settings.length)
    tell(f"{sum(map(len, texts)):,} characters, {len(rows):,} rows, {tokens.get_vocab_size():,} tokens")
    model = _model(tokens.get_vocab_size(), settings)
    _train(model, rows, tokens, folder, settings, tell)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokens, pad_token=PAD, unk_token=UNKNOWN, cls_token=START, sep_token=END, mask_token=MASK,
        model_max_length=settings.positions,
    ).save_pretrained(folder)  # fmt: skip
    (folder / CHECKPOINT).unlink(missing_ok=True)


def _model(size: int, settings: Settings) -> Any:
    from transformers import BertConfig, BertForMaskedLM

    config = BertConfig(
        vocab_size=size, hidden_size=settings.hidden, num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads, intermediate_size=4 * settings.hidden,
        max_position_embeddings=settings.positions, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return BertForMaskedLM(config)


def _rows(texts: Iterable[str], tokens: Any, length: int) -> Any:
    """The texts one after the other, each closed by [SEP], cut into rows that start with [CLS]."""
    import numpy

    end, start = tokens.token_to_id(END), tokens.token_to_id(START)
    parts = [
        numpy.asarray([*encoded.ids, end], dtype=numpy.int32)
        for text in texts
        for encoded in tokens.encode_batch(_pieces(text), add_special_tokens=False)
    ]
    flat = numpy.concatenate(parts)
    flat = flat[: len(flat) // (length - 1) * (length - 1)].reshape(-1, length - 1)
    return numpy.hstack([numpy.full((len(flat), 1), start, dtype=numpy.int32), flat])


def _pieces(text: str, most: int = 100_000) -> list[str]:
    return [text[i : i + most] for i in range(0, len(text), most)]


def _train(
    model: Any, rows: Any, tokens: Any, folder: Path, settings: Settings, tell: Callable[[str], object]
) -> None:
    import torch

    steps = max(1, math.ceil(settings.passes * len(rows) / settings.batch))
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.rate, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / settings.warmup, max(0.0, (steps - step) / (steps - settings.warmup or 1)))
    )
    done = _resume(folder / CHECKPOINT, model, optimizer, schedule)
    if done:
        tell(f"goes on after step {done:,}")
    model.train()
    saved, began, mean = time.monotonic(), time.monotonic(), 0.0
    for step in range(done, steps):
        batch = torch.from_numpy(rows[_chosen(step, len(rows), settings)]).long()
        loss = _loss(model, *_masked(batch, tokens, settings, step))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        value = float(loss.detach())
        mean = value if step == done else 0.98 * mean + 0.02 * value
        if (step + 1) % 100 == 0 or step + 1 == steps:
            left = (time.monotonic() - began) / (step + 1 - done) * (steps - step - 1) / 60
            tell(f"step {step + 1:,} of {steps:,}: loss {mean:.3f}, {left:.0f} minutes left")
        if time.monotonic() - saved > settings.save_every:
            _save(folder / CHECKPOINT, step + 1, model, optimizer, schedule)
            saved = time.monotonic()


def _chosen(step: int, count: int, settings: Settings) -> Any:
    """The rows of a step: every pass has an order of its own that the seed tells, so a run can be resumed anywhere."""
    import numpy

    first = step * settings.batch
    places = numpy.arange(first, first + settings.batch)
    orders = {int(n): numpy.random.default_rng((settings.seed, int(n))).permutation(count) for n in set(places // count)}
    return numpy.array([orders[int(p // count)][p % count] for p in places])


def _masked(batch: Any, tokens: Any, settings: Settings, step: int) -> tuple[Any, Any]:
    """The batch with spans hidden (80 % masked, 10 % other characters, 10 % left as they are) and where they are."""
    import numpy
    import torch

    rng = numpy.random.default_rng((settings.seed, 1, step))
    ordinary = len(SPECIAL) + len(SPARE)
    rows, length = batch.shape
    starts = rng.random((rows, length)) < settings.masked / (1 + settings.longest_span) * 2
    lengths = rng.integers(1, settings.longest_span + 1, (rows, length))
    hidden = numpy.zeros((rows, length), dtype=bool)
    for offset in range(settings.longest_span):
        hidden[:, offset:] |= (starts & (lengths > offset))[:, : length - offset]
    hidden &= batch.numpy() >= ordinary
    hidden[0, 1] |= not hidden.any()
    chance = rng.random((rows, length))
    shown = batch.clone()
    shown[torch.from_numpy(hidden & (chance < 0.8))] = tokens.token_to_id(MASK)
    other = torch.from_numpy(rng.integers(ordinary, tokens.get_vocab_size(), (rows, length)))
    swapped = torch.from_numpy(hidden & (chance >= 0.8) & (chance < 0.9))
    shown[swapped] = other[swapped]
    return shown, torch.where(torch.from_numpy(hidden), batch, -100)


def _loss(model: Any, shown: Any, wanted: Any) -> Any:
    """The loss at the hidden places; only they go through the wide layer that names characters."""
    import torch

    places = wanted != -100
    with torch.autocast(shown.device.type, dtype=torch.bfloat16):
        states = model.bert(input_ids=shown).last_hidden_state
        named = model.cls(states[places])
    return torch.nn.functional.cross_entropy(named.float(), wanted[places])


def _save(path: Path, step: int, model: Any, optimizer: Any, schedule: Any) -> None:
    import torch

    state = {
        "step": step, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(),
    }  # fmt: skip
    partial = path.with_suffix(".part")
    torch.save(state, partial)
    partial.replace(path)


def _resume(path: Path, model: Any, optimizer: Any, schedule: Any) -> int:
    import torch

    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])
