"""Draws docs/check.svg: what `heshu check` shows of the sample with planted errors. usage: python docs/picture.py"""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

from rich.cells import cell_len
from rich.console import CONSOLE_SVG_FORMAT, Console

from extractor.output import terminal
from extractor.pipeline import analyse

DOCS = Path(__file__).parent
SAMPLE = DOCS.parent / "corpus" / "samples" / "planted-errors" / "report.pdf"
WIDTH = 100
FONTS = "Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Sarasa Mono SC', monospace"


CELL = 12.2  # width of a character in the picture, as rich draws it
TEXT = re.compile(r'x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"([^>]*)>((?:&#160;)*)(.*?)(?:&#160;)*</text>')


def main() -> None:
    console = Console(
        file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, markup=False, emoji=False, highlight=False
    )
    for result in analyse(SAMPLE):
        terminal.show(result, console)
    # Pages that show pictures load no web fonts.
    form = re.sub(r"@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    form = form.replace("Fira Code, monospace", FONTS)
    svg = console.export_svg(title=f"heshu check {SAMPLE.name}", code_format=form)
    (DOCS / "check.svg").write_text(TEXT.sub(_placed, svg), encoding="utf-8")


def _placed(match: re.Match[str]) -> str:
    """A text that starts where its first visible character stands, as some viewers drop spaces at the edges, and is as wide
    as its cells: rich counts characters, of which a Chinese one takes two cells."""
    x, y, rest, before, text = match.groups()
    if not text:
        return match[0]
    x, length = f"{float(x) + before.count(';') * CELL:.1f}", f"{cell_len(unescape(text)) * CELL:.1f}"
    return f'x="{x}" y="{y}" textLength="{length}"{rest}>{text}</text>'


if __name__ == "__main__":
    main()
