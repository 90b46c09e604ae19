"""The processor time that classifying takes, load included, against bare pdfplumber on the same PDFs, in one run.

    python -m tests.benchmarks.bench_classify_share [FOLDER]

Classifying is loading the model and `extractor.facts.classify` on every report; reading and the rules' facts are not
counted. It may take 20 % of the time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from extractor import facts
from extractor.layout import lay_out
from extractor.readers import read
from models import load
from tests.benchmarks.bench_check_share import SHARED, bare

MOST_SHARE = 0.20


def measure(folder: Path) -> int:
    """Print the figures; 0 if the limit is kept, 1 if not, 2 if there is no PDF."""
    paths = sorted(folder.glob("*/report.pdf"))
    if not paths:
        print(f"no */report.pdf in {folder}: nothing to measure", file=sys.stderr)
        return 2
    plumber = sum(map(bare, paths))
    read_so = [(document, facts.extract(document)) for path in paths for document in lay_out(read(path))]
    began = time.process_time()
    model = load()
    loaded = time.process_time() - began
    for document, found in read_so:
        facts.classify(document, found, model)
    classified = time.process_time() - began
    print(f"bare pdfplumber {plumber:6.2f} s")
    print(f"classifying     {classified:6.2f} s  {classified / plumber:.2f}x, {loaded:.2f} s of it to load")
    return int(classified > MOST_SHARE * plumber)


@pytest.mark.benchmark
def test_classifying_takes_a_small_share_of_bare_pdfplumber() -> None:
    if not (SHARED / "corpus" / "dev").is_dir():
        pytest.skip("the shared reports are not there (HESHU_SHARED)")
    assert measure(SHARED / "corpus" / "dev") == 0


if __name__ == "__main__":
    sys.exit(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "corpus" / "dev"))
