"""A file of 2,000 pages is read whole, in bounded memory. A long run."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = 2000
MOST_MEMORY_KB = 600_000


def write_pdf(path: Path) -> None:
    """Running text and a small table on every page."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    for page in range(1, PAGES + 1):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(60, 780, f"{page}.分项工作")
        for item in range(1, 13):
            text = f"本项目第{item}项工作预算{item + 1}.25万元，支出{item}.10万元，各项资料齐全。"
            canvas.drawString(60, 780 - 20 * item, text)
        for row in range(6):
            for column in range(4):
                x, y = 60 + 110 * column, 480 - 20 * row
                canvas.rect(x, y, 110, 20)
                canvas.drawString(x + 4, y + 6, f"{row * column}.50" if column else f"事项{row}")
        canvas.drawString(290, 30, f"— {page} —")
        canvas.showPage()
    canvas.save()


@pytest.mark.acceptance
def test_2000_pages_in_bounded_memory(tmp_path: Path) -> None:
    write_pdf(tmp_path / "large.pdf")
    command = [sys.executable, "-m", "extractor.cli", "extract", tmp_path / "large.pdf", "--out", tmp_path]
    subprocess.run(command, check=True, timeout=600)
    assert json.loads((tmp_path / "large.json").read_text())["source"]["pages"] == PAGES
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MOST_MEMORY_KB
