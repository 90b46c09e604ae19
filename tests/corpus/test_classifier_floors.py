"""What the classifier must reach with reports of agencies that it never saw; floors, not goals. Encoders take too long to
train for a test: the linear models stand here alone, and models/README.md tells what both reach together."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.evaluate import summary
from corpus.examples import of_report, of_statements
from corpus.leave_out import left_out_scores
from models import load

HANDWRITTEN = Path(__file__).resolve().parents[2] / "corpus" / "handwritten"
FLOORS = {"defects recall": 0.74, "defects precision": 0.66, "category": 0.80}


@pytest.mark.acceptance
def test_the_linear_models_at_agencies_they_never_saw(shared: Path, tmp_path: Path) -> None:
    dev = shared / "corpus" / "dev"
    real = [example for path in sorted(dev.glob("*/gold.json")) for example in of_report(path.parent)]
    own = [e for path in sorted(HANDWRITTEN.glob("*/gold.json")) for e in of_report(path.parent, own=True)]
    examples = [*real, *own, *of_statements()]
    figures = summary(left_out_scores(dev, examples, load(), tmp_path)).data["summary"]
    assert {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor} == {}
