"""Text to the numbers of an encoder: one token a character, every number a 0. Built on the tokenizers library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD, UNKNOWN, START, END, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = (PAD, UNKNOWN, START, END, MASK)
SPARE = tuple(f"[{i}]" for i in range(16))
"""Tokens without a meaning of their own, kept for what a later training wants to tell the encoder besides text."""
FEWEST_TEXTS, FEWEST_TIMES = 3, 5
"""A character that fewer texts hold, or that is seen less often, is unknown."""


def vocabulary(texts: Iterable[str]) -> list[str]:
    """The characters of texts that are common enough, the most frequent first, after the special tokens."""
    normalize = _normalizer().normalize_str
    times: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    for text in texts:
        counted = Counter(normalize(text))
        times.update(counted)
        holders.update(counted.keys())
    common = (c for c, n in times.items() if n >= FEWEST_TIMES and holders[c] >= FEWEST_TEXTS)
    return [*SPECIAL, *SPARE, *sorted(common, key=lambda c: (-times[c], c))]


def tokenizer(vocabulary: Iterable[str]) -> Tokenizer:
    """A tokenizer that takes a text apart into characters, white space aside, and knows those of the vocabulary."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers

    made = Tokenizer(models.WordLevel({token: i for i, token in enumerate(vocabulary)}, unk_token=UNKNOWN))
    made.normalizer = _normalizer()
    made.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    made.add_special_tokens([AddedToken(token, normalized=False) for token in (*SPECIAL, *SPARE)])
    return made


def _normalizer() -> normalizers.Normalizer:  # type: ignore[name-defined]  # noqa: F821
    from tokenizers import Regex, normalizers

    steps = [
        normalizers.NFKC(),
        normalizers.Lowercase(),
        normalizers.Replace(Regex(r"\s+"), ""),
        normalizers.Replace(Regex(r"[0-9][0-9,.]*"), "0"),
    ]
    return normalizers.Sequence(steps)
