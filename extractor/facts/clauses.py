"""The clauses of a report that may state a deficiency, each with what a model needs to judge it.

Looked at are the body's prose and the cells of its tables. Passages that list problems or suggestions, lists of problems,
summaries, contents, questionnaires and the prose of appendices are left out: what they say is read elsewhere, or said
elsewhere first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.data import pattern
from extractor.document import Block, Document, Evidence, Heading, Paragraph, Table, cell_evidence, text_evidence
from extractor.facts.passages import Passage, passages
from extractor.facts.told_points import told_marks
from extractor.language import squeeze
from extractor.result import Facts, Indicator
from models import Clause

_SHORTEST_CELL, _SHORTEST_REASON = 6, 4
_SHORTEST_NAME = 4  # of an indicator that a title or the start of a paragraph may name
_FIRST_ROWS = 3
_OPENING = 40  # characters of a paragraph that may name the indicator it is about
_LONGEST_CLAUSE = 80
"""Of a clause that is longer, the parts of its list are looked at (甲不全、乙不清以及丙未做 in one breath)."""
_BREAKS = re.compile(r"[，,。；;！!？?\n：:]")
_ENDS = "。；;！!？?\n"
_CAPTION = pattern("outline", "table_caption")
_QUESTIONS = pattern("defects", "questionnaire")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands: a paragraph, or with `row` and `column` a cell of the document's table number `table`."""

    block: int
    table: int | None = None
    row: int = 0
    column: int = 0

    def evidence(self, document: Document, start: int, end: int) -> Evidence:
        if self.table is None:
            return text_evidence(document, self.block, start, end)
        return cell_evidence(document, self.block, self.table, self.row, self.column)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A paragraph or a cell whose clauses are judged: its text, the indicator or title it stands under, its kind
    (text, reason, cell, table) and whether the indicator got its full points (full, less, or nothing)."""

    spot: Spot
    text: str
    heading: str
    kind: str
    mark: str

    def clauses(self) -> list[tuple[int, int]]:
        """The spans of its clauses, each with the mark that ends it."""
        return clause_spans(self.text)

    def judged(self) -> list[Clause]:
        """Its clauses as a model sees them, in the order of `clauses`."""
        spans = self.clauses()
        texts = ["", *(self.text[a:b].strip() for a, b in spans), ""]
        sentences = _sentences(self.text, spans)
        return [
            Clause(text, before, after, sentence, self.heading, self.kind, self.mark)
            for before, text, after, sentence in zip(texts, texts[1:], texts[2:], sentences, strict=False)
        ]


def clause_spans(text: str) -> list[tuple[int, int]]:
    """The stretches between commas, colons and the ends of sentences; the comma of 1,234 parts nothing."""
    spans, start = [], 0
    for m in _BREAKS.finditer(text):
        at = m.start()
        if m.group() in ",，" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            continue
        spans.append((start, m.end()))
        start = m.end()
    spans.append((start, len(text)))
    parted = (part for span in spans for part in _parted(text, *span))
    return [(a, b) for a, b in parted if text[a:b].strip(" ，,。；;：:\n\t\u3000")]


def _parted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span, cut behind its list's marks where it is too long."""
    while end - start > _LONGEST_CLAUSE:
        at = text.rfind("、", start, start + _LONGEST_CLAUSE)
        if at < 0:
            break
        yield start, at + 1
        start = at + 1
    yield start, end


def ends_sentence(text: str) -> bool:
    """Whether a clause is the last of its sentence."""
    return text.rstrip(" \t\u3000")[-1:] in _ENDS


def _sentences(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """For each clause the sentence that holds it."""
    first = 0
    for i, (_, b) in enumerate(spans):
        if i + 1 == len(spans) or any(c in _ENDS for c in text[b - 1 : spans[i + 1][0]]):
            sentence = text[spans[first][0] : b].strip()
            for _ in range(first, i + 1):
                yield sentence
            first = i + 1


def stretches(document: Document, facts: Facts, untitled: Sequence[Passage] = ()) -> Iterator[Stretch]:
    """What a report says outside its lists of problems and suggestions, those `untitled` too, in the order of the
    document."""
    told_elsewhere = _listed(document, facts).union(piece.block for passage in untitled for piece in passage.pieces)
    rows = {(i.evidence.block, i.evidence.row): i for i in facts.indicators}
    names = _names(facts.indicators)
    told = told_marks(document)
    captions = {squeeze(table.caption) for _, _, table in document.tables()}
    for index, paragraph in document.paragraphs():
        if index in told_elsewhere or isinstance(paragraph, Heading) or document.zone_of(index) != "body":
            continue
        if _CAPTION.match(paragraph.text) and squeeze(paragraph.text) in captions:
            continue
        about = _about(document, index, paragraph, names)
        title = squeeze(document.titles_of(index).rpartition("/")[2])
        heading, mark = (squeeze(about.path[-1]), _mark(about)) if about else (title, "")
        yield Stretch(Spot(index), paragraph.text, heading, "text", mark or told.get(index, ""))
    for block, number, table in document.tables():
        if block in told_elsewhere or document.zone_of(block) not in ("body", "appendix") or _asks(table):
            continue
        yield from _cells(table, block, number, rows)


def blocks_of(document: Document) -> list[Clause]:
    """The blocks of a report as a model of their roles sees them."""
    texts = [_block_text(block) for block in document.blocks]
    tenths = [min(9, 10 * i // len(texts)) for i in range(len(texts))]
    return [
        Clause(text, before, after, place="table" if isinstance(block, Table) else "text", mark=str(tenth))
        for text, before, after, block, tenth in zip(
            texts, ["", *texts[:-1]], [*texts[1:], ""], document.blocks, tenths, strict=True
        )
    ]


def _block_text(block: Block) -> str:
    """Of a table its first rows."""
    if isinstance(block, Table):
        return " ".join(squeeze(text) for row in range(min(_FIRST_ROWS, len(block.rows))) for text in block.texts(row))
    return block.text.strip()


def _cells(
    table: Table, block: int, number: int, rows: dict[tuple[int | None, int | None], Indicator]
) -> Iterator[Stretch]:
    is_sheet = any((block, r) in rows for r in range(len(table.rows)))
    for r in range(len(table.rows)):
        scored = rows.get((block, r))
        criteria = squeeze(scored.criteria or "") if scored else ""
        reason = squeeze(scored.reason or "") if scored else ""
        for cell in table.own(r):
            text = squeeze(cell.text)
            is_reason = len(text) >= _SHORTEST_REASON and text in reason
            if not is_reason and (len(text) < _SHORTEST_CELL or text in criteria):
                continue
            kind = "reason" if is_reason else "cell" if is_sheet else "table"
            heading, mark = (scored.path[-1], _mark(scored)) if scored else ("", "")
            yield Stretch(Spot(block, number, r, cell.column), cell.text, heading, kind, mark)


def _asks(table: Table) -> bool:
    """Whether a table holds the answers to a question."""
    return bool(_QUESTIONS.search(squeeze("".join([table.caption, *(table.texts(0) if table.rows else ())]))))


def _mark(indicator: Indicator) -> str:
    if indicator.score is None or indicator.weight is None:
        return ""
    return "full" if Decimal(indicator.score) >= Decimal(indicator.weight) else "less"


def _names(indicators: list[Indicator]) -> dict[str, Indicator]:
    """The indicators by name, longer names first."""
    named = {name: i for i in indicators if len(name := squeeze(i.path[-1])) >= _SHORTEST_NAME}
    return dict(sorted(named.items(), key=lambda item: -len(item[0])))


def _about(document: Document, index: int, paragraph: Paragraph, names: dict[str, Indicator]) -> Indicator | None:
    """The indicator that the innermost title or the first words of a paragraph name."""
    title = squeeze(document.titles_of(index).rpartition("/")[2])
    opening = squeeze(paragraph.text[: 2 * _OPENING])[:_OPENING]
    return next((i for name, i in names.items() if name in title or name in opening), None)


def _listed(document: Document, facts: Facts) -> set[int]:
    """The blocks of the passages that problems and suggestions were read from, and of the lists of problems."""
    blocks = {row.evidence.block for row in facts.problem_list if row.evidence.block is not None}
    for topic, found in (("problems", facts.problems), ("suggestions", facts.suggestions)):
        starts = {item.evidence.block for item in found}
        for choice in passages(document, "problems" if topic == "problems" else "suggestions"):
            held = {piece.block for passage in choice for piece in passage.pieces}
            if starts & held:
                blocks |= held
                break
    return blocks
