"""What a synthetic report says, before any wording: plain data whose arithmetic is true by construction.

Amounts are `Decimal` in 元; scores and weights in 分; rates are percentages (91.66 means 91.66 %).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

DIMENSIONS = ("决策", "过程", "产出", "效益")
BANDS = ((Decimal(90), 0), (Decimal(80), 1), (Decimal(60), 2), (Decimal(0), 3))
"""Lowest score of each grade and the grade's place in a style's list of words (优 良 中 差)."""


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Rounded half up to `places` decimals, as auditors round."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def percentage(part: Decimal, whole: Decimal, places: int = 2) -> Decimal:
    return rounded(part / whole * 100, places)


@dataclass(slots=True)
class Project:
    """Names and dates. `report_date` is (year, month, day)."""

    year: int
    city: str
    field: str
    name: str
    title: str
    department: str
    entrusting: str
    competent: str
    implementing: str
    evaluator: str
    report_date: tuple[int, int, int]
    towns: list[str]
    beneficiary: str
    goal: str
    background: str
    effects: list[str]


@dataclass(slots=True)
class Item:
    """One row of the spending table, in 元."""

    name: str
    budget: Decimal
    spent: Decimal


@dataclass(slots=True)
class Money:
    """The project's funds in 元. `items` and `sources` add up to the totals; `unit_price × quantity` is one item's budget."""

    budget: Decimal
    adjusted: Decimal | None
    arrived: Decimal
    spent: Decimal
    items: list[Item]
    sources: list[tuple[str, Decimal]]

    @property
    def base(self) -> Decimal:
        """The budget after adjustment."""
        return self.adjusted if self.adjusted is not None else self.budget


@dataclass(slots=True)
class Output:
    """A planned and achieved quantity; `rate` is the rate of completion in % with two decimals."""

    name: str
    unit: str
    plan: int
    actual: int
    rate: Decimal


@dataclass(slots=True)
class Node:
    """An indicator; a leaf has no children.

    `kind` says how a leaf is scored (corpus/data/indicators.toml): by `points` (what each is given for, how many 分), by
    `step` 分 off for each `case`, or by `rate` in %, in proportion or with `step` 分 off for each percentage point below
    `threshold`. `full` is the reason given for full marks, `defect` the clause that states why points were lost.
    `problem` indexes `Report.problems`, `output` `Report.outputs`.
    """

    name: str
    weight: Decimal
    score: Decimal
    kind: str = "group"
    children: list[Node] = field(default_factory=list)
    definition: str = ""
    full: str = ""
    case: str = ""
    defect: str = ""
    points: list[tuple[str, Decimal]] = field(default_factory=list)
    step: Decimal | None = None
    threshold: Decimal | None = None
    rate: Decimal | None = None
    problem: int | None = None
    output: int | None = None

    @property
    def lost(self) -> Decimal:
        return self.weight - self.score


@dataclass(slots=True)
class Problem:
    heading: str
    sentence: str
    text: str
    defect: str
    category: str
    leaf: str
    unit: str


@dataclass(slots=True)
class Suggestion:
    heading: str
    text: str
    addresses: list[int]


@dataclass(slots=True)
class Question:
    """`counts` of the answers A, B, C, D; `satisfaction` is the weighted mean in %."""

    text: str
    counts: list[int]
    satisfaction: Decimal


@dataclass(slots=True)
class Group:
    """One group of people asked: questionnaires sent and valid; `satisfaction` is the mean of its questions' in %."""

    name: str
    sent: int
    valid: int
    questions: list[Question]
    satisfaction: Decimal


@dataclass(slots=True)
class Town:
    name: str
    score: Decimal
    rank: int


@dataclass(slots=True)
class Report:
    project: Project
    money: Money
    outputs: list[Output]
    dimensions: list[Node]
    problems: list[Problem]
    suggestions: list[Suggestion]
    groups: list[Group]
    towns: list[Town]
    total: Decimal
    grade: int
    levels: int

    def leaves(self) -> Iterator[tuple[list[Node], Node]]:
        """Every leaf with the nodes above it, outermost first."""
        return leaves(self.dimensions)


def leaves(nodes: list[Node], above: tuple[Node, ...] = ()) -> Iterator[tuple[list[Node], Node]]:
    for node in nodes:
        if node.children:
            yield from leaves(node.children, (*above, node))
        else:
            yield list(above), node


def nodes_at(nodes: list[Node], depth: int) -> list[Node]:
    """The nodes `depth` levels below the given ones, 0 for themselves."""
    for _ in range(depth):
        nodes = [child for node in nodes for child in node.children]
    return nodes


def grade_of(total: Decimal) -> int:
    """0 for 优 … 3 for 差, by the usual bands 90, 80, 60."""
    return next(place for lowest, place in BANDS if total >= lowest)
