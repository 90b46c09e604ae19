"""Characters from pictures: rapidocr's models behind two questions. They are an extra, so everything is imported late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import Any

from extractor.readers.errors import ReadError

INSTALL = "pip install 'heshu[ocr]'"
"""What brings the models."""
DETECTED_AT = 110.0
"""Pixels per inch at which lines are looked for: the characters of a footnote are about 12 pixels high."""
LEAST_SIDE = 320
"""The shorter side of what lines are looked for on is at least this many pixels."""
LINE_HEIGHT = 48
"""The recogniser reads lines of this height in pixels."""
NARROWEST = 48
"""A crop is widened to this many pixels, which the recogniser needs to see a single digit."""
STRIDE = 8
"""Crops are widened to a multiple of this."""
BLANK = 0
"""The recogniser's class for no character."""
FIGURES = "0123456789.,"
LOST, BESIDE = 0.003, 0.85
"""White within a number that may be something else with this probability (of clean white it is below 0.0001) may be a
lost digit or point: what stands beside it is no surer than this."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character that was recognised: its middle along the line as a share of the crop's width, and how sure (0 to 1) it
    is that this stands there, and within a number that nothing is lost beside it."""

    text: str
    at: float
    sure: float


def available() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) for name in ("rapidocr", "cv2"))


def require(what: str) -> None:
    """Raises ReadError `file.ocr` where the extra is not installed; `what` says in Chinese what needs it."""
    if not available():
        raise ReadError("file.ocr", f"{what}，需要文字识别（OCR）：请安装 {INSTALL}")


def load() -> None:
    """Load the networks: before threads ask for them, lest each loads its own."""
    _engine()
    _recogniser()


def detect(image: Any, dpi: float) -> list[tuple[float, float, float, float]]:
    """The boxes (x0, top, x1, bottom) of the lines of text on a grey picture, in its pixels."""
    import cv2

    scale = min(1.0, DETECTED_AT / dpi)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = _engine()(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return []
    return [
        (min(x) / scale, min(y) / scale, max(x) / scale, max(y) / scale)
        for x, y in ((quad[:, 0].tolist(), quad[:, 1].tolist()) for quad in found.boxes)
    ]


def recognise(crop: Any) -> list[Character]:
    """The characters of one line (a grey picture), from left to right."""
    import cv2
    import numpy

    height, width = crop.shape[:2]
    scaled = max(1, round(LINE_HEIGHT * width / height))
    padded = max(NARROWEST, -(-scaled // STRIDE) * STRIDE)
    line = cv2.resize(crop, (scaled, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR).astype(numpy.float32) / 127.5 - 1
    batch = numpy.ones((1, 3, LINE_HEIGHT, padded), numpy.float32)
    batch[:, :, :, :scaled] = line
    session, alphabet = _recogniser()
    odds = session(batch)[0]
    best, sure = odds.argmax(axis=1), odds.max(axis=1)
    step = padded / len(best) / scaled
    found: list[Character] = []
    start = last = 0
    for end in range(1, len(best) + 1):
        if end < len(best) and best[end] == best[start]:
            continue
        if best[start] != BLANK:
            middle = (start + end) / 2 * step
            certain = float(sure[start:end].max())
            text = alphabet[best[start]]
            in_number = bool(found) and found[-1].text in FIGURES and text in FIGURES
            if in_number and _is_lost(odds[last:start], best[[last - 1, start]]):
                found[-1] = replace(found[-1], sure=min(found[-1].sure, BESIDE))
                certain = min(certain, BESIDE)
            found.append(Character(text, min(1.0, middle), certain))
            last = end
        start = end
    return found


def _is_lost(white: Any, beside: Any) -> bool:
    """Whether white between characters may be another one; `beside` are the classes of those two."""
    if not len(white):
        return False
    other = white.max(axis=0)
    other[[BLANK, *beside]] = 0.0
    return bool(other.max() >= LOST)


@cache
def _engine() -> Any:
    """The detector; one for all threads, since none of its settings change."""
    return _load(use_det=True, use_cls=False, use_rec=False)


@cache
def _recogniser() -> tuple[Any, list[str]]:
    """The recogniser's network and its alphabet."""
    import numpy

    engine = _load(use_det=False, use_cls=False, use_rec=True)
    engine(numpy.full((LINE_HEIGHT, NARROWEST, 3), 255, numpy.uint8))  # the network is loaded at the first line
    return engine.text_rec.session, engine.text_rec.postprocess_op.character


def _load(**steps: bool) -> Any:
    from rapidocr import RapidOCR

    # One thread a page: pages are read side by side, which pays better than splitting the sums of one.
    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    plain = {"Global.log_level": "critical", "Det.limit_side_len": LEAST_SIDE}
    return RapidOCR(params={**plain, **threads, **{f"Global.{step}": wanted for step, wanted in steps.items()}})
