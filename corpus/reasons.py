"""Why an indicator got its score, in words: the sentences of the analysis and the cells of the score sheet."""

from __future__ import annotations

from decimal import Decimal

from corpus.draft import UNIT_NAMES, Draft, amount, number, points, rate, say, text_scale
from corpus.manuscript import Mention, Tag
from corpus.report import Node


def criteria(draft: Draft, node: Node, weight: Mention | None) -> str:
    """How the indicator is scored; points named one by one add up to the weight."""
    if node.kind == "points":
        given = [points(draft, value) for _, value in node.points]
        if weight is not None and len(given) > 1:
            draft.script.add_up(weight, given, "table", "评分标准各项之和为分值")
        parts = [
            say(draft, "criteria_point", text=text, points=mark)
            for (text, _), mark in zip(node.points, given, strict=True)
        ]
        return (
            "".join(f"{'①②③④'[i]}{part}；" for i, part in enumerate(parts))[:-1] + "。"
            if len(parts) > 1
            else parts[0] + "。"
        )
    if node.kind == "each":
        return say(draft, "criteria_each", case=node.case, step=f"{node.step}")
    if node.kind == "satisfaction":
        return say(draft, "criteria_threshold", name="满意度", threshold=node.threshold, step=node.step)
    if node.kind == "judged":
        return say(draft, "criteria_judged")
    return say(draft, "criteria_proportion", name=node.name, weight=f"{node.weight:f}")


def reason(draft: Draft, node: Node, where: str, weight: Mention | None, lost: Mention | None) -> tuple[str, list[Tag]]:
    """The sentences that give the reason, with the defects that they state. `weight` is the weight as it stands beside
    them, if it does; `lost` the mention of the points lost where the caller states them itself."""
    if node.children:
        parts = [reason(draft, child, where, None, lost) for child in node.children]
        return "".join(text for text, _ in parts), [tag for _, tags in parts for tag in tags]
    if node.kind in ("arrival", "execution", "completion", "satisfaction"):
        return _by_rate(draft, node, where, weight), []
    if not node.lost:
        return node.full.format_map(_words(draft)), []
    defect = node.defect.format_map(
        _words(draft) | ({"balance": _balance(draft)} if "{balance}" in node.defect else {})
    )
    tag = Tag("defect", {"text": defect, "category": category(draft, node)})
    own = lost is None
    lost = lost or points(draft, node.lost)
    if node.kind == "judged":
        text = say(draft, "judged_lost", effect=draft.report.project.effects[0], defect=defect, lost=lost)
    elif own:
        text = say(draft, "defect_lost", defect=defect, lost=lost)
    else:
        text = say(draft, "defect_only", defect=defect)
    return text, [tag]


def _words(draft: Draft) -> dict[str, object]:
    project = draft.report.project
    return {"project": project.name, "city": project.city, "dept": project.department, "unit": _unit(draft)}


def _unit(draft: Draft) -> str:
    return UNIT_NAMES[text_scale(draft)]


def _balance(draft: Draft) -> Mention:
    return amount(draft, draft.report.money.arrived - draft.report.money.spent, "balance")


def category(draft: Draft, node: Node) -> str:
    """The category of the defect that cost the indicator points."""
    return draft.report.problems[node.problem].category if node.problem is not None else "效益与可持续"


def _by_rate(draft: Draft, node: Node, where: str, weight: Mention | None) -> str:
    """The rate with its operands, then what it gives."""
    money, script = draft.report.money, draft.script
    assert node.rate is not None
    if node.kind == "completion" and node.output is not None:
        output = draft.report.outputs[node.output]
        plan, actual = (
            number(draft, output.plan, f"plan/{output.name}"),
            number(draft, output.actual, f"actual/{output.name}"),
        )
        shown = rate(draft, node.rate, f"completion/{output.name}")
        script.relate("ratio", shown, [actual, plan], "a[0]/a[1]*100", where, "完成率")
        text = say(draft, "output", name=output.name, plan=plan, actual=actual, rate=shown, unit=output.unit)
    elif node.kind == "satisfaction":
        group = draft.report.groups[0]
        shown = rate(draft, node.rate, f"satisfaction/{group.name}")
        valid = number(draft, group.valid, f"valid/{group.name}")
        text = node.full.format_map(_words(draft) | {"valid": valid, "rate": shown, "beneficiary": group.name})
    else:
        part_key, part_value = (
            ("funds_arrived", money.arrived) if node.kind == "arrival" else ("expenditure", money.spent)
        )
        whole_key = (
            "funds_arrived"
            if node.kind == "execution"
            else "adjusted_budget"
            if money.adjusted is not None
            else "budget"
        )
        whole_value = money.arrived if node.kind == "execution" else money.base
        part, whole = amount(draft, part_value, part_key), amount(draft, whole_value, whole_key)
        shown = rate(draft, node.rate, f"{node.kind}_rate")
        script.relate("ratio", shown, [part, whole], "a[0]/a[1]*100", where, node.name)
        names = {"arrived": part, "budget": whole} if node.kind == "arrival" else {"arrived": whole, "spent": part}
        names |= {"rate": shown}
        if node.kind == "arrival" and money.adjusted is not None:
            text = say(draft, "arrival_adjusted", **names)
        else:
            text = node.full.format_map(_words(draft) | names | {"year": draft.report.project.year})
        if draft.has("latex_residue") or draft.has("inline_formula"):
            text += _formula(draft, node, part_value, part_key, whole_value, whole_key, where)
    if node.lost and weight is not None:
        text += _deduction(draft, node, shown, where)
    return text


def _formula(draft: Draft, node: Node, part: Decimal, part_key: str, whole: Decimal, whole_key: str, where: str) -> str:
    """The same rate as an inline formula, in plain characters or as exports of formula boxes leave it."""
    assert node.rate is not None
    a, b, y = (
        amount(draft, part, part_key),
        amount(draft, whole, whole_key),
        rate(draft, node.rate, f"{node.kind}_rate"),
    )
    draft.script.relate("ratio", y, [a, b], "a[0]/a[1]*100", where, node.name)
    unit = _unit(draft)
    if not draft.has("latex_residue"):
        return say(draft, "formula", name=node.name, part=a, whole=b, rate=y)
    return f"{node.name}$ = ({a} \\text{{ {unit}}} / {b} \\text{{ {unit}}}) \\times 100\\% = {y}\\% $。"


def _deduction(draft: Draft, node: Node, shown: Mention, where: str) -> str:
    if node.threshold is not None:
        lost = points(draft, node.lost)
        threshold = draft.script.mention(f"{node.threshold:f}")
        draft.script.relate(
            "product", lost, [threshold, shown], f"(a[0]-a[1])*{node.step}", where, "每低于1个百分点扣分"
        )
        return say(draft, "threshold_reason", threshold=threshold, lost=lost)
    score, weight = points(draft, node.score), points(draft, node.weight)
    draft.script.relate("product", score, [shown, weight], "a[0]/100*a[1]", where, "得分=比率×分值")
    again = draft.script.mention(shown.token, shown.key, loose=True)
    return say(draft, "proportion_reason", rate=again, weight=weight, score=score)
