"""What the report page tells at its right side: facts, scores, findings, problems, each with what was said of it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.store import Correction, Decision, Reviewed, Standing
from extractor.document import Evidence
from extractor.output import wording
from extractor.output.wording import Fault
from extractor.result import Check, Dimension, Finding, Indicator, Result, Suggestion
from extractor.review import Address, Fact, Said, facts, written

META = {"title": "标题", **wording.META}
SUMS_APART = Decimal("0.005")  # scores have two decimals at most
MOST_EQUATIONS = 4
MOST_PLACES = 8
QUOTE = 140  # characters of a quote


@dataclass(frozen=True, slots=True)
class FactView:
    """`text` is the value that counts, with its unit, None for none; `disputed` are the alarms about it, `carried` what was
    said of it in other files of the same report."""

    fact: Fact
    label: str
    text: str | None
    said: Said | None
    disputed: tuple[Finding, ...] = ()
    carried: tuple[Correction, ...] = ()

    @property
    def proposed(self) -> str:
        """What a reviewer put right in another file of the same report."""
        word = next((word for word in self.carried if word.verdict == "corrected"), None)
        return _shown(word.value, word.unit) or "" if word else ""

    @property
    def was(self) -> str | None:
        """What had been read, where reviewers put something else in its place."""
        return _shown(self.fact.value, self.fact.unit) if self.said and self.said.verdict != "confirmed" else None


@dataclass(frozen=True, slots=True)
class ScoreView:
    """A row of the score tree. `summed_…` is what the leaves below add up to, where they all have a number; `is_off_…`, that
    the row states another. `share` is the rate in %, from 0 to 100."""

    path: tuple[str, ...]
    depth: int
    weight: FactView | None
    score: FactView | None
    rate: Decimal | None
    evidence: Evidence | None
    criteria: str | None
    reason: str | None
    summed_weight: Decimal | None
    summed_score: Decimal | None
    is_off_weight: bool
    is_off_score: bool
    is_group: bool

    @property
    def disputed(self) -> list[Finding]:
        found = [finding for fact in (self.weight, self.score) if fact for finding in fact.disputed]
        return list({finding.id: finding for finding in found}.values())

    @property
    def is_off(self) -> bool:
        return self.is_off_weight or self.is_off_score

    @property
    def share(self) -> float:
        return min(100.0, max(0.0, float(self.rate or 0)))


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place of a finding, its quote with the numbers at stake marked."""

    evidence: Evidence
    where: str
    quote: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """`number` counts as people see them; `history` is all that was said of it here, oldest first."""

    number: int
    finding: Finding
    severity: str
    rule: str | None
    equations: tuple[str, ...]
    more_equations: int
    places: tuple[PlaceView, ...]
    more_places: int
    own: Decision | None
    carried: tuple[Decision, ...]
    history: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """`suggestions` answer it; `elsewhere` is what the report says of it in other places."""

    number: int
    heading: str
    text: str
    amounts: tuple[str, ...]
    evidence: Evidence
    category: FactView
    suggestions: tuple[tuple[int, Suggestion], ...]
    elsewhere: tuple[tuple[int, str, Evidence], ...]


class Facts:
    """The facts of a result by their places in it, with what was said of them."""

    def __init__(
        self, result: Result, reviewed: Reviewed, carried: Mapping[str, tuple[Correction, ...]] | None = None
    ) -> None:
        self._carried = carried or {}
        self._result, self._said = result, reviewed.review.facts
        self._by_address = {fact.address: fact for fact in facts(result)}
        self._faults: list[Fault] = wording.faults(result)

    def of(self, *address: str | int) -> FactView:
        fact = self._by_address[address]
        said = self._said.get(fact.name)
        return FactView(
            fact,
            label(fact),
            self._text(fact, said),
            said,
            tuple(self._disputed(fact)),
            self._carried.get(fact.name, ()),
        )

    def group(self, group: str) -> list[FactView]:
        return [self.of(*address) for address, fact in self._by_address.items() if fact.group == group]

    def _text(self, fact: Fact, said: Said | None) -> str | None:
        if said is not None and said.verdict == "corrected":
            return _shown(said.value, said.unit)
        if said is not None and said.verdict == "dismissed" and fact.form != "category":
            return None
        return _shown(fact.value, fact.unit)

    def _disputed(self, fact: Fact) -> list[Finding]:
        if fact.form not in ("number", "money", "rate") or fact.value is None:
            return []
        value = Decimal(fact.value)
        name = _row_name(self._result, fact.address)
        places = [*([fact.evidence] if fact.evidence else []), *fact.mentions]
        hit = [finding for place in places for finding in wording.disputed(self._faults, place, value, name)]
        return list({finding.id: finding for finding in hit}.values())


def label(fact: Fact) -> str:
    key = str(fact.address[-1])
    if fact.group == "meta":
        return META.get(key, key)
    if fact.group == "headline":
        return wording.HEADLINE.get(key, key)
    if key in ("weight", "score"):
        name = fact.name.split("/")[-2].replace("~1", "/").replace("~0", "~")
        return f"{name} {'分值' if key == 'weight' else '得分'}"
    return "问题类别"


def _shown(value: str | None, unit: str | None) -> str | None:
    if value is None or unit is None:
        return value
    return written(wording.number(Decimal(value)), unit)


def _row_name(result: Result, address: Address) -> str:
    if address[0] == "indicators":
        return result.indicators[int(address[1])].path[-1] if result.indicators[int(address[1])].path else ""
    return result.dimensions[int(address[1])].name if address[0] == "dimensions" else ""


def scores(result: Result, told: Facts) -> list[ScoreView]:
    """The score tree, a row an indicator, groups before what they hold."""
    places: dict[int, tuple[str, int]] = {}
    for group in ("dimensions", "indicators"):
        places.update({id(row): (group, at) for at, row in enumerate(getattr(result, group))})
    leaves = [(tuple(row.path), row) for row in result.indicators]
    views = []
    for path, row in wording.score_tree(result):
        below = [leaf for names, leaf in leaves if len(names) > len(path) and names[: len(path)] == tuple(path)]
        views.append(_score(tuple(path), row, below, places.get(id(row)), told))
    return views


def _score(
    path: tuple[str, ...],
    row: Dimension | Indicator | None,
    below: Sequence[Indicator],
    place: tuple[str, int] | None,
    told: Facts,
) -> ScoreView:
    weights = _sum([leaf.weight for leaf in below])
    summed = _sum([leaf.score for leaf in below])
    rate = (
        wording.rate(row) if row is not None else (summed / weights * 100 if summed is not None and weights else None)
    )
    return ScoreView(
        path=path,
        depth=len(path),
        weight=told.of(*place, "weight") if place else None,
        score=told.of(*place, "score") if place else None,
        rate=rate,
        evidence=row.evidence if row is not None else None,
        criteria=row.criteria if isinstance(row, Indicator) else None,
        reason=row.reason if isinstance(row, Indicator) else None,
        summed_weight=weights,
        summed_score=summed,
        is_off_weight=row is not None and _apart(weights, row.weight),
        is_off_score=row is not None and _apart(summed, row.score),
        is_group=bool(below),
    )


def _apart(total: Decimal | None, stated: Decimal | None) -> bool:
    return total is not None and stated is not None and abs(total - stated) > SUMS_APART


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    return sum((value for value in values if value is not None), Decimal(0)) if values and None not in values else None


def findings(
    result: Result, standings: Mapping[str, Standing], history: Sequence[Decision]
) -> tuple[list[FindingView], list[FindingView]]:
    """The alarms, most serious first, and the hints."""
    said: dict[str, list[Decision]] = defaultdict(list)
    for decision in history:
        if decision.attached:
            said[decision.attached].append(decision)
    shown = [
        _finding(number, finding, result, standings.get(finding.fingerprint), said[finding.fingerprint])
        for number, finding in enumerate([*wording.alarms(result), *wording.hints(result)], 1)
    ]
    return [one for one in shown if one.severity != "info"], [one for one in shown if one.severity == "info"]


def _finding(
    number: int, finding: Finding, result: Result, standing: Standing | None, history: Sequence[Decision]
) -> FindingView:
    checks = wording.checks_of(result, finding)
    wrong = [check for check in checks if check.verdict == "inconsistent"] or checks
    equations = list(dict.fromkeys(filter(None, map(wording.equation, wrong))))
    once: dict[object, Evidence] = {}
    for evidence in finding.evidence:
        once.setdefault((evidence.page, evidence.block, evidence.row, evidence.quote), evidence)
    places = list(once.values())
    return FindingView(
        number=number,
        finding=finding,
        severity=finding.severity,
        rule=checks[0].rule if checks else None,
        equations=tuple(equations[:MOST_EQUATIONS]),
        more_equations=max(0, len(equations) - MOST_EQUATIONS),
        places=tuple(_place(evidence, wrong) for evidence in places[:MOST_PLACES]),
        more_places=max(0, len(places) - MOST_PLACES),
        own=standing.own if standing else None,
        carried=standing.carried if standing else (),
        history=tuple(history),
    )


def _place(evidence: Evidence, checks: Sequence[Check]) -> PlaceView:
    """The quote with the numbers at fault that stand in it, or where none does, those that take part."""
    quote = wording.clean(evidence.quote)
    stated = [check.stated for check in checks if check.stated]
    operands = [operand for check in checks for operand in check.operands]
    here = [[one for one in group if wording.same_place(one.evidence, evidence)] for group in (stated, operands)]
    quote, spans = wording.window(quote, wording.emphasis(quote, here[0] or here[1] or stated), QUOTE)
    return PlaceView(evidence, wording.place(evidence), tuple(_marked(quote, spans)))


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    last = 0
    for start, stop in spans:
        if start >= last:
            yield text[last:start], False
            yield text[start:stop], True
            last = stop
    yield text[last:], False


def problems(result: Result, told: Facts) -> list[ProblemView]:
    views = []
    for at, problem in enumerate(result.problems):
        suggested = [(number, one) for number, one in enumerate(result.suggestions, 1) if at in one.addresses]
        views.append(
            ProblemView(
                number=at + 1,
                heading=problem.heading,
                text=problem.text,
                amounts=tuple(problem.amounts),
                evidence=problem.evidence,
                category=told.of("problems", at, "category"),
                suggestions=tuple(suggested),
                elsewhere=tuple((n, d.text, d.evidence) for n, d in wording.elsewhere(result, at)),
            )
        )
    return views


def scattered(result: Result, told: Facts) -> list[tuple[str, Evidence, FactView]]:
    """Deficiencies that stand outside the list of problems and repeat none of them."""
    return [
        (defect.text, defect.evidence, told.of("defects", at, "category"))
        for at, defect in enumerate(result.defects)
        if not defect.restates
    ]


def unanswered(result: Result) -> list[tuple[int, Suggestion]]:
    """Suggestions that answer none of the problems."""
    return [(number, one) for number, one in enumerate(result.suggestions, 1) if not one.addresses]


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check as its own line: the equation, and the numbers of it with their places."""

    position: int
    check: Check
    kind: str
    verdict: str
    state: str
    equation: str
    places: tuple[tuple[str, Evidence], ...]


def check_view(position: int, check: Check, hints: frozenset[int]) -> CheckView:
    state = {"consistent": "right", "inconsistent": "doubt" if position in hints else "wrong"}.get(
        check.verdict, "unsure"
    )
    numbers = [(f"{wording.clean(one.text)}{one.unit or ''}", one.evidence) for one in wording.numbers_of(check)]
    return CheckView(
        position=position,
        check=check,
        kind=wording.KINDS[check.kind],
        verdict="存疑" if state == "doubt" else wording.VERDICTS[check.verdict],
        state=state,
        equation=wording.equation(check) or wording.KINDS[check.kind],
        places=tuple(numbers),
    )


def hinted(result: Result) -> frozenset[int]:
    """The checks that fail without an alarm."""
    alarmed = {at for finding in wording.alarms(result) for at in finding.checks}
    return frozenset(at for at, check in enumerate(result.checks) if at not in alarmed)


def waiting(words: Sequence[Correction], decisions: Sequence[Decision]) -> tuple[list[Correction], list[Decision]]:
    """What was said of facts and findings that are no longer there as they were (待重新确认)."""
    last = {
        decision.fingerprint: decision
        for decision in decisions
        if decision.attached is None and decision.settled_at is None
    }
    return list(words), list(last.values())
