"""What printing, scanning and exporting do to a finished report: cut sentences, mixed widths, slips, residue. Numbers keep
their marks, so that the annotation stays true to what then stands in the text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from corpus.data_files import read
from corpus.manuscript import END, MARK, START, Grid, Line, Manuscript

HALF_WIDTH = str.maketrans({"，": ",", "；": ";", "（": "(", "）": ")", "：": ":"})
CUT_LENGTH = 60
LONG_HEADING = 13
SHARE_OF_PARAGRAPHS = 0.3
SLIPS, INNER_SPACES, BOOKMARKS = 3, 3, 12


def wear(script: Manuscript, forms: frozenset[str], rnd: random.Random) -> None:
    """Apply the forms drawn, in place."""
    if "html_residue" in forms:
        _html(script, rnd)
    if "ocr_slips" in forms:
        _slips(script, rnd)
        _slip_of_a_name(script, rnd)
    if "width_mix" in forms:
        for line in _some(script, rnd):
            line.text = _outside_marks(line.text, lambda text: text.translate(HALF_WIDTH))
    if "digit_spaces" in forms:
        for line in _some(script, rnd):
            line.text = _spaced(line.text)
    if "inner_spaces" in forms:
        _inner_spaces(script, rnd)
    if "bookmark_residue" in forms:
        for line in _some(script, rnd, role="heading")[:BOOKMARKS]:
            line.text = read("slips")["bookmark"].format(n=rnd.randint(1000, 99999)) + line.text
    if "heading_cut" in forms:
        _cut_headings(script)
    if "sentence_cut" in forms:
        _cut_sentences(script, rnd)


def _some(script: Manuscript, rnd: random.Random, role: str = "text") -> list[Line]:
    lines = [block for block in script.blocks if isinstance(block, Line) and block.role == role]
    return [line for line in lines if rnd.random() < SHARE_OF_PARAGRAPHS] or lines[:1]


def _outside_marks(text: str, change: Callable[[str], str]) -> str:
    parts, last = [], 0
    for mark in MARK.finditer(text):
        parts += [change(text[last : mark.start()]), mark.group()]
        last = mark.end()
    return "".join([*parts, change(text[last:])])


def _spaced(text: str) -> str:
    text = _outside_marks(text, lambda part: re.sub(r"(?<=[\u3400-\u9fff])(\d{4})(?=年)", r" \1 ", part))
    text = re.sub(f"(?<=[\u3400-\u9fff])(?={START})", " ", text)
    return re.sub(f"(?<={END})(?=[\u3400-\u9fff])", " ", text)


def _slips(script: Manuscript, rnd: random.Random) -> None:
    """Characters misread for their lookalikes, in paragraphs that the annotation does not quote."""
    lines = [block for block in script.blocks if isinstance(block, Line) and block.role == "text" and not block.fixed]
    done = 0
    for line in rnd.sample(lines, len(lines)):
        for right, wrong in rnd.sample(read("slips")["ocr"], len(read("slips")["ocr"])):
            if right in line.text and done < SLIPS:
                line.text = line.text.replace(right, wrong, 1)
                done += 1
                break


def _slip_of_a_name(script: Manuscript, rnd: random.Random) -> None:
    """A town's name misread in one of the places that it stands in a table."""
    pairs = read("slips")["names"]
    cells = [
        (row, place, right, wrong)
        for block in script.blocks
        if isinstance(block, Grid)
        for row in block.rows[block.header :]
        for place, cell in enumerate(row.cells[:1])
        for right, wrong in pairs
        if right in cell and cell.endswith(("镇", "乡", "街道"))
    ]
    if cells:
        row, place, right, wrong = rnd.choice(cells)
        row.cells[place] = row.cells[place].replace(right, wrong)


def _html(script: Manuscript, rnd: random.Random) -> None:
    for grid in (block for block in script.blocks if isinstance(block, Grid)):
        for row in grid.rows:
            if row.kind == "total":
                row.cells = [f"<b>{cell}</b>" if cell and "<b>" not in cell else cell for cell in row.cells]
            elif row.kind == "body" and grid.sheet:
                row.cells = [cell.replace("；②", "；<br>②") for cell in row.cells]


def _inner_spaces(script: Manuscript, rnd: random.Random) -> None:
    """1.66 becomes 1.6 6 in a few cells."""
    ids = [
        int(mark.group(1))
        for block in script.blocks
        if isinstance(block, Grid)
        for row in block.rows
        for cell in row.cells
        for mark in MARK.finditer(cell)
        if re.fullmatch(r"\d+\.\d\d", mark.group(2))
    ]
    for index in rnd.sample(ids, min(INNER_SPACES, len(ids))):
        script.mentions[index].token = script.mentions[index].token[:-1] + " " + script.mentions[index].token[-1]


def _cut_sentences(script: Manuscript, rnd: random.Random) -> None:
    """Long paragraphs broken in the middle of a sentence, a blank line between, as page breaks leave them."""
    blocks: list[Line | Grid] = []
    for block in script.blocks:
        if (
            isinstance(block, Line)
            and block.role == "text"
            and not block.fixed
            and len(block.text) > CUT_LENGTH
            and rnd.random() < SHARE_OF_PARAGRAPHS
        ):
            at = _cut_place(block.text)
            if at:
                blocks += [Line(block.text[:at]), Line(block.text[at:])]
                continue
        blocks.append(block)
    script.blocks[:] = blocks


def _cut_headings(script: Manuscript) -> None:
    """The first long heading broken in two, preferably one of the body's problems."""
    long = [
        (not block.fixed, index)
        for index, block in enumerate(script.blocks)
        if isinstance(block, Line)
        and block.role == "heading"
        and len(block.text) > LONG_HEADING
        and START not in block.text
    ]
    if long:
        index = min(long)[1]
        block = script.blocks[index]
        assert isinstance(block, Line)
        half = len(block.text) * 3 // 4
        first = Line(block.text[:half], "heading", block.level, block.tags, block.fixed)
        script.blocks[index : index + 1] = [first, Line(block.text[half:], "rest")]


def _cut_place(text: str) -> int:
    """A place near the middle that is no sentence's end and in no number."""
    for at in range(len(text) // 2, len(text) - 4):
        inside = any(mark.start() < at < mark.end() for mark in MARK.finditer(text))
        if not inside and "\u3400" <= text[at - 1] <= "\u9fff" and "\u3400" <= text[at] <= "\u9fff":
            return at
    return 0
