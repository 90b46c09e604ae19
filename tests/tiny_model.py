"""A model of two words, for tests that need some model and not what the real one knows."""

from __future__ import annotations

import json
from pathlib import Path

from models import Classifier, folder
from models.linear import Linear

MODEL = Classifier(
    version="tiny",
    deficiency=Linear.fitted(["no", "yes"], [0, -6], {"t缺": [0, 60]}),
    category=Linear.fitted(["时效进度", "档案资料"], [0, 1], {"t期": [0, -60]}),
    role=Linear.fitted(["概况", "问题"], [0, -9], {"t缺": [0, 60]}),
)


def write(path: Path) -> Path:
    """Writes a model to which a clause with 缺 states a deficiency, and one with 期 is about time, else about papers."""
    contents = json.dumps(MODEL.record(), ensure_ascii=False).encode("utf-8")
    folder.write(path, {"linear.json": contents}, {"version": MODEL.version})
    return path
