"""What people say of a result: its facts under names that outlive new versions of the extractor, and what corrections make
of them. Pure.

A name is a path as in a JSON Pointer, of words instead of numbers where the result has lists: `/headline/budget`,
`/indicators/决策/项目立项/立项依据充分性/score`, `/problems/预算编制不细化`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

from extractor.document import Evidence
from extractor.quantity import MONEY, fold
from extractor.result import Category, Dimension, Grade, Indicator, Kind, Quantity, Result, Severity, Value, Year

Verdict = Literal["confirmed", "dismissed", "corrected"]  # 属实, 误取 (of a finding 误报), 更正
AddedKind = Literal["arithmetic", "cross-mention", "logic", "grade"]  # as in annotated reports
Group = Literal["meta", "headline", "dimensions", "indicators", "problems", "problem_list", "defects"]
Form = Literal["words", "number", "money", "rate", "year", "date", "kind", "category"]
Address = tuple[str | int, ...]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
ADDED_KINDS: tuple[AddedKind, ...] = get_args(AddedKind)
NUMBERS = ("weight", "score")
ADDED = Evidence("复核时补录")  # of a fact that the report was not found to state
_MONEY = ("budget", "adjusted_budget", "funds_arrived", "expenditure")
_RATES = ("arrival_rate", "execution_rate")
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_AMOUNT = re.compile(r"([-+]?[\d,，]*\.?\d+)\s*(\S*)")
_YEARS = range(1949, 2200)
_LONGEST = 2000  # characters


class ReviewError(Exception):
    """A correction that cannot be one; `message` is Chinese."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a result that people can confirm or correct. `value` is None where the result has none; a number is
    written with a point and without marks. `address` leads to it in this result, `form` tells what a value may be."""

    name: str
    group: Group
    form: Form
    value: str | None
    unit: str | None
    address: Address
    evidence: Evidence | None = None
    mentions: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """The last word on a fact or a finding: who, and when (ISO 8601, UTC). Of a corrected fact `value` and `unit` hold
    what is right; `was` is what had been read, None for nothing."""

    verdict: Verdict
    note: str
    by: str | None
    at: str
    value: str | None = None
    unit: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """An error that a reviewer found and the program did not: who, and when (ISO 8601, UTC). `evidence` are the words of
    the report that it is about."""

    kind: AddedKind
    severity: Severity
    text: str
    evidence: Evidence | None
    by: str | None
    at: str


@dataclass(frozen=True, slots=True)
class Review:
    """What was said of a result: of its facts by name, of its findings by fingerprint; and what was found beyond them."""

    facts: Mapping[str, Said] = field(default_factory=dict)
    findings: Mapping[str, Said] = field(default_factory=dict)
    added: Sequence[Added] = ()

    def __bool__(self) -> bool:
        return bool(self.facts or self.findings or self.added)


@dataclass(frozen=True, slots=True)
class ReviewedReport:
    """A report that people have gone through. `lines` are its text, each with the block and, of a table, the row that it is;
    `original` is the file, None where it holds other reports too."""

    name: str
    format: str
    original: bytes | None
    result: Result
    review: Review
    lines: tuple[tuple[int, int | None, str], ...]


def facts(result: Result) -> list[Fact]:
    """Every fact that can be reviewed, in the order of the result; each name once."""
    met: Counter[str] = Counter()
    named = []
    for fact in _facts(result):
        met[fact.name] += 1
        named.append(fact if met[fact.name] == 1 else replace(fact, name=f"{fact.name}#{met[fact.name]}"))
    return named


def _facts(result: Result) -> Iterator[Fact]:
    for key in type(result.meta).model_fields:
        known = getattr(result.meta, key)
        form: Form = {"evaluated_year": "year", "report_date": "date", "kind": "kind"}.get(key, "words")  # type: ignore[assignment]
        value = None if known is None else str(known.value)
        yield Fact(f"/meta/{key}", "meta", form, value, None, ("meta", key), known.evidence if known else None)
    for key in type(result.headline).model_fields:
        yield _headline(key, getattr(result.headline, key))
    for at, dimension in enumerate(result.dimensions):
        yield from _scores("dimensions", at, [dimension.name], dimension)
    for at, indicator in enumerate(result.indicators):
        yield from _scores("indicators", at, indicator.path, indicator)
    for at, problem in enumerate(result.problems):
        yield _problem("problems", at, problem.heading or problem.text, problem.category, problem.evidence)
    for at, row in enumerate(result.problem_list):
        yield _problem("problem_list", at, row.text, row.category, row.evidence)
    for at, defect in enumerate(result.defects):
        yield _problem("defects", at, defect.text, defect.category, defect.evidence)


def _headline(key: str, known: Quantity | Grade | None) -> Fact:
    form: Form = "money" if key in _MONEY else "rate" if key in _RATES else "words" if key == "grade" else "number"
    name, address = f"/headline/{key}", ("headline", key)
    if known is None:
        return Fact(name, "headline", form, None, None, address)
    value = known.value if isinstance(known, Grade) else _plain(known.value)
    return Fact(name, "headline", form, value, known.unit, address, known.evidence, tuple(known.mentions))


def _scores(group: Group, at: int, path: Sequence[str], row: Dimension | Indicator) -> Iterator[Fact]:
    for key in NUMBERS:
        value: Decimal | None = getattr(row, key)
        written = None if value is None else _plain(value)
        yield Fact(name_of(group, *path, key), group, "number", written, "分", (group, at, key), row.evidence)


def _problem(group: Group, at: int, text: str, category: str | None, evidence: Evidence) -> Fact:
    return Fact(name_of(group, text), group, "category", category, None, (group, at, "category"), evidence)


def name_of(*parts: str) -> str:
    """The name of what the parts lead to: width and blanks aside, as a JSON Pointer escapes them."""
    told = ("".join(unicodedata.normalize("NFKC", part).split()) for part in parts)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in told)


def written(value: str | None, unit: str | None) -> str | None:
    """A value with its unit, as people write it."""
    if value is None:
        return None
    return f"{value}{unit}" if unit == "%" else f"{value} {unit}" if unit else value


def read_value(fact: Fact, text: str) -> tuple[str, str | None]:
    """The corrected value that a person wrote for a fact, and its unit. Raises ReviewError where it cannot be one."""
    told = " ".join(fold(text).split())
    if not told or len(told) > _LONGEST:
        raise ReviewError("请填写更正后的内容" if not told else f"更正后的内容不能超过 {_LONGEST} 字")
    if fact.form in ("number", "money", "rate"):
        return _number(fact, told)
    if fact.form == "year" and not (told.removesuffix("年").isdecimal() and int(told.removesuffix("年")) in _YEARS):
        raise ReviewError(f"年度要写成四位数字，例如 2021，不能是“{told}”")
    if fact.form == "date" and not _is_date(told):
        raise ReviewError(f"日期要写成 2022-07 或 2022-07-15，不能是“{told}”")
    if fact.form == "kind" and told not in get_args(Kind):
        raise ReviewError(f"类型只能是 {'、'.join(get_args(Kind))}")
    if fact.form == "category" and told not in get_args(Category):
        raise ReviewError(f"类别只能是 {'、'.join(get_args(Category))}")
    return (told.removesuffix("年") if fact.form == "year" else told), None


def _number(fact: Fact, told: str) -> tuple[str, str | None]:
    match = _AMOUNT.fullmatch(told)
    try:
        value = Decimal(re.sub("[,，]", "", match[1])) if match else None
    except InvalidOperation:
        value = None
    if match is None or value is None:
        raise ReviewError(f"要填数字，不能是“{told}”")
    unit = match[2] or fact.unit or {"money": "万元", "rate": "%"}.get(fact.form, "分")
    allowed = tuple(MONEY) if fact.form == "money" else ("%",) if fact.form == "rate" else ("分",)
    if unit not in allowed:
        raise ReviewError(f"单位只能是 {'、'.join(allowed)}，不能是“{unit}”")
    return _plain(value), unit


def _is_date(told: str) -> bool:
    match = _DATE.fullmatch(told)
    return bool(match) and 1 <= int(match[2]) <= 12 and (match[3] is None or 1 <= int(match[3]) <= 31)  # type: ignore[index]


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def corrected(result: Result, said: Mapping[str, Said]) -> Result:
    """The result with what reviewers put right: corrected values in their places, values that were read wrongly taken
    out. Problems that are none stay in their list, so that what refers to them still does."""
    changed = result.model_copy(deep=True)
    for fact in facts(result):
        word = said.get(fact.name)
        if word is not None and word.verdict == "corrected" and word.value is not None:
            _put(changed, fact, word.value, word.unit)
        elif word is not None and word.verdict == "dismissed" and fact.form != "category":
            owner, key = _owner(changed, fact)
            setattr(owner, key, None)
    return changed


def _owner(result: Result, fact: Fact) -> tuple[object, str]:
    owner: object = result
    for step in fact.address[:-1]:
        owner = owner[step] if isinstance(step, int) else getattr(owner, step)  # type: ignore[index]
    return owner, str(fact.address[-1])


def _put(result: Result, fact: Fact, value: str, unit: str | None) -> None:
    owner, key = _owner(result, fact)
    put: object
    if fact.group == "meta":
        put = (
            Year(value=int(value), evidence=fact.evidence)
            if fact.form == "year"
            else Value(value=value, evidence=fact.evidence)
        )
    elif fact.group == "headline":
        evidence, mentions = fact.evidence or ADDED, list(fact.mentions)
        if key == "grade":
            put = Grade(value=value, text=value, evidence=evidence, mentions=mentions)
        else:
            put = Quantity(value=Decimal(value), unit=unit, text=value, evidence=evidence, mentions=mentions)
    else:
        put = value if fact.form == "category" else Decimal(value)
    setattr(owner, key, put)
