"""What loading costs: `heshu ingest` with one worker and with two, against bare pdfplumber in one process and in two and
against `heshu extract`, over the same synthetic reports in Word and PDF, in one run.

    python tests/benchmarks/bench_ingest.py [COUNT]     files, 1,000 unless told

Wanted: two workers gain over one at least 0.92 of what two bare processes gain over one; the rate is at least 0.9 of that of
`heshu extract` with as many processes; memory of parent and workers is as high over the last hundred files as over the first.
All times include the start of the program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COUNT = 1_000
BARE_PDFS = 100  # of which pdfplumber reads the text and tables of all pages
LEAST_GAIN, LEAST_RATE, MOST_GROWTH = 0.92, 0.9, 1.1
SEED = 11

BARE = """
import sys, pdfplumber
for path in sys.argv[1:]:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_text()
            page.extract_tables()
"""
EXTRACT = "import sys; from extractor.cli import commands; commands(['extract', *sys.argv[1:]])"
INGEST = "import sys; from api.cli.ingest import ingest; sys.exit(ingest(standalone_mode=False))"


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds; CPU seconds of the parent alone; the highest memory of parent and of all workers together over the
    first and over the last tenth of the time, after a start of five seconds, in MB."""

    seconds: float
    parent: float = 0.0
    first: float = 0.0
    last: float = 0.0


def reports(folder: Path, count: int) -> tuple[list[Path], list[Path]]:
    """Makes `count` files, half Word, half PDF, all different; the folders of both kinds."""
    from corpus.generate import generate

    made = generate(folder / "made", (count + 1) // 2, SEED, ("docx", "pdf"))
    (folder / "all").mkdir()
    for one in made:
        for kind in ("docx", "pdf"):
            (one / f"report.{kind}").rename(folder / "all" / f"{one.name}.{kind}")
    shutil.rmtree(folder / "made")
    return sorted((folder / "all").glob("*.docx")), sorted((folder / "all").glob("*.pdf"))


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(REPOSITORY)}


def run(code: str, *words: object) -> float:
    """Wall seconds of a Python process that runs the code."""
    began = time.perf_counter()
    command = [sys.executable, "-c", code, *map(str, words)]
    subprocess.run(command, env=environment(), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def bare(paths: Sequence[Path], processes: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(lambda part: run(BARE, *part), [paths[start::processes] for start in range(processes)]))
    return time.perf_counter() - began


def load(folder: Path, store: Path, jobs: int) -> Cost:
    """One run of `heshu ingest` into a new store."""
    words = [sys.executable, "-c", INGEST, str(folder), "--store", str(store), "--jobs", str(jobs)]
    began = time.perf_counter()
    looks: list[tuple[float, float]] = []
    with subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        watched = psutil.Process(process.pid)
        parent = 0.0
        while process.poll() is None:
            try:
                parent = sum(watched.cpu_times()[:2])
                family = [watched, *watched.children()]
                looks.append((time.perf_counter() - began, sum(one.memory_info().rss for one in family) / 2**20))
            except psutil.Error:
                continue
            time.sleep(0.5)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
    seconds = time.perf_counter() - began
    started, ended = 5.0, seconds - 1.0
    tenth = (ended - started) / 10
    first = max((size for moment, size in looks if started <= moment <= started + tenth), default=0.0)
    last = max((size for moment, size in looks if ended - tenth <= moment <= ended), default=0.0)
    return Cost(seconds, parent, first, last)


def compare(count: int) -> int:
    """Prints the table; 0 if what is wanted is reached, 1 if not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words, pdfs = reports(folder, count)
        files = len(words) + len(pdfs)
        print(f"{files} files, load of the machine before: {os.getloadavg()[0]:.1f}")
        plain = pdfs[:BARE_PDFS]
        one_bare, two_bare = bare(plain, 1), bare(plain, 2)
        print(f"bare pdfplumber   1: {one_bare:7.1f} s   2: {two_bare:7.1f} s   gain {one_bare / two_bare:.3f}")
        one, two = (load(folder / "all", folder / f"store{jobs}" / "a.db", jobs) for jobs in (1, 2))
        print(
            f"heshu ingest      1: {one.seconds:7.1f} s   2: {two.seconds:7.1f} s   gain {one.seconds / two.seconds:.3f}"
        )
        extract = [run(EXTRACT, folder / "all", "--out", folder / f"out{jobs}", "--jobs", jobs) for jobs in (1, 2)]
        print(f"heshu extract     1: {extract[0]:7.1f} s   2: {extract[1]:7.1f} s   gain {extract[0] / extract[1]:.3f}")
        share = (one.seconds / two.seconds) / (one_bare / two_bare)
        rates = [extract[0] / one.seconds, extract[1] / two.seconds]
        growth = max(cost.last / cost.first for cost in (one, two))
        print(f"gain against bare {share:.3f} (at least {LEAST_GAIN})")
        print(f"rate against heshu extract  1: {rates[0]:.3f}   2: {rates[1]:.3f} (at least {LEAST_RATE})")
        for jobs, cost in ((1, one), (2, two)):
            print(
                f"jobs {jobs}: {files / cost.seconds * 60:.0f} files a minute, parent {cost.parent / files * 1000:.0f} ms of "
                f"CPU a file, memory {cost.first:.0f} MB at first, {cost.last:.0f} MB at last (at most x{MOST_GROWTH})"
            )
        good = share >= LEAST_GAIN and min(rates) >= LEAST_RATE and growth <= MOST_GROWTH
    return 0 if good else 1


@pytest.mark.benchmark
def test_loading_is_as_fast_as_reading_and_memory_stays_flat() -> None:
    assert compare(int(os.environ.get("HESHU_BENCH_FILES", COUNT))) == 0


if __name__ == "__main__":
    sys.exit(compare(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
