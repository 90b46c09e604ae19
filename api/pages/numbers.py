"""The numbers of a report that checks speak of, each once, with its place. Pure: a result in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.document import Evidence
from extractor.output import wording
from extractor.result import Check, Operand, Result

State = Literal["wrong", "doubt", "right", "unsure"]
# Worst first: what one check disputes is not made right by another that agrees.
_WORST: tuple[State, ...] = ("wrong", "doubt", "right", "unsure")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at one place. `checks` are the indexes of all checks it takes part in; `state` tells whether an alarm (wrong)
    or a hint (doubt) holds it to be wrong, or some check says it is right."""

    id: str
    operand: Operand
    checks: tuple[int, ...]
    state: State

    @property
    def evidence(self) -> Evidence:
        return self.operand.evidence


def numbers_of(result: Result) -> list[Number]:
    """In the order in which the checks name them."""
    disputing = _disputing(result)
    met: dict[object, tuple[Operand, list[int], set[State]]] = {}
    for at, check in enumerate(result.checks):
        blamed = set(map(id, _blamed(check)))
        for operand in wording.numbers_of(check):
            _, checks, states = met.setdefault(_place(operand), (operand, [], set()))
            if at not in checks:
                checks.append(at)
            states.add(_state(check, disputing.get(at), id(operand) in blamed))
    return [
        Number(f"n{number}", operand, tuple(checks), next(state for state in _WORST if state in states))
        for number, (operand, checks, states) in enumerate(met.values())
    ]


def _disputing(result: Result) -> dict[int, State]:
    """For each check that a finding rests on, whether it is an alarm or a hint."""
    found: dict[int, State] = {}
    for finding in sorted(result.findings, key=lambda finding: finding.severity != "info"):
        found.update(dict.fromkeys(finding.checks, "doubt" if finding.severity == "info" else "wrong"))
    return found


def _blamed(check: Check) -> Sequence[Operand]:
    """What is held to be wrong where the check fails: what is stated; both sides where two places disagree."""
    return list(wording.numbers_of(check)) if check.kind == "equal" else [check.stated] if check.stated else []


def _state(check: Check, disputing: State | None, blamed: bool) -> State:
    if check.verdict == "consistent":
        return "right"
    return disputing if check.verdict == "inconsistent" and disputing and blamed else "unsure"


def _place(operand: Operand) -> object:
    evidence = operand.evidence
    if evidence.bbox is not None:
        return evidence.page, evidence.bbox
    if evidence.row is not None:
        return evidence.block, evidence.row, evidence.column, operand.text
    return evidence.block, evidence.quote, operand.text


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a text; `number` is the number that stands there, if one does."""

    text: str
    number: Number | None = None


def stretches(text: str, numbers: Iterable[Number]) -> list[Stretch]:
    """A text cut where numbers begin and end; of two that overlap the first and longer is kept."""
    spans = sorted(
        ((*span, number) for number in numbers for span in _spans(text, number)),
        key=lambda span: (span[0], -span[1]),
    )
    cut: list[Stretch] = []
    end = 0
    for start, stop, number in spans:
        if start < end:
            continue
        if start > end:
            cut.append(Stretch(text[end:start]))
        cut.append(Stretch(text[start:stop], number))
        end = stop
    if end < len(text):
        cut.append(Stretch(text[end:]))
    return cut


def _spans(text: str, number: Number) -> list[tuple[int, int]]:
    """Where a number stands in its paragraph or cell: in the sentence that evidence quotes, if that can be found."""
    evidence, operand = number.evidence, number.operand
    quote = evidence.quote if evidence.row is None else ""
    at = text.find(quote) if quote else 0
    shift, part = (at, text[at : at + len(quote)] if quote else text) if at >= 0 else (0, text)
    return [(start + shift, stop + shift) for start, stop in wording.emphasis(part, [operand])]
