"""Seconds and memory of `heshu`'s PDF work against bare pdfplumber, over all shared dev PDFs together.

    python tests/benchmarks/bench_extract_pdf.py [FOLDER]

Three subprocesses, start-up included: bare pdfplumber (`extract_text` and `extract_tables` on every page), the reader
alone, and the whole job (`heshu extract`, results written). The whole job may take as long as bare pdfplumber, in 400 MB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HESHU_SHARED") or REPOSITORY.parent / "shared")
MOST_TIME, MOST_MEMORY = 1.0, 400.0

BARE = """
import sys, pdfplumber
for path in sys.argv[1:]:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()
"""
READER = """
import sys
from pathlib import Path
from extractor.readers import read
for path in sys.argv[1:]:
    read(Path(path))
"""
WHOLE = """
import sys, tempfile
from extractor.cli import commands
with tempfile.TemporaryDirectory() as out:
    commands(["extract", *sys.argv[1:], "--out", out])
"""


def measure(code: str, paths: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory (MB) of a Python process that runs the code over the paths."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *paths], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "benchmark")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return seconds, kilobytes / 1024


def compare(folder: Path) -> int:
    """Print the table for the PDFs under the folder; 0 if the limits are kept, 1 if not, 2 if there is no PDF."""
    paths = [str(path) for path in sorted(folder.glob("*/report.pdf"))]
    if not paths:
        print(f"no */report.pdf in {folder}: nothing to measure", file=sys.stderr)
        return 2
    print(f"{len(paths)} PDFs")
    bare, memory = measure(BARE, paths)
    print(f"bare pdfplumber  {bare:7.2f} s  1.00x  {memory:5.0f} MB")
    good = True
    for name, code in (("reader alone", READER), ("whole job", WHOLE)):
        seconds, memory = measure(code, paths)
        good = seconds <= MOST_TIME * bare and memory < MOST_MEMORY
        print(f"{name:15}  {seconds:7.2f} s  {seconds / bare:4.2f}x  {memory:5.0f} MB")
    print(f"limits: {MOST_TIME:.1f}x, {MOST_MEMORY:.0f} MB: {'kept' if good else 'EXCEEDED'}")
    return 0 if good else 1


@pytest.mark.benchmark
def test_the_whole_job_takes_no_longer_than_bare_pdfplumber() -> None:
    if not (SHARED / "corpus" / "dev").is_dir():
        pytest.skip("the shared reports are not there (HESHU_SHARED)")
    assert compare(SHARED / "corpus" / "dev") == 0


if __name__ == "__main__":
    sys.exit(compare(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "corpus" / "dev"))
