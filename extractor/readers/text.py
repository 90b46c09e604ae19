"""Plain text and Markdown exports, whose tables are tab-separated lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from extractor.data import load
from extractor.document import Cell, Document, Paragraph, Style, Table, Warning
from extractor.readers.errors import ReadError
from extractor.readers.text_encoding import Decoded, decoded

MOST_BYTES = 32 * 2**20
"""A report has at most a few MB of text."""
MOST_LINES = 1_000_000
"""A report of 2,000 pages, each cell of its tables on a line, has half as many."""

_MARKUP = [(re.compile(p["find"]), p["put"]) for p in load("markup")["residue"]]
_NOTE = re.compile(r"\[footnoteRef:(\d+)\]|\[(\d+):\s*([^\]]+)\]")
_RULE = re.compile(r"[-=_:| \t]{3,}")


def read(path: Path, password: str | None = None) -> Document:
    """The document in a text file: a line is a paragraph, lines with tabs are table rows, a blank line may be a page break.

    Warnings: `text.encoding`, `text.unreadable`, `text.cut`. Raises ReadError: `file.encoding` where the bytes are no text
    that is known here (UTF-8, UTF-16, GB18030, Big5), `file.bomb`, `file.empty`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ReadError("file.bomb", f"文本文件超过 {MOST_BYTES // 2**20} MB，不像报告，已拒绝读取")
    found = decoded(path.read_bytes())
    if found is None:
        raise ReadError("file.encoding", "无法识别文件的文字编码（支持 UTF-8、UTF-16、GB18030、Big5）")
    if found.text.count("\n") > MOST_LINES:
        raise ReadError("file.bomb", f"文本文件超过 {MOST_LINES // 10_000} 万行，不像报告，已拒绝读取")
    document = Document(format="txt", warnings=list(_warnings(found)))
    rows: list[list[str]] = []
    broken = False  # a blank line came before what is read now

    def close_table() -> None:
        if any(cell for row in rows for cell in row):
            document.blocks.append(_table(rows, broken_before))
        rows.clear()

    broken_before = False
    for line in found.text.splitlines():
        # A tab alone is an empty cell of a table written one cell a line.
        if not line.strip() and line != "\t":
            close_table()
            broken = True
            continue
        line, notes = _take_notes(clean(line))
        if not line or "\t" in line.strip(" "):
            if not rows:
                broken_before = broken
            if not _RULE.fullmatch(line):
                rows.append([cell.strip() for cell in line.split("\t")] if line else ["", ""])
        elif not _RULE.fullmatch(line) and line.strip():
            close_table()
            document.blocks.append(_paragraph(line, broken))
        document.blocks.extend(Paragraph(text=note, place="footnote") for note in notes)
        broken = False
    close_table()
    if not document.blocks:
        raise ReadError("file.empty", "文件中没有文字")
    return document


def _warnings(found: Decoded) -> Iterator[Warning]:
    if found.encoding.startswith("big5"):
        yield Warning("text.encoding", "文字是 Big5 编码的繁体中文，规则按简体写成，可能漏读")
    if found.unreadable:
        yield Warning("text.unreadable", f"有 {found.unreadable} 处文字编码有误，无法辨认")
    if found.cut:
        yield Warning("text.cut", "文件结尾的最后一个字不完整，可能没有拷贝完")


def clean(line: str) -> str:
    """A line without the residue of exports: bookmarks, HTML tags, LaTeX, Markdown emphasis (data/markup.toml)."""
    for pattern, put in _MARKUP:
        line = pattern.sub(put, line)
    return line.rstrip()


def _take_notes(line: str) -> tuple[str, list[str]]:
    """The line without its footnote marks, and the footnotes that it holds."""
    notes = [m[3].strip() for m in _NOTE.finditer(line) if m[3]]
    return _NOTE.sub("", line), notes


def _paragraph(line: str, broken: bool) -> Paragraph:
    m = re.match(r"(#{1,6})\s+(.*)", line)
    if m:
        return Paragraph(text=m[2].strip(), style=Style(outline=len(m[1])), after_break=broken)
    return Paragraph(text=re.sub(r"^[-*]\s+(?=\S)", "", line.strip()), after_break=broken)


def _table(rows: list[list[str]], broken: bool) -> Table:
    width = max(map(len, rows))
    grid = [
        [Cell(text=text, row=r, column=c) for c, text in enumerate(row + [""] * (width - len(row)))]
        for r, row in enumerate(rows)
    ]
    return Table(rows=grid, after_break=broken)
