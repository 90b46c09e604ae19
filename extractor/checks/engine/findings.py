"""What people see: the wrong checks that one error causes, gathered into one finding with place, equation and cause."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from extractor.checks.engine.confidence import calibrated, is_hint, threshold
from extractor.checks.engine.consequences import consequences
from extractor.checks.engine.culprit import Culprit, culprit, parts_of, suspects_of, terms_of
from extractor.checks.engine.diagnosis import (
    Known,
    diagnose,
    diagnose_culprit,
    implied_base,
    known_terms,
    within_rounding,
)
from extractor.checks.engine.evaluate import Evaluated
from extractor.checks.engine.explanation import explain
from extractor.checks.engine.proposal import Place
from extractor.data import load
from extractor.result import Finding, Severity

_SUBJECTS = load("subjects")
_ORDER: tuple[Severity, ...] = ("high", "medium", "low", "info")
_FEW = 3
_MOST_CAUSES = 3


Right = Mapping[Place, list[Evaluated]]
"""The right checks that speak for the number at a place."""


def gather(evaluated: list[Evaluated], least: float | None = None) -> list[Finding]:
    """One finding per error, most serious first; one less sure than `least`, by default the calibrated threshold, is a
    hint. Sets the severity of the wrong checks to that of their finding."""
    right = _by_place(evaluated)
    found = cases(evaluated, right)
    known = known_terms(evaluated) if found else {}
    findings = [_finding(evaluated, case, right, known, threshold() if least is None else least) for case in found]
    for finding in findings:
        for index in finding.checks:
            if evaluated[index].check.verdict == "inconsistent":
                evaluated[index].check.severity = finding.severity
    findings.sort(key=lambda f: (_ORDER.index(f.severity), -f.confidence))
    for number, finding in enumerate(findings, 1):
        finding.id = f"f{number}"
    return findings


def _by_place(evaluated: list[Evaluated]) -> Right:
    out: dict[Place, list[Evaluated]] = defaultdict(list)
    for e in evaluated:
        if confirms(e):
            for place in _places(e):
                out[place].append(e)
    return out


def severity(e: Evaluated) -> Severity:
    """By what the number is; a hint where it may be rounding."""
    difference = e.check.difference
    if e.cut or (difference is not None and within_rounding(e.proposal, difference)):
        return "info"
    level: Severity = _SUBJECTS[e.proposal.subject]["severity"]
    return level


def _is_weak(e: Evaluated) -> bool:
    """Whether a wrong check is no alarm by itself: what is only a hint explains no alarm."""
    return severity(e) == "info" or is_hint(e.proposal.confidence)


# --- which checks one error causes --------------------------------------------------------------------------------


@dataclass(slots=True)
class Case:
    """Wrong checks (indexes) that one number at fault, or its copies, would cause. `suspects` are its places; `certain`
    tells that no other number fits as well."""

    checks: list[int]
    suspects: list[Place]
    certain: bool = False


def cases(evaluated: list[Evaluated], right: Right) -> list[Case]:
    """Alarms and hints apart: what is only a hint explains no alarm."""
    wrong = [i for i, e in enumerate(evaluated) if e.check.verdict == "inconsistent"]
    hints = {i for i in wrong if _is_weak(evaluated[i])}
    cut: dict[str, list[int]] = defaultdict(list)
    for i, e in enumerate(evaluated):
        if e.cut:
            cut[e.proposal.rule].append(i)
    groups = ([i for i in wrong if i not in hints], [i for i in wrong if i in hints])
    found = [case for group in groups for case in _merged(evaluated, _covered(evaluated, group, right))]
    return found + [Case(group, []) for group in cut.values()]


def _covered(evaluated: list[Evaluated], wrong: list[int], right: Right) -> list[Case]:
    """The fewest numbers that explain all wrong checks, found greedily: the number in most of them and in fewest right
    ones first; among equals the one that is stated, not computed from."""
    suspects = {i: dict.fromkeys(part.place for part in suspects_of(evaluated[i])) for i in wrong}
    met: dict[Place, set[int]] = defaultdict(set)
    stated: dict[Place, set[int]] = defaultdict(set)
    for i in wrong:
        for place in suspects[i]:
            met[place].add(i)
        stated[_stated(evaluated[i])].add(i)

    def rank(place: Place) -> tuple[float, int]:
        return len(right.get(place, ())) / 2 - len(met[place]), -len(stated[place])

    # Ranks only fall while checks are taken: an entry whose rank is no longer its own goes back into the heap.
    heap = [(rank(place), order, place) for order, place in enumerate(met)]
    heapify(heap)
    out: list[Case] = []
    while heap:
        before, order, worst = heappop(heap)
        if not met[worst]:
            continue
        if (now := rank(worst)) != before:
            heappush(heap, (now, order, worst))
            continue
        taken = sorted(met[worst])
        rivals = {p for i in taken for p in suspects[i] if rank(p) == now}
        out.append(Case(taken, [worst], rivals == {worst}))
        for i in taken:
            for place in suspects[i]:
                met[place].discard(i)
            stated[_stated(evaluated[i])].discard(i)
    return out + [Case([i], []) for i in wrong if not suspects[i]]


def confirms(e: Evaluated) -> bool:
    """Whether a check speaks for its numbers: that one is not above another says little."""
    return e.check.verdict == "consistent" and e.proposal.kind != "rule"


def _merged(evaluated: list[Evaluated], found: list[Case]) -> list[Case]:
    """Cases that are one: suspects in one row or sentence, copies of one equation, and the same number compared to the
    same others elsewhere."""
    heads = list(range(len(found)))

    def head(i: int) -> int:
        while heads[i] != i:
            heads[i] = i = heads[heads[i]]
        return i

    owner: dict[object, int] = {}
    said = {mark for case in found for i in case.checks for mark, _ in _exchanged(evaluated[i])}
    for number, case in enumerate(found):
        pairs = [pair for i in case.checks for pair in _exchanged(evaluated[i]) if pair[1] in said]
        for mark in (*_marks(evaluated, case), *(frozenset(pair) for pair in pairs)):
            first, second = sorted((head(owner.setdefault(mark, number)), head(number)))
            heads[second] = first
    together: dict[int, list[Case]] = defaultdict(list)
    for number, case in enumerate(found):
        together[head(number)].append(case)
    return [
        Case(
            sorted(i for case in group for i in case.checks),
            [place for case in group for place in case.suspects],
            all(case.certain for case in group),
        )
        for group in together.values()
    ]


def _exchanged(e: Evaluated) -> Iterator[tuple[object, object]]:
    """For each of two copies in a table that disagree: what it says beside the other, and what the row that it was
    exchanged with would say."""
    copies = terms_of(e)
    if e.proposal.kind == "equal" and len(copies) == 2:
        for here, there in (copies, copies[::-1]):
            if here.evidence.table is not None:
                block = here.evidence.block
                yield (block, here.value, there.value), (block, there.value, here.value)


def _exchange(group: list[Evaluated]) -> list[str]:
    """That two numbers of a table stand in each other's place, where a finding shows both."""
    said = {mark for e in group for mark, _ in _exchanged(e)}
    pair = [e for e in group for _, other in _exchanged(e) if other in said]
    if not pair:
        return []
    values = dict.fromkeys(t.text for e in pair for t in terms_of(e))
    return [f"数值互换：{'与'.join(f'“{text}”' for text in values)}疑似写在了彼此的位置"]


def _marks(evaluated: list[Evaluated], case: Case) -> set[object]:
    marks: set[object] = set()
    for i in case.checks:
        named = [part for part in parts_of(evaluated[i]) if part.place in case.suspects]
        marks.update((part.evidence.block, part.evidence.row, part.evidence.quote) for part in named)
        terms = terms_of(evaluated[i])
        marks.add(_signature(evaluated[i]))
        if base := implied_base(evaluated[i]):
            marks.add((evaluated[i].proposal.operands[1].place, base))
        if group := evaluated[i].proposal.group:
            marks.add(group)
        others = frozenset(t.place for t in terms if t.place not in case.suspects)
        marks.update((t.text, others) for t in terms if t.place in case.suspects and others)
    return marks


def _places(e: Evaluated) -> set[Place]:
    return {part.place for part in parts_of(e)}


def _stated(e: Evaluated) -> Place:
    if e.proposal.stated:
        return e.proposal.stated.place
    return e.proposal.quotes[0].place if e.proposal.quotes else ()


def _signature(e: Evaluated) -> tuple[str, ...]:
    """The same equation elsewhere (summary and body print the same table) is the same error; one of few numbers only
    where it stands in the same words."""
    terms = terms_of(e)
    texts = tuple(t.text for t in terms)
    if len(texts) <= _FEW:
        texts += tuple(_plain(part.evidence.quote) for part in parts_of(e))
    return (e.proposal.kind, *texts)


# --- the finding --------------------------------------------------------------------------------------------------


def _finding(evaluated: list[Evaluated], case: Case, right: Right, known: Known, least: float) -> Finding:
    group = [evaluated[i] for i in case.checks]
    confirming = {id(e): e for place in case.suspects for e in right.get(place, ())}
    fault = culprit(group, case.suspects, list(confirming.values())) if case.certain else None
    lead = _lead(group, case, fault)
    subject = _SUBJECTS[lead.proposal.subject]
    parts = [part for e in [lead, *group] for part in parts_of(e)]
    parts.sort(key=lambda part: part.place not in case.suspects)
    causes = diagnose_culprit(fault) if fault and fault.term is not lead.proposal.stated else diagnose(lead, known)
    diagnosis = [*lead.proposal.causes, *_exchange(group), *causes][:_MOST_CAUSES]
    confidence = calibrated((e.check for e in group), diagnosis)
    return Finding(
        fingerprint=fingerprint(lead),
        severity=severity(lead) if confidence >= least else "info",
        confidence=round(confidence, 2),
        title="计算结果未四舍五入" if lead.cut else subject["title"],
        explanation=explain(lead, [e for e in group if e is not lead], fault),
        diagnosis=diagnosis,
        consequences=_consequences(lead, case, fault, right),
        checks=case.checks,
        evidence=list({part.place: part.evidence for part in parts}.values()),
    )


def _consequences(lead: Evaluated, case: Case, fault: Culprit | None, right: Right) -> list[str]:
    """What would change if the number at fault were put right; where it is not known which that is, the number stated.
    What cannot be computed is named."""
    if lead.cut:
        return []
    if fault:
        return consequences(fault.term, fault.right, case.suspects, right)
    stated, named = lead.proposal.stated, list(_SUBJECTS[lead.proposal.subject].get("consequences", ()))
    if stated is None or lead.computed is None or lead.proposal.expected:
        return named
    return consequences(stated, lead.computed, (), right) or named


def _lead(group: list[Evaluated], case: Case, fault: Culprit | None) -> Evaluated:
    """The check that shows the error best: the most serious; where the number at fault is known, one that compares it
    to a copy before one that has few terms; else one that states a suspect."""

    def telling(e: Evaluated) -> tuple[float, ...]:
        serious = -_ORDER.index(severity(e))
        if fault:
            return serious, e.proposal.kind == "equal", _stated(e) in case.suspects, -len(e.proposal.operands)
        return serious, _stated(e) in case.suspects, e.proposal.confidence

    return max(group, key=telling)


def fingerprint(e: Evaluated) -> str:
    """Hash of what outlives a new version: rule, normalised quote of the place at fault, the numbers' texts."""
    terms = terms_of(e)
    quotes = [_plain(part.evidence.quote) for part in (*e.proposal.quotes, *parts_of(e)[:1])]
    parts = [e.proposal.rule, e.proposal.kind, *quotes, *sorted(t.text for t in terms)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
