"""What one case costs an indicator by its criterion, for full marks that a defect contradicts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractor.checks.engine.proposal import Proposal, Term
from extractor.checks.sources.awards import Award
from extractor.data import pattern

_ONE_CASE = pattern("score_reason", "penalty", "one_case")


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the criterion of an indicator takes off for one case (每发现1项不规范扣2分): its weight and that number."""

    weight: Term
    points: Term


def penalties(found: list[Award]) -> dict[str, Penalty]:
    """The indicators whose row says what one case costs, where it says so once."""
    penalties = {}
    for award in found:
        if not award.in_sheet or award.limit is None:
            continue
        told = [(p, m) for p in award.cells for m in _ONE_CASE.finditer(p.text)]
        if len(told) == 1:
            [(passage, m)] = told
            figure = next((f for f in passage.figures if f.start == m.start("points")), None)
            if figure and figure.value < award.weight:
                penalties[award.key] = Penalty(award.limit, passage.term(figure, f"“{award.name}”评分标准每例扣分"))
    return penalties


def with_penalty(proposal: Proposal, award: Award, lost: dict[str, Penalty]) -> Proposal:
    """The same with the score that one case would leave, where the criterion tells; else with the score alone."""
    penalty = lost.get(award.key)
    if penalty is None:
        return replace(proposal, stated=award.stated)
    return replace(
        proposal, kind="difference", holds=None, expression="", stated=award.stated,
        operands=(penalty.weight, penalty.points),
        reason=f"{proposal.reason}，按评分标准至少应扣{penalty.points.text}分",
    )  # fmt: skip
