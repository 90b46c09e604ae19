"""Sentences and tokens: spaCy's blank Chinese pipeline over jieba with the field's lexicon, and matchers for its patterns.

Every term and shape of the lexicon (data/lexicon.toml) and every figure is exactly one token, whatever jieba makes of
the words around it, and carries its class as `token.tag_` (BUDGET, EXPENDITURE, MONEY, RATE, SCORE …; WORD, COMMA, STOP,
PUNCT, SPACE for the rest). Patterns (data/patterns.json) are spaCy `Matcher` patterns over those classes in a short
form, so a rule reads `BUDGET GAP* MONEY <12`: a budget term, tokens of no other fact, an amount, twelve in all.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from extractor.data import load
from extractor.quantity import MONEY, Figure, find

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

_OPENING, _CLOSING = "（(《〈“‘「『〔【", "）)》〉”’」』〕】"
_BREAKS = re.compile(f"[{_OPENING}{_CLOSING}。！？!?；;\n]")


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as character spans, white space trimmed. 。！？； and line ends close a sentence, but not
    inside brackets or quotation marks that close within the text."""
    spans: list[tuple[int, int]] = []
    start = depth = 0
    marks = [(m.start(), m.group()) for m in _BREAKS.finditer(text)]
    last_closing = max((i for i, char in marks if char in _CLOSING), default=-1)
    for i, char in marks:
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 or i > last_closing or char == "\n":
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
    return "".join(text.split())


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, str], re.Pattern[str]]:
    """One expression for all terms, longest first, each term's class, and one expression for the shapes, whose groups
    are the classes. Terms allow inner blanks (主 管 部 门)."""
    lexicon = load("lexicon")
    classes = {term: name for name, terms in lexicon["terms"].items() for term in terms}
    ordered = sorted(classes, key=len, reverse=True)
    shapes = "|".join(f"(?P<{name}>{shape})" for name, shape in lexicon["shapes"].items())
    return re.compile("|".join(r"\s?".join(map(re.escape, term)) for term in ordered)), classes, re.compile(shapes)


def figure_class(figure: Figure) -> str:
    """The class of a figure's token by its unit: MONEY, RATE, SCORE, YEAR, COUNT, or NUMBER without unit."""
    unit = figure.unit
    if unit is None:
        return "NUMBER"
    if unit in MONEY:
        return "MONEY"
    return {"%": "RATE", "％": "RATE", "分": "SCORE", "年": "YEAR", "个百分点": "POINTS", "百分点": "POINTS"}.get(
        unit, "COUNT"
    )


@cache
def _jieba() -> Any:
    """The segmenter, silent about its start; imported only where words are wanted."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba


def tokens(text: str) -> list[tuple[str, str]]:
    """The tokens of a text with their classes, together the text itself. Figures include their unit; words that are no
    term and no figure have the class ""."""
    jieba = _jieba()
    terms, classes, shapes = _lexicon()
    pieces = [(f.start, f.stop, figure_class(f)) for f in find(text)]
    taken = [False] * len(text)
    for start, stop, _ in pieces:
        taken[start:stop] = [True] * (stop - start)
    found = [(m.start(), m.end(), classes[squeeze(m.group())]) for m in terms.finditer(text)]
    found += [(m.start(), m.end(), m.lastgroup or "") for m in shapes.finditer(text) if m.end() > m.start()]
    for start, stop, name in found:
        if not any(taken[start:stop]):
            pieces.append((start, stop, name))
            taken[start:stop] = [True] * (stop - start)
    out: list[tuple[str, str]] = []
    at = 0
    for start, stop, name in sorted(pieces):
        out.extend((word, "") for word in jieba.cut(text[at:start]) if word)
        out.append((text[start:stop], name))
        at = stop
    out.extend((word, "") for word in jieba.cut(text[at:]) if word)
    return out


def is_word(text: str) -> bool:
    """Whether a text is one word of jieba's dictionary, which has the names of the country's counties and cities."""
    jieba = _jieba()
    jieba.initialize()
    return bool(jieba.dt.FREQ.get(text))


def _plain_class(word: str) -> str:
    """The class of a token that is no term and no figure."""
    if word.isspace():
        return "SPACE"
    if any(c.isalnum() for c in word):
        return "WORD"
    return "COMMA" if word in "，,、" else "STOP" if word in "。；;！？!?" else "PUNCT"


# No word of jieba's reaches over one of these.
_MARKS = re.compile('([,，。；：、（）！？"《》\x1f|/~])')


def words(text: str) -> list[str]:
    """The words of a text by jieba alone, together the text itself."""
    return [word for clause in _MARKS.split(text) if clause for word in _clause_words(clause)]


@lru_cache(maxsize=1 << 12)
def _clause_words(clause: str) -> tuple[str, ...]:
    """Reports say most things twice, in summary and body, and what others of their kind say."""
    return tuple(map(sys.intern, _jieba().cut(clause)))


@lru_cache(maxsize=1 << 12)
def part_of_speech(word: str) -> str:
    """What jieba's dictionary says of a word: n, v, m, r …. Words that it does not have are names (nz), or `eng`, or
    marks (x). Looked up in the file: jieba's own tagger takes a quarter of a second to read all of it for a few words."""
    at = _dictionary().rfind(f"\n{word} ".encode()) if is_word(word) else -1
    if at >= 0:
        line = _dictionary()[at + 1 : _dictionary().index(b"\n", at + 1)]
        return line.split()[-1].decode()
    return "eng" if word.isascii() and word.isalnum() else "nz" if len(word) > 1 else "x"


@cache
def _dictionary() -> bytes:
    """jieba's dictionary: a word, its frequency and its part of speech on each line."""
    with _jieba().get_dict_file() as file:
        return b"\n" + bytes(file.read())


def cuts_word(head: str, tail: str) -> bool:
    """Whether a word reaches over the joint of the two."""
    at = 0
    for word, _ in tokens(head + tail):
        at += len(word)
        if at >= len(head):
            return at > len(head)
    return False


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
            token.tag_ = name or _plain_class(token.text)
        return doc

    return tokenize


def parse(text: str) -> Doc:
    """The spaCy document of a text; `doc.text == text`."""
    return pipeline()(text)


_STEP = re.compile(r"(?P<name>[A-Z_|]+)(?P<op>[?*+])?")
_LONGEST_MATCH = 40  # tokens, for patterns that name no limit of their own


def _steps(short: str, groups: dict[str, list[str]]) -> tuple[list[dict[str, Any]], int]:
    """A pattern in short form as a list for spaCy's Matcher, and the most tokens that it may span: names of classes or
    of groups of classes, each with an operator or none, and `<12` at the end for the limit. (Counted operators are not
    used: spaCy spells them out, and the work grows with every way to share tokens among them.)

    Raises ValueError for what is not in that form.
    """
    steps: list[dict[str, Any]] = []
    limit = _LONGEST_MATCH
    for word in short.split():
        if word[0] == "<":
            limit = int(word[1:])
            continue
        m = _STEP.fullmatch(word)
        if m is None:
            raise ValueError(f"not a step of a pattern: {word!r} in {short!r}")
        names = [c for name in m["name"].split("|") for c in groups.get(name, [name])]
        step: dict[str, Any] = {"TAG": {"IN": names}}
        if m["op"]:
            step["OP"] = m["op"]
        steps.append(step)
    return steps, limit


@cache
def _matcher(group: str) -> tuple[Matcher, dict[int, tuple[str, int]]]:
    """The matcher of a group, and each key's label and limit."""
    from spacy.matcher import Matcher

    patterns = json.loads((files("extractor.data") / "patterns.json").read_text(encoding="utf-8"))
    matcher = Matcher(pipeline().vocab)
    keys: dict[int, tuple[str, int]] = {}
    for label, alternatives in patterns[group].items():
        for i, short in enumerate(alternatives):
            steps, limit = _steps(short, patterns["groups"])
            matcher.add(f"{label}#{i}", [steps])
            keys[pipeline().vocab.strings[f"{label}#{i}"]] = label, limit
    return matcher, keys


def matches(group: str, text: str) -> Iterator[tuple[str, int, int, Doc]]:
    """Every match of a group of patterns in a text, overlapping ones included: (label, first token, token after the
    last, document)."""
    doc = parse(text)
    matcher, keys = _matcher(group)
    seen: set[tuple[str, int, int]] = set()
    for key, start, end in matcher(doc):
        label, limit = keys[key]
        if end - start <= limit and (label, start, end) not in seen:
            seen.add((label, start, end))
            yield label, start, end, doc
