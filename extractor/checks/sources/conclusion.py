"""The overall score and grade as the text states them, and the score bands that the report grades by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from extractor.checks.engine.proposal import Term
from extractor.checks.sources.points import Prose, text_term
from extractor.checks.sources.reading import Reading
from extractor.data import load, pattern
from extractor.document import Document, Evidence, Paragraph, Table, text_evidence
from extractor.language import squeeze
from extractor.quantity import fold

_WORDS = load("checks")["conclusion"]
_compiled = partial(pattern, "checks", "conclusion")
_SENTENCES, _CLAUSES = re.compile(r"[。；;]"), re.compile(r"[，,：:]")
_FEWEST_BANDS = 3
_REACH = 80
_SHORT = 40
_LONGEST_RANGE = 20
_NEXT_BLOCKS = 2
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade as written, with its short name 优 良 中 差."""

    text: str
    name: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A place that states the overall score, and the grade that goes with it there, if any. `whole` is False where it
    may be the score of one place or one part; `scaled` is True where it was brought to a hundred points from fewer."""

    score: Term
    grade: Grade | None
    whole: bool
    scaled: bool = False


def conclusions(reading: Reading) -> list[Conclusion]:
    """Every sentence that states the overall score. Without a grade beside it, the words have to say that it is one."""
    return list(_conclusions(reading.prose))


def _conclusions(prose: Prose) -> Iterator[Conclusion]:
    for block in prose.counting:
        text = prose.texts[block]
        scores = list(_compiled("score").finditer(text))
        for m, following in zip(scores, [*scores, None][1:], strict=True):
            sentence = _SENTENCES.split(text[: m.start()])[-1]
            clause = _CLAUSES.split(sentence)[-1]
            # 自评得分97分，复核得分88分，等级为良: the grade is that of the score that counts.
            superseded = following and _compiled("superseding").search(text[m.end() : following.end()])
            grade = _grade_near(prose, block, m.end(), following.start() if following and superseded else None)
            own = grade and _compiled("self_graded").search(clause)
            if (_compiled("partial").search(clause) and not own) or _is_scale(m):
                continue
            whole = not own and (
                bool(_compiled("whole").search(clause + m.group())) or not _compiled("narrow").search(clause)
            )
            alone = _compiled("strong").search(m.group()) and not _compiled("partial").search(sentence)
            if (grade or (alone and whole)) and not _is_of_a_part(prose, block, m.start("score"), bool(grade)):
                scaled = bool(_compiled("scaled").search(clause + m.group()))
                yield Conclusion(text_term(prose, block, *m.span("score"), "总分"), grade, whole, scaled)


def _is_scale(m: re.Match[str]) -> bool:
    """Whether this is what can be had (总分100分). Above a hundred whole numbers are; 853.4 has its point misplaced."""
    score = Decimal(m["score"])
    return (score == _HUNDRED and m.group().startswith("总分")) or (score > _HUNDRED and "." not in m["score"])


def _is_of_a_part(prose: Prose, block: int, at: int, graded: bool) -> bool:
    """Whether the score stands beside a weight that is not the whole (标准分20分，评价得分18分), or without a grade closes
    the section of an indicator (评价得分3分，得分率100%)."""
    covering = [p for p in prose.points[block] if p.span[0] <= at < p.span[1]]
    return any((p.weight and p.weight.value != _HUNDRED) or (p.closing and p.rate and not graded) for p in covering)


def _grade_near(prose: Prose, block: int, after: int, before: int | None) -> Grade | None:
    """The grade in what follows the score: its sentence or the next, or where the paragraph ends there, the next one;
    where another score follows, what stands `before` that."""
    for index in range(block, min(block + 1 + _NEXT_BLOCKS, len(prose.texts))):
        if not isinstance(prose.document.blocks[index], Paragraph):
            return None
        start = after if index == block else 0
        text = prose.texts[index]
        reach = min(start + _REACH, before) if before is not None else start + _REACH
        if m := _compiled("grade").search(text, start, reach):
            evidence = text_evidence(prose.document, index, *m.span("grade"))
            return Grade(m["grade"], grade_name(m["grade"]), evidence)
        if len(text) > _SHORT or before is not None:
            return None  # running text goes on elsewhere; only short lines state score and grade one below the other
    return None


def self_given(prose: Prose) -> Iterator[Term]:
    """Every sentence that states the overall score of the unit's own evaluation (自评得分97分)."""
    for block in prose.counting:
        text = prose.texts[block]
        for m in _compiled("self").finditer(text):
            clause = _CLAUSES.split(_SENTENCES.split(text[: m.start()])[-1])[-1]
            if not _compiled("narrow").search(clause) and not _compiled("partial_self").search(clause):
                yield text_term(prose, block, *m.span("score"), "自评得分")


# --- bands --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bands:
    """The lowest score of each grade in the report's words, highest first. `stated` tells whether the report says so
    itself."""

    lows: tuple[tuple[str, Decimal], ...]
    stated: bool

    def grade(self, score: Decimal) -> str | None:
        """The grade of a score, None below the lowest band."""
        return next((word for word, low in self.lows if score >= low), None)

    def knows(self, grade: Grade) -> bool:
        """Whether the grade is one of these; 合格 is the name of a grade only where the report says so."""
        return any(grade_name(word) == grade.name for word, _ in self.lows) and (
            self.stated or grade.text not in _WORDS["only_stated"]
        )

    def limits(self, word: str) -> str:
        """The band in words: 80分（含）至90分."""
        at = [w for w, _ in self.lows].index(word)
        low = f"{self.lows[at][1]}分（含）"
        return f"{low}以上" if at == 0 else f"{low}至{self.lows[at - 1][1]}分"


def grade_name(word: str) -> str:
    """The short name of a grade word: 优秀 is 优."""
    name: str = _WORDS["names"][word]
    return name


@cache
def _band_patterns() -> list[re.Pattern[str]]:
    parts = {f"__{key.upper()}__": _WORDS[key] for key in ("word", "number", "contains", "dash")}
    out = []
    for form in _WORDS["bands"]:
        for key, value in parts.items():
            form = form.replace(key, value)
        out.append(re.compile(form))
    return out


def bands(document: Document) -> Bands:
    """The bands that the report states, in a sentence, a note or a table; else the usual ones."""
    for block in document.blocks:
        texts = [block.text] if isinstance(block, Paragraph) else _rows_as_text(block)
        found = _bands_in(texts)
        if found:
            return Bands(found, stated=True)
    usual = tuple((name, Decimal(low)) for name, low in _WORDS["default"].items())
    return Bands(usual, stated=False)


@cache
def _range() -> re.Pattern[str]:
    return re.compile(rf"(?=.*\d).*(?:{_WORDS['dash']}|以|≥).*", re.DOTALL)


def _rows_as_text(table: Table) -> list[str]:
    """A row of a table of bands as a sentence would say it: the range before the grade."""
    out = []
    for r in range(len(table.rows)):
        texts = [text for cell in table.own(r) if (text := squeeze(cell.text))]
        grades = [t for t in texts if _compiled("word").fullmatch(t)]
        ranges = [t for t in texts if len(t) <= _LONGEST_RANGE and _range().fullmatch(t)] if len(grades) == 1 else []
        if len(ranges) == 1:
            out.append(f"{ranges[0]}{grades[0]}")
    return out


def _bands_in(texts: list[str]) -> tuple[tuple[str, Decimal], ...] | None:
    if not any(map(_compiled("scale").search, texts)):
        return None
    lows: dict[str, tuple[str, Decimal]] = {}
    for text in texts:
        folded = fold(text)
        for band in _band_patterns():
            for m in band.finditer(folded):
                low = m.groupdict().get("low")
                lows.setdefault(grade_name(m["grade"]), (m["grade"], Decimal(low) if low else Decimal(0)))
    ordered = tuple(lows[name] for name in _WORDS["order"] if name in lows)
    values = [low for _, low in ordered]
    if (
        len(ordered) < _FEWEST_BANDS
        or any(a <= b for a, b in zip(values, values[1:], strict=False))
        or values[0] > _HUNDRED
    ):
        return None
    return ordered
