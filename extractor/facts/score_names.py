"""Names of indicators as they stand in cells, headings and sentences: numbering and points off, dimensions bare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import FOLD

_WORDS = load("scores")
CERTAIN_DIMENSIONS = frozenset(_WORDS["names"]["dimensions"])
DIMENSIONS = CERTAIN_DIMENSIONS | frozenset(_WORDS["names"]["sometimes"])
_DIMENSION_PREFIX = re.compile(_WORDS["names"]["dimension_prefix"])
_DIMENSION_SUFFIX = re.compile(_WORDS["names"]["dimension_suffix"])
_NUMBERING = re.compile(_WORDS["names"]["numbering"])
_POINTS = re.compile(_WORDS["label"]["points"])
_BARE_POINTS = re.compile(_WORDS["label"]["bare_points"])
_SCORE = re.compile(_WORDS["label"]["score"])
_CODE = re.compile(_WORDS["names"]["code"])
_JOINT = re.compile(_WORDS["names"]["dimension_joint"])
_EXPLANATION = re.compile(_WORDS["names"]["explanation"])
_BLANK = re.compile(_WORDS["names"]["blank"])
_TOTAL = re.compile(_WORDS["names"]["total"])
_SUBTOTAL = re.compile(_WORDS["names"]["subtotal"])
_CONTINUED = re.compile(_WORDS["names"]["continued"])
MOST_POINTS = 100
MOST_PERCENT = 60  # more than that in brackets behind a name is a target: 合格率（95%）
_EMPHASIS = re.compile(r"\*\*|</?\w+>")


@dataclass(frozen=True, slots=True)
class Points:
    """A number in a label: `text` as written, its `value` in 分, whether in brackets."""

    text: str
    value: Decimal
    bracketed: bool = True


def is_blank(text: str) -> bool:
    """Nothing, or only a dash that says so."""
    return bool(_BLANK.match(squeeze(text)))


def is_code(text: str) -> bool:
    """Whether a cell holds nothing but an indicator's code: A, A11, B2.1."""
    return bool(_CODE.match(_plain(text.translate(FOLD))))


def is_total(text: str) -> bool:
    return bool(_TOTAL.match(_plain(text)))


def is_subtotal(text: str) -> bool:
    return bool(_SUBTOTAL.match(_plain(text)))


def is_continued(text: str) -> bool:
    """接上页 and the like, which stand for the label above."""
    return bool(_CONTINUED.match(_plain(text)))


def points(text: str) -> Points | None:
    """The points that close a label: 立项依据充分性（3分） → 3. A year or a target in brackets is none."""
    folded = without_score(text.translate(FOLD).strip())
    m = _POINTS.search(folded) or _BARE_POINTS.search(folded)
    if m is None or "。" in folded[:-1]:
        return None
    group = "bracketed" if "bracketed" in m.groupdict() else "bare"
    number = re.sub(r"\s", "", m[group])
    percent = group == "bracketed" and (m["unit"] or "").startswith("%")
    if Decimal(number) > (MOST_PERCENT if percent else MOST_POINTS):
        return None
    return Points(number, Decimal(number), group == "bracketed")


def own_score(text: str) -> Points | None:
    """The score that closes a label behind its points: 决策（20分，得17分） → 17."""
    m = _SCORE.search(text.translate(FOLD).strip())
    return Points(m["score"], Decimal(m["score"])) if m else None


def without_score(text: str) -> str:
    """A label without the score behind its points: 决策（20分，得17分） → 决策（20分）."""
    return _SCORE.sub("）", text)


def bare(text: str) -> str:
    """An indicator's name without numbering, points, closing punctuation and white space."""
    text = without_score(_EMPHASIS.sub("", text).translate(FOLD).strip())
    if points(text) is not None:
        text = _BARE_POINTS.sub("", _POINTS.sub("", text))
    name = squeeze(text)
    shorter = _NUMBERING.sub("", name)
    return (shorter or name).rstrip(";；:：。,，、")


def without_explanation(name: str) -> str:
    """A name without the explanation that follows it in its cell: 资金到位率：实际到位资金与计划资金的比率 → 资金到位率."""
    return _EXPLANATION.sub("", name)


@lru_cache(maxsize=1 << 12)
def bare_dimension(text: str) -> str:
    """The bare name of a dimension: 项目决策情况, A决策（14分）, 一、决策类指标 → 决策."""
    name = squeeze(_EMPHASIS.sub("", text).translate(FOLD))
    name = re.sub(r"[（(\[【].*", "", name) or name
    name = _BARE_POINTS.sub("", name)
    name = _DIMENSION_PREFIX.sub("", name, count=1) or name
    name = re.sub(r"[\d.]+(?:分|%)?$", "", name).rstrip(";；:：。,，、") or name
    while (shorter := _DIMENSION_SUFFIX.sub("", name)) != name and shorter:
        name = shorter
    for prefix in ("项目", "部门整体", "政策"):
        rest = name.removeprefix(prefix)
        if rest in DIMENSIONS and name not in DIMENSIONS or prefix == "项目" and rest in DIMENSIONS:
            name = rest
    return name


def is_known_dimension(text: str) -> bool:
    """Whether the text names what is a first-level indicator in some report, or two of them in one."""
    return _all_in(bare_dimension(text), DIMENSIONS)


def is_certain_dimension(text: str) -> bool:
    """Whether the text names what is a first-level indicator wherever it stands, or two of them in one."""
    return _all_in(bare_dimension(text), CERTAIN_DIMENSIONS)


def _all_in(name: str, names: frozenset[str]) -> bool:
    """产出及效果 is 产出 and 效果 in one."""
    return name in names or all(part in names for part in _JOINT.split(name))


def _plain(text: str) -> str:
    return squeeze(_EMPHASIS.sub("", text))
