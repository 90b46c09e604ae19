"""What people see: the wrong checks that one error causes, gathered into one finding with place, equation and cause."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from extractor.checks.diagnosis import diagnose, within_rounding
from extractor.checks.engine import Evaluated, Term, left_side, tidy, written
from extractor.data import load
from extractor.document import Evidence
from extractor.result import Finding, Severity

_SETTINGS = load("checks")
_ORDER: tuple[Severity, ...] = ("high", "medium", "low", "info")
_MOST_IN_EXPLANATION = 12
_FEW = 3


def gather(evaluated: list[Evaluated]) -> list[Finding]:
    """One finding per error, most serious first. Sets the severity of the wrong checks."""
    for e in evaluated:
        if e.check.verdict == "inconsistent":
            e.check.severity = severity(e)
    groups = [group for group in _connected(evaluated) if group]
    findings = [_finding(evaluated, group) for group in groups]
    findings.sort(key=lambda f: (_ORDER.index(f.severity), -f.confidence))
    for number, finding in enumerate(findings, 1):
        finding.id = f"f{number}"
    return findings


def severity(e: Evaluated) -> Severity:
    """By what the number is; a hint where it may be rounding or the check is not sure of itself."""
    difference = e.check.difference
    if e.cut or e.proposal.confidence < _SETTINGS["threshold"]:
        return "info"
    if difference is not None and within_rounding(e.proposal, difference):
        return "info"
    level: Severity = _SETTINGS["subject"][e.proposal.subject]["severity"]
    return level


# --- which checks one error causes --------------------------------------------------------------------------------


def _connected(evaluated: list[Evaluated]) -> list[list[int]]:
    """Groups of wrong checks that share a suspect number, or are copies of one equation, and those that hold only with
    their result cut off, by rule. A number that also takes part in checks that hold is less suspect, but where every
    shared number is such, they are still one case."""
    wrong = [i for i, e in enumerate(evaluated) if e.check.verdict == "inconsistent"]
    leader = {i: i for i in wrong}

    def find(i: int) -> int:
        while leader[i] != i:
            i = leader[i]
        return i

    meeting: dict[object, list[int]] = defaultdict(list)
    for i in wrong:
        hint = severity(evaluated[i]) == "info"
        for place in _places(evaluated[i]):
            meeting[hint, place].append(i)
        meeting[hint, _signature(evaluated[i])].append(i)
    for members in meeting.values():
        for i in members[1:]:
            leader[find(i)] = find(members[0])
    groups: dict[object, list[int]] = defaultdict(list)
    for i in wrong:
        groups[find(i)].append(i)
    for i, e in enumerate(evaluated):
        if e.cut:
            groups[e.proposal.rule].append(i)
    return list(groups.values())


def _terms(e: Evaluated) -> list[Term]:
    return [*([e.proposal.stated] if e.proposal.stated else []), *e.proposal.operands]


def _places(e: Evaluated) -> set[tuple[int, ...]]:
    return {t.place for t in _terms(e)}


def _signature(e: Evaluated) -> tuple[str, ...]:
    """The same equation elsewhere (summary and body print the same table) is the same error; one of few numbers only
    where it stands in the same words."""
    p = e.proposal
    texts = tuple(t.text for t in _terms(e))
    if len(texts) <= _FEW:
        texts += tuple(_plain(t.evidence.quote) for t in _terms(e))
    return (p.rule, p.kind, *texts)


# --- the finding --------------------------------------------------------------------------------------------------


def _finding(evaluated: list[Evaluated], group: list[int]) -> Finding:
    blame = _blame(evaluated, group)
    lead = evaluated[max(group, key=lambda i: (-_ORDER.index(severity(evaluated[i])), evaluated[i].proposal.confidence, -i))]
    subject = _SETTINGS["subject"][lead.proposal.subject]
    return Finding(
        fingerprint=fingerprint(lead),
        severity=severity(lead),
        confidence=round(_confidence([evaluated[i] for i in group]), 2),
        title="计算结果未四舍五入" if lead.cut else subject["title"],
        explanation=_explanation(lead, len(group)),
        diagnosis=list(dict.fromkeys(cause for i in group for cause in diagnose(evaluated[i])))[:3],
        consequences=[] if lead.cut else list(subject.get("consequences", ())),
        checks=group,
        evidence=_evidence(sorted((t for i in group for t in _terms(evaluated[i])), key=lambda t: -blame[t.place])),
    )


def _blame(evaluated: list[Evaluated], group: list[int]) -> Counter[tuple[int, ...]]:
    """How suspect each number is: wrong checks that it takes part in, less the right ones; what is stated before what
    it was computed from."""
    blame: Counter[tuple[int, ...]] = Counter()
    for i in group:
        stated = evaluated[i].proposal.stated
        for place in _places(evaluated[i]):
            blame[place] += 2
        if stated:
            blame[stated.place] += 1
    for e in evaluated:
        if e.check.verdict == "consistent":
            for place in _places(e) & blame.keys():
                blame[place] -= 1
    return blame


def _confidence(group: Iterable[Evaluated]) -> float:
    """Checks that agree on an error make it surer, but they are not independent: each closes a third of the doubt."""
    ordered = sorted((e.proposal.confidence for e in group), reverse=True)
    doubt = 1 - ordered[0]
    for confidence in ordered[1:3]:
        doubt *= 1 - confidence / 3
    return 1 - doubt


def _explanation(e: Evaluated, checks: int) -> str:
    p, stated = e.proposal, e.proposal.stated
    more = f"（同一错误另涉及{checks - 1}处核对）" if checks > 1 else ""
    if stated is None or e.computed is None or e.check.difference is None:
        return f"{p.reason or p.expression}。{more}"
    where = f"{stated.label}为" if stated.label else ""
    unit = stated.unit or ""
    said = f"{where}{stated.text}{unit}"
    right = f"{_number(e.computed, stated.places)}{unit}"
    gap = f"相差{_number(abs(e.check.difference), stated.places)}{'个百分点' if stated.is_rate else unit}"
    if p.reason:
        return f"{said}，{p.reason}{more}。"
    if p.kind == "equal":
        return f"{said}，而{p.operands[0].label}为{written(p.operands[0], None)}{p.operands[0].unit or ''}，{gap}{more}。"
    if e.cut:
        return f"{said}，按{left_side(p, _MOST_IN_EXPLANATION)}计算为{_number(e.computed, stated.places + 2)}{unit}，尾数被截去而未四舍五入{more}。"
    return f"{said}，按{left_side(p, _MOST_IN_EXPLANATION)}计算应为{right}，{gap}{more}。"


def _number(value: Decimal, places: int) -> str:
    """As many decimals as the stated number shows, or more where the value would otherwise vanish."""
    short = round(value, places)
    return f"{short:f}" if abs(short - value) <= abs(value) / 100 else f"{tidy(round(value, places + 2)):f}"


def _evidence(terms: list[Term]) -> list[Evidence]:
    """Every place once, quotes of the same row or sentence once each number."""
    return list({t.place: t.evidence for t in terms}.values())


def fingerprint(e: Evaluated) -> str:
    """Hash of what outlives a new version: rule, normalised quote of the place at fault, the numbers' texts."""
    quotes: list[Any] = [t.evidence.quote for t in _terms(e)[:1]]
    parts = [e.proposal.rule, e.proposal.kind, *map(_plain, quotes), *sorted(t.text for t in _terms(e))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))
