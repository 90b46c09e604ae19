"""The outline: headings by numbering and style together, and the zones cover, contents, summary, body, appendix."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.data import load
from extractor.document import Block, Heading, Paragraph, Section, Table, Zone
from extractor.layout.numbering import Numbering, numbering, ranks

_OUTLINE = load("outline")
_TITLE = re.compile(_OUTLINE["report_title"])
_DATE = re.compile(_OUTLINE["date_line"])
_APPENDIX = re.compile(_OUTLINE["appendix"])
_CONTENTS_LINE = re.compile(_OUTLINE["contents_line"])
_COVER_LABEL = re.compile(_OUTLINE["cover_label"])
_RANKS = ranks()

_LONGEST_HEADING = 60  # characters of a heading by numbering alone; whole sentences reach about 80 under higher numbers
_LONGEST_SENTENCE_HEADING = 110
_LONGEST_ITEM_HEADING = 45
_FEWEST_DECIMALS = 3  # different labels 1.1 that make a report one that numbers so
_LONGEST_COVER_LINE = 60
_CONTENTS_GAP = 4  # entries of a contents page may break into this many lines


def zones(blocks: list[Block]) -> list[Zone]:
    """The zone of each block.

    A report runs cover, contents, summary, body, appendix, each of which but the body may be absent. The summary ends
    where 正文 stands or the numbering 一、 begins anew; the appendix begins with a line 附件… once the body is under way.
    """
    out: list[Zone] = ["body"] * len(blocks)
    contents = _contents_span(blocks)
    start = contents[1] if contents else 0
    top = _top_kinds(blocks[start:])
    first = next((i for i in range(start, len(blocks)) if _opens_text(blocks[i], top)), None)
    if first is None:
        return out
    cover_end = contents[0] if contents else _cover_end(blocks[:first])
    out[:cover_end] = ["cover"] * cover_end
    if contents:
        out[contents[0] : contents[1]] = ["contents"] * (contents[1] - contents[0])
    body = _body_start(blocks, first, top)
    out[first:body] = ["summary"] * (body - first)
    appendix = _appendix_start(blocks, body, top)
    out[appendix:] = ["appendix"] * (len(blocks) - appendix)
    return out


def _cover_end(blocks: list[Block]) -> int:
    """Index after the cover, 0 where there is none. `blocks` stand before the first section: a cover states labels, in
    lines or in a table, or the date under the title; paragraphs after it that introduce the report are no part of it."""
    titled = told = False
    for i, block in enumerate(blocks):
        if isinstance(block, Table):
            told = told or any(_COVER_LABEL.match(row[0].text.strip().rstrip("：:") + "：") for row in block.rows)
            continue
        text = block.text.strip()
        if told and len(text) > _LONGEST_COVER_LINE and "，" in text and not _COVER_LABEL.match(text):
            return i
        titled = titled or bool(_TITLE.search(_word(block)))
        told = told or bool(_COVER_LABEL.match(block.text)) or (titled and bool(_DATE.match(text)))
    return len(blocks) if told else 0


def _top_kinds(blocks: list[Block]) -> frozenset[str]:
    """The schemes that number the report's sections: 第一部分, 一、, or in reports that count 1, 1.1, 1.1.1, the bare
    numbers over the decimal ones."""
    numbers = [n for b in blocks if isinstance(b, Paragraph) and (n := numbering(b.text))]
    words = [n.ordinal for n in numbers if n.kind in ("part", "chinese")]
    if not _is_decimal(blocks):
        return frozenset(("part", "chinese"))
    kind = "section" if {1, 2} <= {n.ordinal for n in numbers if n.kind == "section"} else "arabic"
    # 一、 二、 may count something inside a report that counts 1, 1.1; they come first where they count its sections.
    first = next((n.kind for n in numbers if n.ordinal == 1 and n.kind in ("part", "chinese", "multilevel", kind)), "")
    if {1, 2} <= set(words) and first in ("part", "chinese"):
        return frozenset(("part", "chinese"))
    return frozenset(("part", kind))


def _is_first(block: Paragraph, top: frozenset[str]) -> bool:
    """Whether a paragraph is the first section of a report whose sections are numbered so."""
    number = numbering(block.text)
    if number is None or number.ordinal != 1 or number.kind not in top:
        return False
    return number.kind != "arabic" or _numbered_heading(number, block.text.strip(), styled=False)


def _is_decimal(blocks: list[Block]) -> bool:
    """Whether the report numbers its sections 1, 1.1, 1.1.1."""
    found = [
        n.label for b in blocks if isinstance(b, Paragraph) and (n := numbering(b.text)) and n.kind == "multilevel"
    ]
    return len(set(found)) >= _FEWEST_DECIMALS


def is_contents_line(text: str) -> bool:
    """A line of a contents page: title, leader, page number."""
    return bool(_CONTENTS_LINE.match(text.strip()))


def _contents_span(blocks: list[Block]) -> tuple[int, int] | None:
    """The contents pages: from the word 目录, or a run of at least four contents lines, to the last contents line."""
    start = next(
        (i for i, b in enumerate(blocks[:200]) if isinstance(b, Paragraph) and _word(b) in _OUTLINE["contents"]), None
    )
    entries = [i for i, b in enumerate(blocks[:300]) if isinstance(b, Paragraph) and is_contents_line(b.text)]
    if start is None:
        runs = [i for i in entries if all(j in entries for j in range(i, i + 4))]
        if not runs:
            return None
        start = runs[0]
    last = start
    for i in entries:
        if i > start and i - last <= _CONTENTS_GAP:
            last = i
    if last == start:
        last = _bare_contents_end(blocks, start)
    return start, last + 1


def _bare_contents_end(blocks: list[Block], start: int) -> int:
    """Contents without page numbers: the lines after 目录 that come again later as headings."""
    later = {_word(b) for b in blocks[start + 1 :] if isinstance(b, Paragraph)}
    seen: set[str] = set()
    last = start
    for i, block in enumerate(blocks[start + 1 : start + 80], start + 1):
        if not isinstance(block, Paragraph) or len(block.text) > _LONGEST_HEADING or _word(block) in seen:
            break
        seen.add(_word(block))
        last = i
    repeats = {_word(b) for b in blocks[last + 1 :] if isinstance(b, Paragraph)}
    return last if later and sum(w in repeats for w in seen) * 2 >= len(seen) > 2 else start


def _opens_text(block: Block, top: frozenset[str]) -> bool:
    if not isinstance(block, Paragraph):
        return False
    word = _word(block)
    if word in _OUTLINE["summary"] or word in _OUTLINE["body"]:
        return True
    return _is_first(block, top)


def _body_start(blocks: list[Block], first: int, top: frozenset[str]) -> int:
    """Index of the first block of the body, `first` where there is no summary."""
    marked = next(
        (i for i, b in enumerate(blocks[first:], first) if isinstance(b, Paragraph) and _word(b) in _OUTLINE["body"]),
        None,
    )
    if marked is not None:
        return marked
    if _word(blocks[first]) not in _OUTLINE["summary"]:
        return first
    preface = next((i for i, b in enumerate(blocks[first:], first) if _word(b) in _OUTLINE["preface"]), None)
    if preface is not None:
        return preface
    ones = [i for i, b in enumerate(blocks[first:], first) if isinstance(b, Paragraph) and _is_first(b, top)]
    if len(ones) >= 2 and _appendix_start(blocks[: ones[1]], ones[0], top) == ones[1]:
        return ones[1]
    # A summary without numbered sections ends where the numbering begins.
    return ones[0] if ones else first


def _appendix_start(blocks: list[Block], body: int, top: frozenset[str]) -> int:
    """Index of the first block of the appendix, the number of blocks where there is none."""
    numbered = 0
    for i, block in enumerate(blocks[body:], body):
        if not isinstance(block, Paragraph):
            continue
        number = numbering(block.text)
        if number and number.kind in top:
            numbered += 1
        elif numbered >= 2 and _APPENDIX.match(block.text.strip()) and len(block.text) <= _LONGEST_HEADING:
            return i
    return len(blocks)


def _word(block: Block) -> str:
    return re.sub(r"[\s#*:：【】〖〗\[\]]+", "", block.text) if isinstance(block, Paragraph) else ""


# --- headings and sections ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Open:
    """A section still open while the outline is built: its scheme of numbering and its level."""

    kind: str
    rank: float
    level: int
    index: int


def outline(blocks: list[Block]) -> tuple[list[Block], list[Section]]:
    """The blocks with their headings told, and the tree of sections over them."""
    zone = zones(blocks)
    decimal = _is_decimal(blocks)
    out: list[Block] = list(blocks)
    sections = [Section(title="", number="", level=0, start=0, end=len(blocks), zone=zone[0] if zone else "body")]
    stack: list[_Open] = []
    for i, block in enumerate(blocks):
        if i and zone[i] != zone[i - 1]:
            for entry in stack:
                sections[entry.index].end = i
            stack = []
            sections[0].end = min(sections[0].end, i)
            sections.append(Section("", "", 0, i, len(blocks), zone[i]))
            for section in sections[:-1]:
                section.end = min(section.end, i)
        if not isinstance(block, Paragraph) or zone[i] in ("cover", "contents"):
            continue
        number = numbering(block.text)
        if number and number.kind == "section" and not decimal:
            number = None
        if not is_heading(block, number, zone[i]):
            continue
        kind, rank = _scheme(block, number, zone[i])
        if kind == "arabic" and any(entry.kind == "section" for entry in stack):
            rank = _RANKS["multilevel4"] + 0.5  # 1. under 1.1
        while stack and not (stack[-1].rank < rank and stack[-1].kind != kind):
            sections[stack.pop().index].end = i
        level = len(stack) + 1
        title = (number.rest if number else block.text).strip()
        label = number.label if number else ""
        heading = Heading(block.text, block.lines, block.style, block.place, block.after_break, label, title, level)
        out[i] = heading
        parent = stack[-1].index if stack else None
        sections.append(Section(title, label, level, i, len(blocks), zone[i], parent))
        stack.append(_Open(kind, rank, level, len(sections) - 1))
    return out, sections


def _scheme(block: Paragraph, number: Numbering | None, zone: Zone) -> tuple[str, float]:
    """Scheme and precedence of a heading. Words that open a zone stand above all numbering, a heading by style alone
    where its outline level puts it."""
    if zone == "appendix" and _APPENDIX.match(block.text.strip()):
        return "appendix", -1
    if number:
        return number.kind, number.rank
    depth = block.style.outline or 1
    return f"styled{depth}", _RANKS["chinese"] + depth - 1


def is_heading(block: Paragraph, number: Numbering | None, zone: Zone = "body") -> bool:
    """Whether a paragraph is a heading: by its numbering and length, by a style that says so, or as a word that opens a
    zone. A numbered sentence is one only under the higher numberings; list items are none."""
    text = block.text.strip()
    if block.place != "body" or not text or is_contents_line(text):
        return False
    if any(_word(block) in _OUTLINE[name] for name in ("summary", "body", "preface")):
        return True
    if zone == "appendix" and _APPENDIX.match(text) and len(text) <= _LONGEST_HEADING:
        return True
    if number is None:
        return block.style.outline is not None and len(text) <= _LONGEST_HEADING and not text.endswith(("。", "；"))
    return _numbered_heading(number, text, block.style.outline is not None)


def _numbered_heading(number: Numbering, text: str, styled: bool) -> bool:
    rest = number.rest.strip()
    sentence = rest.endswith(("。", "；", ";"))
    inner_stop = "。" in rest[:-1] or "；" in rest[:-1]
    if number.kind in ("part", "chinese", "chinese_bracketed"):
        if sentence and not inner_stop:
            return len(rest) <= _LONGEST_SENTENCE_HEADING and not rest.endswith(("；", ";"))
        return not inner_stop and len(rest) <= (_LONGEST_SENTENCE_HEADING if styled else _LONGEST_HEADING)
    if number.kind == "ordinal_word":
        return False
    if sentence or number.kind == "coded":
        # 1.项目立项，满分3分，实际得分3分。
        return not inner_stop and len(rest) <= _LONGEST_ITEM_HEADING and bool(re.search(r"\d\s*分", rest))
    if inner_stop or (text.endswith(("，", "、", "：")) and not styled):
        return False
    return len(rest) <= (_LONGEST_HEADING if styled else _LONGEST_ITEM_HEADING)
