"""Numbers that a recogniser misread, told by arithmetic: a doubtful digit that makes a check fail, and of whose likely
readings exactly one makes every check hold in which the number takes part."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.checks.engine.confidence import is_hint
from extractor.checks.engine.culprit import terms_of
from extractor.checks.engine.digits import LOOKALIKES
from extractor.checks.engine.evaluate import Evaluated, holds
from extractor.checks.engine.proposal import Proposal, Term
from extractor.document import Document, Evidence, Line, Misreading, Table, cell_evidence, text_evidence
from extractor.result import Finding

DOUBTFUL = 0.95
"""A character read with less certainty than this may be one that looks like it: of noisy scans 97 of 100 digits are read
with more, of wrong ones hardly any."""
VAGUE = 0.75
"""A digit read with less certainty than this may be any other."""
SIGN = 0.985
"""The last digits of a rate, read with less certainty than this, may be its %."""
_SIGN = re.compile(r"96|[69]")
"""What a % is taken for, as a whole or in part."""
_DIGITS = "0123456789"
_NUMBER = re.compile(r"[\d,]+(?:\.\d+)?")

Spot = tuple[int, int, int, int]
"""Where a number begins: block, row and column (-1 in a paragraph), offset in the text."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A number that may have been misread, and its other readings."""

    text: str
    sure: float
    readings: tuple[str, ...]


def misread(document: Document, evaluated: Sequence[Evaluated]) -> list[Misreading]:
    """The numbers of recognised pages that were misread beyond doubt, in their order."""
    wrong = [e for e in evaluated if e.check.verdict == "inconsistent" and not is_hint(e.proposal.confidence)]
    doubts = {spot: doubt for e in wrong for spot, doubt in _doubts(document, terms_of(e))}
    if not doubts:
        return []
    using = _using(document, evaluated, doubts)
    meant: dict[Spot, set[str]] = defaultdict(set)
    for e in wrong:
        cures = {
            (spot, _value(reading)): reading
            for spot in doubts.keys() & {_spot(document, t) for t in terms_of(e)}
            for reading in sorted(doubts[spot].readings, key=len, reverse=True)
            if all(_holds(other.proposal, terms, reading) for other, terms in using[spot])
        }
        if len(cures) == 1:
            [((spot, _), reading)] = cures.items()
            meant[spot].add(reading)
    return [
        Misreading(*spot, doubts[spot].text, readings.pop(), round(doubts[spot].sure, 2))
        for spot, readings in sorted(meant.items())
        if len(readings) == 1
    ]


def told(document: Document, evaluated: Sequence[Evaluated]) -> list[Finding]:
    """A hint for each number that was put right, so that a person compares it with the original."""
    return [_hint(document, m, evaluated) for m in document.misread]


def _hint(document: Document, m: Misreading, evaluated: Sequence[Evaluated]) -> Finding:
    spot = (m.block, m.row, m.column, m.start)
    using = [
        index
        for index, e in enumerate(evaluated)
        if any(t.evidence.block == m.block and _spot(document, t) == spot for t in terms_of(e))
    ]
    evidence = _evidence(document, m)
    page = f"第{evidence.page}页" if evidence.page else ""
    return Finding(
        fingerprint=hashlib.sha256("\x1f".join(("ocr", m.read, m.meant, evidence.quote)).encode()).hexdigest()[:16],
        severity="info",
        confidence=round(1 - m.sure, 2),
        title="识别存疑的数字已改读",
        explanation=f"{page}“{m.meant}”由OCR识别为“{m.read}”（把握{m.sure:.0%}），"
        f"只有改读为“{m.meant}”，它参与的{len(using)}项核对才全部相符，请与原件核对。",
        diagnosis=[f"OCR误识：识别为“{m.read}”，按勾稽关系应为“{m.meant}”"],
        checks=using,
        evidence=[evidence],
    )


def _evidence(document: Document, m: Misreading) -> Evidence:
    if m.row < 0:
        return text_evidence(document, m.block, m.start, m.start + len(m.meant))
    number = next(table for block, table, _ in document.tables() if block == m.block)
    return cell_evidence(document, m.block, number, m.row, m.column)


def _using(
    document: Document, evaluated: Iterable[Evaluated], doubts: Mapping[Spot, _Doubt]
) -> dict[Spot, list[tuple[Evaluated, list[Term]]]]:
    """For each doubtful number the checks in which it takes part, with its terms there."""
    blocks = {spot[0] for spot in doubts}
    out: dict[Spot, list[tuple[Evaluated, list[Term]]]] = defaultdict(list)
    for e in evaluated:
        found: dict[Spot, list[Term]] = defaultdict(list)
        for t in terms_of(e):
            spot = _spot(document, t) if t.evidence.block in blocks else None
            if spot is not None and spot in doubts:
                found[spot].append(t)
        for spot, terms in found.items():
            out[spot].append((e, terms))
    return out


def _doubts(document: Document, terms: Iterable[Term]) -> Iterator[tuple[Spot, _Doubt]]:
    for t in terms:
        spot = _spot(document, t)
        if spot is None or not _NUMBER.fullmatch(t.text):
            continue
        sure = _certainty(document, spot, len(t.text))
        readings = _readings(t.text, sure) if sure else []
        if sure and t.is_rate:
            readings += _rates(t.text, sure, _text_at(document, spot).startswith("%", spot[3] + len(t.text)))
        if readings:
            yield spot, _Doubt(t.text, min(sure), tuple(readings))


def _spot(document: Document, t: Term) -> Spot | None:
    """Where the number of a term stands; None where that is not certain, or no recognised text."""
    e = t.evidence
    if e.block is None or e.page not in document.ocr_pages:
        return None
    block = document.blocks[e.block]
    if not isinstance(block, Table):
        if len(t.place) == 2 and block.text.startswith(t.text, t.place[1]):
            return e.block, -1, -1, t.place[1]
        text, row, column = block.text, -1, -1
    elif e.row is None or e.column is None:
        return None
    else:
        cell = block.rows[e.row][e.column]
        text, row, column = cell.text, cell.row, cell.column
    starts = [m.start() for m in re.finditer(rf"(?<![\d.,]){re.escape(t.text)}(?!\d|[.,]\d)", text)]
    return (e.block, row, column, starts[0]) if len(starts) == 1 else None


def _text_at(document: Document, spot: Spot) -> str:
    """The paragraph or cell in which a number stands."""
    block, row, column, _ = spot
    found = document.blocks[block]
    return found.rows[row][column].text if isinstance(found, Table) else found.text


def _certainty(document: Document, spot: Spot, length: int) -> list[float]:
    """How sure the recogniser was of each character of a number; empty where it did not say."""
    block, row, column, start = spot
    found = document.blocks[block]
    lines: tuple[Line, ...] = found.rows[row][column].lines if isinstance(found, Table) else found.lines
    out: list[float] = []
    for line in lines:
        if len(line.sure) == line.end - line.start:
            out += line.sure[max(0, start - line.start) : max(0, start + length - line.start)]
    return out if len(out) == length else []


def _readings(text: str, sure: Sequence[float]) -> list[str]:
    """What a number may be besides what was read: each doubtful digit another that looks like it, or any if it is vague; a
    point lost between digits one of which is doubtful; a digit lost where it is doubtful on both sides; no point where it
    is doubtful."""
    found: list[str] = []
    for index, character in enumerate(text):
        if sure[index] < DOUBTFUL:
            others = _DIGITS if sure[index] < VAGUE else LOOKALIKES.get(character, "")
            if character in _DIGITS:
                found += [text[:index] + other + text[index + 1 :] for other in others if other != character]
            if character == ".":
                found.append(text[:index] + text[index + 1 :])
    if "." not in text and "," not in text:
        places = [i for i in range(1, len(text)) if min(sure[i - 1], sure[i]) < DOUBTFUL]
        found += [f"{text[:i]}.{text[i:]}" for i in places]
    beside = [i for i in range(1, len(text)) if max(sure[i - 1], sure[i]) < DOUBTFUL]
    found += [f"{text[:i]}{digit}{text[i:]}" for i in beside for digit in _DIGITS]
    return [reading for reading in dict.fromkeys(found) if not re.match(r"0\d", reading)]


def _rates(text: str, sure: Sequence[float], signed: bool) -> list[str]:
    """What a rate may be whose % was read as digits, or in part as one; `signed` tells that one was read."""
    ends = [m for at in range(1, len(text)) if (m := _SIGN.fullmatch(text, at)) and min(sure[at:]) < SIGN]
    return [text[: m.start()] + ("" if signed else "%") for m in ends if text[m.start() - 1].isdecimal()]


def _value(reading: str) -> Decimal:
    return Decimal(reading.replace(",", "").removesuffix("%"))


def _holds(p: Proposal, terms: Sequence[Term], reading: str) -> bool:
    """Whether a check holds where the number is read so. What a family computed by itself is not recomputed: it holds
    if it held."""
    places = {t.place for t in terms}
    value = _value(reading)

    def read(t: Term) -> Term:
        if t.place not in places or t.text != terms[0].text:
            return t
        return replace(t, text=reading, value=value.copy_sign(t.value), places=max(0, -int(value.as_tuple().exponent)))

    if p.holds is not None:
        return p.holds
    if p.stated is None or (p.expected is not None and any(t.place in places for t in p.operands)):
        return holds(p) if p.stated is not None else True
    return holds(replace(p, operands=tuple(map(read, p.operands)), stated=read(p.stated)))
