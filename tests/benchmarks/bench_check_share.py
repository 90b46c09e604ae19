"""The processor time that checking takes, against bare pdfplumber on the same PDFs, in one run.

    python tests/benchmarks/bench_check_share.py [FOLDER]

Bare pdfplumber is `extract_text` and `extract_tables` on every page; checking is `extractor.checks.run` alone, reading and
facts not counted. It may take 15 % of the time, and no more per page in a report that is four times as long.
"""

from __future__ import annotations

import copy
import os
import sys
import time
from pathlib import Path

import pdfplumber
import pytest

from extractor import checks, facts
from extractor.document import Document
from extractor.layout import lay_out
from extractor.readers import read

SHARED = Path(os.environ.get("HESHU_SHARED") or Path(__file__).resolve().parents[3] / "shared")
MOST_SHARE, MOST_GROWTH = 0.15, 1.6
TIMES = 4


def bare(path: Path) -> float:
    began = time.process_time()
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()
    return time.process_time() - began


def checking(document: Document) -> float:
    found = facts.extract(document)
    began = time.process_time()
    checks.run(document, found)
    return time.process_time() - began


def longer(path: Path) -> float:
    """How much more time a report takes for each of its parts when it is followed by copies of itself."""
    [once] = lay_out(read(path))
    blocks = [block for _ in range(TIMES) for block in copy.deepcopy(read(path).blocks)]
    many = max(lay_out(Document(format=once.format, blocks=blocks)), key=lambda d: len(d.blocks))
    return checking(many) / checking(once) / (len(many.blocks) / len(once.blocks))


def measure(folder: Path) -> int:
    """Print the figures; 0 if the limits are kept, 1 if not, 2 if there is no PDF."""
    paths = sorted(folder.glob("*/report.pdf"))
    if not paths:
        print(f"no */report.pdf in {folder}: nothing to measure", file=sys.stderr)
        return 2
    plumber = sum(map(bare, paths))
    checked = sum(checking(document) for path in paths for document in lay_out(read(path)))
    growth = longer(max(paths, key=lambda path: path.stat().st_size))
    print(f"bare pdfplumber {plumber:6.2f} s\nchecking        {checked:6.2f} s  {checked / plumber:.2f}x")
    print(f"time for a block in a report {TIMES} times as long: {growth:.2f}x")
    return int(checked > MOST_SHARE * plumber or growth > MOST_GROWTH)


@pytest.mark.benchmark
def test_checking_takes_a_small_share_of_bare_pdfplumber() -> None:
    if not (SHARED / "corpus" / "dev").is_dir():
        pytest.skip("the shared reports are not there (HESHU_SHARED)")
    assert measure(SHARED / "corpus" / "dev") == 0


if __name__ == "__main__":
    sys.exit(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "corpus" / "dev"))
