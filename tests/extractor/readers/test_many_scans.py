"""A scan of hundreds of pages takes no more memory than one of fifty. Long runs."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import need
from tests.extractor.readers import scans

PICTURES = 20  # different pages, over and over
KEPT_MB = 0.15  # what a page's text and its places may take
SLACK_MB = 60

# Reads a file in a process of its own and tells its pages and its peak of memory in MB. The networks alone are left out
# where asked for: what they would find stands on every page.
CHILD = """
import json, resource, sys
from pathlib import Path
from extractor.readers import ocr, read, scan_page
if sys.argv[2] == "fast":
    ocr.load = lambda: None
    scan_page.detect = lambda image, dpi: [(60.0, 40.0 + 26 * i, 520.0, 62.0 + 26 * i) for i in range(25)]
    scan_page.recognise = lambda crop: [ocr.Character(c, i / 20, 0.99) for i, c in enumerate("本项目年初预算安排资金963.00万元，")]
document = read(Path(sys.argv[1]), jobs=2)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(json.dumps([document.ocr_pages, peak]))
"""


def scan(path: Path, count: int) -> Path:
    pictures = []
    for number in range(PICTURES):
        image = scans.page(300, 420)
        for line in range(13):
            words = f"{line + 1}.本项目第{number * 13 + line}项预算{number + line}.25万元，" + "资料齐全。" * (line % 2)
            scans.write(image, 25, 20 + 26 * line, words, 11 + line % 3)
        data = BytesIO()
        image.save(data, "JPEG", quality=60)
        pictures.append(ImageReader(data))
    canvas = Canvas(str(path), pagesize=(300, 420))
    for page in range(count):
        canvas.drawImage(pictures[page % PICTURES], 0, 0, 300, 420)
        canvas.showPage()
    canvas.save()
    return path


def peak(path: Path, pages: int, mode: str) -> float:
    """Megabytes that reading a scan of so many pages takes at most."""
    command = [sys.executable, "-c", CHILD, str(scan(path, pages)), mode]
    read, megabytes = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=900).stdout)
    assert read == list(range(1, pages + 1))
    return float(megabytes)


@pytest.mark.acceptance
@pytest.mark.parametrize(("mode", "few", "many"), [("fast", 50, 500), ("real", 20, 40)])
def test_memory_does_not_grow_with_the_pages_of_a_scan(tmp_path: Path, mode: str, few: int, many: int) -> None:
    need("ocr")
    need("font")
    less, more = (peak(tmp_path / f"{pages}.pdf", pages, mode) for pages in (few, many))
    assert more - less < KEPT_MB * (many - few) + SLACK_MB, f"{less:.0f} MB for {few} pages, {more:.0f} MB for {many}"
