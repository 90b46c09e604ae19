"""An encoder pretrained by masked language modelling, from nothing. Needs torch and transformers (extra `train`).

Devlin et al., BERT (2019), without next-sentence prediction, with short spans masked besides single tokens (Joshi et al.,
SpanBERT, 2020) and with rotary positions (Su et al., RoFormer, 2021): little text teaches those in a tenth of the steps
that learned positions take. The result is a folder that transformers' `AutoModel` and `PreTrainedTokenizerFast` load.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.loop import Pace, run
from models.tokens import END, MASK, PAD, SPARE, SPECIAL, START, UNKNOWN, tokenizer, vocabulary

CHECKPOINT = "checkpoint.pt"
_TEXT_SUFFIXES = {".txt", ".jsonl", ".gz", ".tsv"}


@dataclass(frozen=True, slots=True)
class Settings:
    """`passes` over the text, in rows of `length` tokens, `batch` rows a step; the learning rate rises over the first
    `warmup` steps to `rate` and falls to nothing. `hidden` by `layers` is the encoder's size."""

    passes: float = 0.8
    length: int = 128
    batch: int = 16
    rate: float = 1e-3
    warmup: int = 300
    masked: float = 0.15
    longest_span: int = 2
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
    tell(f"{sum(map(len, texts)):,} 字，{len(rows):,} 行，词表 {tokens.get_vocab_size():,}")
    model = _model(tokens.get_vocab_size(), settings)
    _train(model, rows, tokens, folder, settings, tell)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=tokens, pad_token=PAD, unk_token=UNKNOWN, cls_token=START, sep_token=END, mask_token=MASK,
        model_max_length=settings.positions,
    ).save_pretrained(folder)  # fmt: skip


def _model(size: int, settings: Settings) -> Any:
    from transformers import RoFormerConfig, RoFormerForMaskedLM

    config = RoFormerConfig(
        vocab_size=size, embedding_size=settings.hidden, hidden_size=settings.hidden, num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads, intermediate_size=4 * settings.hidden,
        max_position_embeddings=settings.positions, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return RoFormerForMaskedLM(config)


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


def _train(model: Any, rows: Any, tokens: Any, folder: Path, settings: Settings, tell: Callable[[str], object]) -> None:
    import torch

    def loss(step: int) -> Any:
        batch = torch.from_numpy(rows[_chosen(step, len(rows), settings)]).long()
        return _loss(model, batch, *_masked(batch, tokens, settings, step))

    pace = Pace(max(1, math.ceil(settings.passes * len(rows) / settings.batch)), settings.warmup, settings.rate)
    run(model, pace, loss, folder / CHECKPOINT, settings.save_every, tell)


def _chosen(step: int, count: int, settings: Settings) -> Any:
    """The rows of a step: every pass has an order of its own that the seed tells, so a run can be resumed anywhere."""
    import numpy

    first = step * settings.batch
    places = numpy.arange(first, first + settings.batch)
    orders = {
        int(n): numpy.random.default_rng((settings.seed, int(n))).permutation(count) for n in set(places // count)
    }
    return numpy.array([orders[int(p // count)][p % count] for p in places])


def _masked(batch: Any, tokens: Any, settings: Settings, step: int) -> tuple[Any, Any]:
    """The batch with spans hidden (80 % masked, 10 % other characters, 10 % left as they are), and the places hidden, as
    many in every step: kernels made for one shape serve them all."""
    import numpy
    import torch

    rng = numpy.random.default_rng((settings.seed, 1, step))
    ordinary = len(SPECIAL) + len(SPARE)
    flat = batch.numpy().reshape(-1)
    lengths = rng.integers(1, settings.longest_span + 1, len(flat))
    spans = numpy.repeat(numpy.arange(len(flat)), lengths)[: len(flat)]  # one after the other, by number
    order = rng.random(len(flat))[spans] + (flat < ordinary)  # special tokens come last
    places = numpy.argsort(order, kind="stable")[: int(settings.masked * len(flat))]
    chance = rng.random(len(places))
    shown = flat.copy()
    shown[places[chance < 0.8]] = tokens.token_to_id(MASK)
    swapped = places[(chance >= 0.8) & (chance < 0.9)]
    shown[swapped] = rng.integers(ordinary, tokens.get_vocab_size(), len(swapped))
    return torch.from_numpy(shown.reshape(batch.shape)), torch.from_numpy(places)


def _loss(model: Any, batch: Any, shown: Any, places: Any) -> Any:
    """The loss at the hidden places; only they go through the wide layer that names characters."""
    import torch

    with torch.autocast(shown.device.type, dtype=torch.bfloat16):
        states = model.base_model(input_ids=shown).last_hidden_state
        named = model.cls(states.view(-1, states.shape[-1])[places])
    return torch.nn.functional.cross_entropy(named.float(), batch.view(-1)[places])
