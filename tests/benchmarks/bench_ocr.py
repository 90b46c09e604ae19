"""Seconds of reading scans against bare rapidocr on the same page images, and memory over many pages.

    python tests/benchmarks/bench_ocr.py [PDF] [PAGES]

Bare rapidocr: `RapidOCR()(image, return_word_box=True)` with one thread a network, as the reader has it; both read the same
pictures in one process, page by page in turn, so that a busy machine slows them alike.

The reader may take less than bare rapidocr although it does more: it looks for lines on a page of 110 pixels per inch instead
of the whole picture, asks for the direction of a few lines instead of all, and reads each line at its own width instead of
six at that of the widest.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HESHU_SHARED") or REPOSITORY.parent / "shared")
MOST_TIME, MOST_MEMORY = 1.3, 1200.0
PAGES = 30


def compare(path: Path, pages: int) -> int:
    from rapidocr import RapidOCR

    from extractor.readers.scan_page import read_scan

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    bare = RapidOCR(params={"Global.log_level": "critical", **threads})
    source = pypdfium2.PdfDocument(path)
    count = min(pages, len(source))
    pictures = [_picture(source, index) for index in range(2)]
    for image, size in pictures:  # networks are loaded at the first page
        bare(image, return_word_box=True)
        read_scan(image, 1, size)
    seconds = {"bare rapidocr": 0.0, "heshu": 0.0}
    for index in range(count):
        image, size = _picture(source, index)
        began = time.process_time()
        bare(image, return_word_box=True)
        between = time.process_time()
        read_scan(image, index + 1, size)
        seconds["bare rapidocr"] += between - began
        seconds["heshu"] += time.process_time() - between
    share = seconds["heshu"] / seconds["bare rapidocr"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    for name, value in seconds.items():
        print(f"{name:14} {value / count:6.2f} s a page")
    print(f"{'share':14} {share:6.2f} (at most {MOST_TIME}), both in {memory:.0f} MB")
    return int(share > MOST_TIME or memory > MOST_MEMORY)


def _picture(source: pypdfium2.PdfDocument, index: int) -> tuple[Any, tuple[float, float]]:
    page = source[index]
    try:
        return page.render(scale=170 / 72).to_numpy().copy(), page.get_size()
    finally:
        page.close()


@pytest.mark.benchmark
def test_reading_scans_takes_little_longer_than_recognising_them() -> None:
    pytest.importorskip("rapidocr")
    scans = sorted(SHARED.glob("corpus/dev/*/report-scan.pdf"), key=lambda path: path.stat().st_size)
    if not scans:
        pytest.skip("no shared scans")
    assert compare(scans[-1], PAGES) == 0


if __name__ == "__main__":
    found = Path(sys.argv[1]) if len(sys.argv) > 1 else next(SHARED.glob("corpus/dev/*/report-scan.pdf"))
    raise SystemExit(compare(found, int(sys.argv[2]) if len(sys.argv) > 2 else PAGES))
