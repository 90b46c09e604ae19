"""Sentences and tokens: spaCy's blank Chinese pipeline over jieba with the field's lexicon, and matchers for its patterns.

Every term of the lexicon (data/lexicon.toml) and every figure is exactly one token, whatever jieba makes of the words
around it, and carries its class as `token.tag_` (BUDGET, EXPENDITURE, MONEY, RATE, SCORE …). Patterns
(data/patterns.json) are spaCy `Matcher` patterns over those classes, so a rule reads: BUDGET, up to six tokens, MONEY.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from extractor.data import load
from extractor.quantity import MONEY, Figure, find

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

_OPENING, _CLOSING = "（(《〈“‘「『〔【", "）)》〉”’」』〕】"


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as character spans, white space trimmed. 。！？； and line ends close a sentence, but not
    inside brackets or quotation marks that close within the text."""
    spans: list[tuple[int, int]] = []
    start = depth = 0
    last_closing = max((text.rfind(c) for c in _CLOSING), default=-1)
    for i, char in enumerate(text):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in "。！？!?；;\n" and (depth == 0 or i > last_closing or char in "\n"):
            spans.append((start, i + 1))
            start, depth = i + 1, 0
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))[0] < trimmed[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def squeeze(text: str) -> str:
    """The text without white space: what two prints of the same words have in common."""
    return re.sub(r"\s+", "", text)


@cache
def _terms() -> tuple[re.Pattern[str], dict[str, str]]:
    """One expression for all terms, longest first, and each term's class. Terms allow inner blanks (主 管 部 门)."""
    classes = {term: name for name, terms in load("lexicon").items() for term in terms}
    ordered = sorted(classes, key=len, reverse=True)
    return re.compile("|".join(r"\s?".join(map(re.escape, term)) for term in ordered)), classes


def figure_class(figure: Figure) -> str:
    """The class of a figure's token by its unit: MONEY, RATE, SCORE, YEAR, COUNT, or NUMBER without unit."""
    unit = figure.unit
    if unit is None:
        return "NUMBER"
    if unit in MONEY:
        return "MONEY"
    return {"%": "RATE", "％": "RATE", "分": "SCORE", "年": "YEAR", "个百分点": "POINTS", "百分点": "POINTS"}.get(unit, "COUNT")


def tokens(text: str) -> list[tuple[str, str]]:
    """The tokens of a text with their classes, together the text itself. Figures include their unit; words that are no
    term and no figure have the class ""."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    pattern, classes = _terms()
    pieces = [(f.start, f.stop, figure_class(f)) for f in find(text)]
    taken = [False] * len(text)
    for start, stop, _ in pieces:
        taken[start:stop] = [True] * (stop - start)
    for m in pattern.finditer(text):
        if not any(taken[m.start() : m.end()]):
            pieces.append((m.start(), m.end(), classes[squeeze(m.group())]))
    out: list[tuple[str, str]] = []
    at = 0
    for start, stop, name in sorted(pieces):
        if start < at:
            continue
        out.extend((word, "") for word in jieba.cut(text[at:start]) if word)
        out.append((text[start:stop], name))
        at = stop
    out.extend((word, "") for word in jieba.cut(text[at:]) if word)
    return out


@cache
def pipeline() -> Language:
    """spaCy's blank Chinese pipeline; its tokenizer is `tokens` (jieba between terms and figures)."""
    import spacy

    nlp = spacy.blank("zh")
    nlp.tokenizer = _tokenizer(nlp)
    return nlp


def _tokenizer(nlp: Language) -> Any:
    from spacy.tokens import Doc

    def tokenize(text: str) -> Doc:
        pieces = tokens(text)
        doc = Doc(nlp.vocab, words=[word for word, _ in pieces], spaces=[False] * len(pieces))
        for token, (_, name) in zip(doc, pieces, strict=True):
            token.tag_ = name
        return doc

    return tokenize


def parse(text: str) -> Doc:
    """The spaCy document of a text; `doc.text == text`."""
    return pipeline()(text)


@cache
def _matcher(group: str) -> Matcher:
    from spacy.matcher import Matcher

    patterns = json.loads((files("extractor.data") / "patterns.json").read_text(encoding="utf-8"))
    matcher = Matcher(pipeline().vocab)
    for label, alternatives in patterns[group].items():
        matcher.add(label, alternatives, greedy="LONGEST")
    return matcher


def matches(group: str, text: str) -> Iterator[tuple[str, int, int, Doc]]:
    """Matches of a group of patterns in a text: (label, first token, token after the last, document)."""
    doc = parse(text)
    for key, start, end in _matcher(group)(doc):
        yield doc.vocab.strings[key], start, end, doc
