"""Rule grade.band: the grade word against the score, by the bands that the report states, else 90/80/60: of the whole, and
of each unit or project in a table that lists score and grade."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal, Quote, Term
from extractor.checks.sources.conclusion import Bands, bands, conclusions, grade_name
from extractor.checks.sources.grid import Grid
from extractor.checks.sources.reading import Reading
from extractor.data import load, pattern
from extractor.document import cell_evidence
from extractor.language import squeeze

RULE = "grade.band"
_CONFIDENCE = load("confidence")["grade_band"]
_WORDS = load("checks")["conclusion"]
_pattern = partial(pattern, "checks", "conclusion")
_FEWEST_LINES = 3
_LINES_A_MISS = 3  # that agree, for each one that does not
_HUNDRED = 100


def propose(reading: Reading) -> Iterator[Proposal]:
    """One check for each place that states score and grade together."""
    table = bands(reading.document)
    for c in reading.shared(conclusions):
        if c.grade and table.knows(c.grade):
            yield from _graded(table, c.score, c.grade.text, f"总分{c.score.text}分", ())
    for grid in reading.grids:
        listed = list(_listed(grid, table))
        right = sum(map(holds, listed))
        if right >= _FEWEST_LINES and (len(listed) - right) * _LINES_A_MISS <= right:
            yield from listed
        else:
            yield from filter(holds, listed)


def _graded(table: Bands, score: Term, word: str, said: str, quotes: tuple[Quote, ...]) -> Iterator[Proposal]:
    right = table.grade(score.value)
    if right is None or grade_name(word) not in {grade_name(known) for known, _ in table.lows}:
        return
    source = "报告所列分档" if table.stated else "通用分档"
    yield Proposal(
        RULE,
        "grade",
        "grade",
        (score,),
        confidence=_CONFIDENCE["stated" if table.stated else "default"],
        holds=grade_name(right) == grade_name(word),
        grades=table.lows,
        quotes=quotes,
        expression=f"{score.text}分 → {right}（{source}：{table.limits(right)}）",
        reason=f"{said}按{source}（{table.limits(right)}）应为“{right}”，报告写作“{word}”",
    )


def _listed(grid: Grid, table: Bands) -> Iterator[Proposal]:
    """The lines of a table that state a score out of a hundred and a grade, where it has one column of each."""
    grades = [c for c, name in enumerate(grid.names) if _pattern("grade_column").search(name)]
    scores = [c for c, name in enumerate(grid.names) if _pattern("unit_score_column").search(name)]
    if len(grades) != 1 or len(scores) != 1:
        return
    for line in range(grid.first, len(grid.lines)):
        slot = grid.lines[line][grades[0]]
        word = squeeze(grid.table.rows[slot.row][slot.column].text)
        figure = grid.figures(line).get(scores[0])
        if figure is None or not 0 <= figure.value <= _HUNDRED or not _pattern("word").fullmatch(word):
            continue
        if word in _WORDS["only_stated"] and not table.stated:
            continue
        score = grid.term(line, scores[0])
        evidence = cell_evidence(grid.document, grid.block, grid.index, slot.row, slot.column)
        said = f"“{grid.label(line)}”得分{score.text}"
        yield from _graded(table, score, word, said, (Quote(evidence, (grid.block, slot.row, slot.column)),))
