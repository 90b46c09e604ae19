"""Paragraphs that a page broke in two, joined."""

from __future__ import annotations

import re
from dataclasses import replace

from extractor.data import load
from extractor.document import Block, Paragraph
from extractor.language import squeeze
from extractor.layout.numbering import numbering

_OUTLINE = load("outline")
_STARTS_ANEW = [
    re.compile(_OUTLINE[key])
    for key in (
        "appendix",
        "cover_label",
        "table_caption",
        "figure_caption",
        "continuation",
        "date_line",
        "contents_line",
    )
]
_WORDS = frozenset(_OUTLINE["contents"] + _OUTLINE["summary"] + _OUTLINE["body"])
_TITLE = re.compile(_OUTLINE["report_title"])
_END = "。！？；：…．.!?;:”’》）)】％%"
_OPEN = "，、,（(《“"
_SHORTEST_CUT = 25  # a line cut by a page has at least about a line of characters


def join_broken(blocks: list[Block]) -> list[Block]:
    """The blocks with every paragraph that a page break cut in one piece: one sentence is one sentence again."""
    out: list[Block] = []
    for block in blocks:
        before = out[-1] if out else None
        if isinstance(block, Paragraph) and isinstance(before, Paragraph) and goes_on(before, block):
            out[-1] = joined(before, block)
        else:
            out.append(block)
    return out


def goes_on(first: Paragraph, second: Paragraph) -> bool:
    """Whether the second paragraph is the rest of the first: the first ends inside a sentence, the second begins nothing."""
    head, tail = first.text.rstrip(), second.text.lstrip()
    if not head or not tail or first.place != second.place or second.style.outline is not None:
        return False
    if first.style.bold and not second.style.bold and "。" not in head:
        return False  # a title in bold and the text below it
    if numbering(tail) or any(p.match(tail) for p in _STARTS_ANEW) or _is_label(tail):
        return False
    if squeeze(tail) in _WORDS or _TITLE.search(head):
        return False  # 摘要 under a title
    if head.endswith(tuple(_OPEN)):
        return len(head) >= _SHORTEST_CUT // 2 and not _begins_anything(head)
    if head.endswith(tuple(_END)):
        return _unclosed(head) and head[-1] not in "。！？" and len(head) >= _SHORTEST_CUT
    if first.style.outline is not None or first.style.align == "center" or second.style.align == "center":
        return False
    if _begins_anything(head) or (numbering(head) and not re.search("[。；]", head)):
        return False  # a numbered line without a full stop is a heading
    return len(head) >= _SHORTEST_CUT


def joined(first: Paragraph, second: Paragraph) -> Paragraph:
    """The two as one paragraph; the places of both are kept."""
    head, tail = first.text.rstrip(), second.text.lstrip()
    glue = " " if head[-1].isascii() and head[-1].isalpha() and tail[0].isascii() and tail[0].isalpha() else ""
    skipped = len(second.text) - len(tail)
    moved = tuple(
        replace(
            line,
            start=max(line.start, skipped) - skipped + len(head) + len(glue),
            end=line.end - skipped + len(head) + len(glue),
            edges=line.edges if line.start >= skipped else (),
            sure=line.sure if line.start >= skipped else (),
        )
        for line in second.lines
    )
    return replace(first, text=head + glue + tail, lines=first.lines + moved)


def _begins_anything(text: str) -> bool:
    return any(p.match(text) for p in _STARTS_ANEW)


def _is_label(text: str) -> bool:
    """评价对象：… begins a paragraph of its own."""
    return bool(re.match(r"[\u4e00-\u9fff]{2,10}[：:]", text))


def _unclosed(text: str) -> bool:
    """A bracket or quotation mark that is still open at the end."""
    return any(text.count(a) > text.count(b) for a, b in ("（）", "《》", "“”", "〔〕"))
