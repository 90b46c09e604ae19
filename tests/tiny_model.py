"""A model of two words, for tests that need some model and not what the real one knows."""

from __future__ import annotations

import json
from pathlib import Path

from models import folder
from models.linear import Linear

DEFICIENCY = Linear(("no", "yes"), (3.0, -3.0), {"t缺": [-40.0, 40.0]})
CATEGORY = Linear(("档案资料", "时效进度"), (1.0, 0.0), {"t期": [-40.0, 40.0]})


def write(path: Path) -> Path:
    """Writes a model to which a clause with 缺 states a deficiency, and one with 期 is about time, else about papers."""
    parts = {"deficiency": DEFICIENCY.record(), "category": CATEGORY.record()}
    contents = json.dumps(parts, ensure_ascii=False).encode("utf-8")
    folder.write(path, {"linear.json": contents}, {"version": "tiny"})
    return path
