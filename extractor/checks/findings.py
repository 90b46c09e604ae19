"""What people see: the wrong checks that one error causes, gathered into one finding with place, equation and cause."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from extractor.checks.culprit import Culprit, Place, culprit, parts_of, terms_of
from extractor.checks.diagnosis import diagnose, diagnose_culprit, within_rounding
from extractor.checks.engine import Evaluated
from extractor.checks.explanation import explain
from extractor.data import load
from extractor.result import Finding, Severity

_SUBJECTS = load("subjects")
_ORDER: tuple[Severity, ...] = ("high", "medium", "low", "info")
_FEW = 3
_MOST_CAUSES = 3


def gather(evaluated: list[Evaluated]) -> list[Finding]:
    """One finding per error, most serious first. Sets the severity of the wrong checks."""
    for e in evaluated:
        if e.check.verdict == "inconsistent":
            e.check.severity = severity(e)
    findings = [_finding(evaluated, case) for case in cases(evaluated)]
    findings.sort(key=lambda f: (_ORDER.index(f.severity), -f.confidence))
    for number, finding in enumerate(findings, 1):
        finding.id = f"f{number}"
    return findings


def severity(e: Evaluated) -> Severity:
    """By what the number is; a hint where it may be rounding or the check is not sure of itself."""
    difference = e.check.difference
    if e.cut or e.proposal.confidence < load("confidence")["threshold"]:
        return "info"
    if difference is not None and within_rounding(e.proposal, difference):
        return "info"
    level: Severity = _SUBJECTS[e.proposal.subject]["severity"]
    return level


# --- which checks one error causes --------------------------------------------------------------------------------


@dataclass(slots=True)
class Case:
    """Wrong checks (indexes) that one number at fault, or its copies, would cause. `suspects` are its places; `certain`
    tells that no other number fits as well."""

    checks: list[int]
    suspects: list[Place]
    certain: bool = False


def cases(evaluated: list[Evaluated]) -> list[Case]:
    """Alarms and hints apart: what is only a hint explains no alarm."""
    wrong = [i for i, e in enumerate(evaluated) if e.check.verdict == "inconsistent"]
    alarms = [i for i in wrong if severity(evaluated[i]) != "info"]
    hints = [i for i in wrong if i not in alarms]
    cut: dict[str, list[int]] = defaultdict(list)
    for i, e in enumerate(evaluated):
        if e.cut:
            cut[e.proposal.rule].append(i)
    found = [case for group in (alarms, hints) for case in _merged(evaluated, _covered(evaluated, group))]
    return found + [Case(group, []) for group in cut.values()]


def _covered(evaluated: list[Evaluated], wrong: list[int]) -> list[Case]:
    """The fewest numbers that explain all wrong checks, found greedily: the number in most of them and in fewest right
    ones first; among equals the one that is stated, not computed from."""
    right = Counter(p for e in evaluated if confirms(e) for p in _places(e))
    left = list(wrong)
    out: list[Case] = []
    while left:
        met = Counter(p for i in left for p in _places(evaluated[i]))
        stated = Counter(_stated(evaluated[i]) for i in left)
        if not met:
            return out + [Case([i], []) for i in left]
        ranks = {p: (met[p] - right[p] / 2, stated[p]) for p in met}
        worst = max(ranks, key=lambda p: ranks[p])
        taken = [i for i in left if worst in _places(evaluated[i])]
        rivals = {p for i in taken for p in _places(evaluated[i]) if ranks[p] == ranks[worst]}
        out.append(Case(taken, [worst], rivals == {worst}))
        left = [i for i in left if i not in taken]
    return out


def confirms(e: Evaluated) -> bool:
    """Whether a check speaks for its numbers: that one is not above another says little."""
    return e.check.verdict == "consistent" and e.proposal.kind != "rule"


def _merged(evaluated: list[Evaluated], found: list[Case]) -> list[Case]:
    """Cases that are one: suspects in one row or paragraph, copies of one equation, and the same number compared to the
    same others elsewhere."""
    out: list[tuple[set[object], Case]] = []
    for case in found:
        marks = _marks(evaluated, case)
        same = [entry for entry in out if entry[0] & marks]
        checks, suspects, certain = list(case.checks), list(case.suspects), case.certain
        for entry in same:
            out.remove(entry)
            marks |= entry[0]
            checks, suspects = entry[1].checks + checks, entry[1].suspects + suspects
            certain = certain and entry[1].certain
        out.append((marks, Case(sorted(checks), suspects, certain)))
    return [case for _, case in out]


def _marks(evaluated: list[Evaluated], case: Case) -> set[object]:
    marks: set[object] = {suspect[:2] for suspect in case.suspects}
    for i in case.checks:
        terms = terms_of(evaluated[i])
        marks.add(_signature(evaluated[i]))
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
        texts += tuple(_plain(t.evidence.quote) for t in terms)
    return (e.proposal.kind, *texts)


# --- the finding --------------------------------------------------------------------------------------------------


def _finding(evaluated: list[Evaluated], case: Case) -> Finding:
    group = [evaluated[i] for i in case.checks]
    right = [e for e in evaluated if confirms(e)]
    fault = culprit(group, case.suspects, right) if case.certain else None
    lead = _lead(group, case, fault)
    subject = _SUBJECTS[lead.proposal.subject]
    parts = [part for e in [lead, *group] for part in parts_of(e)]
    parts.sort(key=lambda part: part.place not in case.suspects)
    causes = diagnose_culprit(fault) if fault and fault.term is not lead.proposal.stated else diagnose(lead)
    return Finding(
        fingerprint=fingerprint(lead),
        severity=severity(lead),
        confidence=round(_confidence(group), 2),
        title="计算结果未四舍五入" if lead.cut else subject["title"],
        explanation=explain(lead, [e for e in group if e is not lead], fault),
        diagnosis=[*lead.proposal.causes, *causes][:_MOST_CAUSES],
        consequences=[] if lead.cut else list(subject.get("consequences", ())),
        checks=case.checks,
        evidence=list({part.place: part.evidence for part in parts}.values()),
    )


def _lead(group: list[Evaluated], case: Case, fault: Culprit | None) -> Evaluated:
    """The check that shows the error best: the most serious; where the number at fault is known, one that compares it
    to a copy before one that has few terms; else one that states a suspect."""

    def telling(e: Evaluated) -> tuple[float, ...]:
        serious = -_ORDER.index(severity(e))
        if fault:
            return serious, e.proposal.kind == "equal", _stated(e) in case.suspects, -len(e.proposal.operands)
        return serious, _stated(e) in case.suspects, e.proposal.confidence

    return max(group, key=telling)


def _confidence(group: Iterable[Evaluated]) -> float:
    """Checks that agree on an error make it surer, but they are not independent: each closes a third of the doubt."""
    ordered = sorted((e.proposal.confidence for e in group), reverse=True)
    doubt = 1 - ordered[0]
    for confidence in ordered[1:3]:
        doubt *= 1 - confidence / 3
    return 1 - doubt


def fingerprint(e: Evaluated) -> str:
    """Hash of what outlives a new version: rule, normalised quote of the place at fault, the numbers' texts."""
    terms = terms_of(e)
    quotes = [_plain(part.evidence.quote) for part in (*e.proposal.quotes, *parts_of(e)[:1])]
    parts = [e.proposal.rule, e.proposal.kind, *quotes, *sorted(t.text for t in terms)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
