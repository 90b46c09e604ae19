"""What a family says: this stated number should follow from those others. Plain data."""

from __future__ import annotations

from decimal import Decimal

from extractor.document import Evidence
from extractor.quantity import MONEY, Figure, Interval, exact, rounding_interval
from extractor.record import record
from extractor.result import CheckKind

EXACT_UNITS = frozenset({"分", "年", "月", "日"})
"""Units whose numbers are exact however they are shown. Whole numbers in units of neither money nor rate are counts and
exact too."""


Place = tuple[int, ...]
"""What tells two numbers apart: block, then row and column or offset."""


@record(frozen=True, slots=True)
class Term:
    """A number that takes part in a check. `label` says in Chinese what and where it is; `is_exact` overrides what the unit tells about rounding."""

    text: str
    value: Decimal
    unit: str | None
    places: int
    evidence: Evidence
    place: Place
    label: str = ""
    is_exact: bool | None = None

    @property
    def exact(self) -> bool:
        if self.is_exact is not None:
            return self.is_exact
        return self.unit in EXACT_UNITS or (self.places == 0 and self.unit not in MONEY and not self.is_rate)

    @property
    def is_rate(self) -> bool:
        return self.unit in ("%", "％", "个百分点", "百分点")

    @property
    def interval(self) -> Interval:
        """The true values that the number allows, in its own unit."""
        return exact(self.value) if self.exact else rounding_interval(self.value, self.places)


def term(figure: Figure, evidence: Evidence, place: Place, label: str = "", unit: str | None = None) -> Term:
    """A term of a figure; `unit` is the one that its column or table states, where the figure has none."""
    return Term(figure.text, figure.value, figure.unit or unit, figure.places, evidence, place, label)


@record(frozen=True, slots=True)
class Quote:
    """Words that take part in a check without a number of theirs doing so; `place` as of a term."""

    evidence: Evidence
    place: Place


@record(frozen=True, slots=True)
class Proposal:
    """One equation that a report should satisfy.

    For the kinds sum, difference (the first minus the rest), product, ratio (the first by the second), mean, weighted
    (values, then as many weights), equal and count, the engine computes what the operands allow. For all others, and
    where a rule computes by itself, the family gives `expected` (numbers) or `holds` (words). `subject` is a key of
    data/subjects.toml that tells title and severity; `confidence` the chance that a miss is a real error.
    `expression` is made from the operands where empty. `reason` is what stands in the explanation of a miss instead of
    the computed equation; a check without numbers needs both, and `quotes` say where its words stand, those at fault
    first. `causes` are likely causes that only the family can know, in Chinese. Misses of one `group` are one error
    whatever numbers they share. `grades` are the grades that the value of an operand decides, each with its lowest
    score, the highest first.
    """

    rule: str
    kind: CheckKind
    subject: str
    operands: tuple[Term, ...]
    stated: Term | None = None
    confidence: float = 0.9
    expected: Interval | None = None
    holds: bool | None = None
    expression: str = ""
    reason: str = ""
    quotes: tuple[Quote, ...] = ()
    causes: tuple[str, ...] = ()
    group: str = ""
    grades: tuple[tuple[str, Decimal], ...] = ()

    def grade_of(self, score: Decimal) -> str | None:
        """The grade of a score, None below the lowest."""
        return next((grade for grade, low in self.grades if score >= low), None)
