"""A report made up from a seed: its names, money, score tree, problems and surveys. Every figure follows from others."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from corpus.data_files import read
from corpus.report import (
    DIMENSIONS,
    Group,
    Item,
    Money,
    Node,
    Output,
    Problem,
    Project,
    Question,
    Report,
    Suggestion,
    Town,
    grade_of,
    percentage,
    rounded,
)

DIMENSION_WEIGHTS = (
    (20, 20, 30, 30),
    (15, 25, 35, 25),
    (14, 26, 36, 24),
    (20, 20, 33, 27),
    (18, 22, 30, 30),
    (16, 24, 32, 28),
)
ANSWER_WEIGHTS = (Decimal(100), Decimal(80), Decimal(60), Decimal(0))
"""What the answers 非常满意, 比较满意, 一般, 不满意 count in the weighted mean, in %."""
SATISFACTION_TARGET = Decimal(90)
TEN_THOUSAND = Decimal(10000)


def invent(rnd: random.Random, forms: frozenset[str]) -> Report:
    """A report for the forms drawn (see data/rates.toml); all randomness comes from `rnd`."""
    topic = rnd.choice(read("fields")["field"])
    project = _project(rnd, topic, forms)
    outputs = _outputs(rnd, topic)
    money = _money(rnd, topic, outputs, forms)
    groups = _survey(rnd, project, topic)
    dimensions = _tree(rnd, project, topic, outputs, money, groups, four="four_levels" in forms)
    problems, suggestions = _problems(rnd, project, money, outputs, dimensions)
    for dimension in dimensions:
        _add_up(dimension)
    total = sum((node.score for node in dimensions), Decimal(0))
    return Report(
        project, money, outputs, dimensions, problems, suggestions, groups, _town_scores(rnd, project, total), total,
        grade_of(total), 4 if "four_levels" in forms else 3,
    )  # fmt: skip


def _project(rnd: random.Random, topic: dict[str, Any], forms: frozenset[str]) -> Project:
    names = read("names")
    city = rnd.choice(names["cities"])
    year = rnd.randint(2018, 2024)
    office = city + topic["department"]
    towns = rnd.sample(names["towns"], rnd.randint(4, 8))
    firm = rnd.choice(names["firms"]) + rnd.choice(names["firm_kinds"])
    wording = read("wording")
    values = {"year": year, "city": city, "field": topic["name"], "dept_short": topic["department"]}
    title = rnd.choice(wording["title"]).format_map(values)
    name = title.removesuffix("绩效评价报告").removesuffix("支出")
    if "self_evaluation" in forms:
        title, name = f"{topic['name']}项目支出绩效自评报告", f"{topic['name']}项目"
    return Project(
        year=year, city=city, field=topic["name"], name=name, title=title, department=office,
        entrusting=f"{city}财政局", competent=office,
        implementing=rnd.choice([office, f"{city}{topic['department'].removesuffix('局')}事务服务中心"]),
        evaluator=firm, report_date=(year + 1, rnd.randint(5, 11), rnd.randint(1, 28)), towns=towns,
        beneficiary=topic["beneficiary"], goal=topic["goal"], background=topic["background"],
        effects=[effect[2] for effect in topic["effects"]],
    )  # fmt: skip


def _outputs(rnd: random.Random, topic: dict[str, Any]) -> list[Output]:
    outputs = []
    for name, unit, low, high in topic["outputs"][: rnd.randint(2, 3)]:
        plan = rnd.randint(low, high)
        actual = plan if rnd.random() < 0.45 else round(plan * rnd.uniform(0.86, 1.12))
        outputs.append(Output(name, unit, plan, actual, percentage(Decimal(actual), Decimal(plan))))
    return outputs


def _money(rnd: random.Random, topic: dict[str, Any], outputs: list[Output], forms: frozenset[str]) -> Money:
    """Funds in 元: multiples of 100, or to the fen where `yuan_exact` is among the forms."""
    cent = Decimal("0.01") if "yuan_exact" in forms else Decimal(100)
    scale = rnd.choice([40, 160, 700, 2600, 9000]) * TEN_THOUSAND
    names = topic["items"][: rnd.randint(3, len(topic["items"]))]
    shares = [rnd.uniform(0.6, 2.0) for _ in names]
    budgets = [_multiple(scale * Decimal(share / sum(shares)), Decimal(1000)) for share in shares]
    price = max(Decimal(100), _multiple(budgets[0] / outputs[0].plan, Decimal(100)))
    budgets[0] = price * outputs[0].plan
    thrift = rnd.choice([Decimal(1), Decimal(1), Decimal("0.97"), Decimal("0.86"), Decimal("0.74")])
    items = []
    for name, budget in zip(names, budgets, strict=True):
        part = Decimal(1) if thrift == 1 else min(Decimal(1), thrift + Decimal(rnd.randint(-60, 60)) / 1000)
        items.append(Item(name, budget, budget if part == 1 else _multiple(budget * part, cent)))
    base = sum((item.budget for item in items), Decimal(0))
    spent = sum((item.spent for item in items), Decimal(0))
    arrived = base
    if rnd.random() < 0.3:
        arrived = max(spent, _multiple(base * Decimal(rnd.randint(880, 990)) / 1000, Decimal(1000)))
    budget, adjusted = base, None
    if "adjusted_budget" in forms:
        change = _multiple(base * Decimal(rnd.randint(30, 120)) / 1000, Decimal(1000)) * rnd.choice([1, -1])
        budget, adjusted = base + change, base
    return Money(budget, adjusted, arrived, spent, items, _sources(rnd, base))


def _multiple(value: Decimal, unit: Decimal) -> Decimal:
    return rounded(value / unit, 0) * unit


def _sources(rnd: random.Random, total: Decimal) -> list[tuple[str, Decimal]]:
    names = rnd.choice(
        [
            ["省级补助资金", "市级配套资金", "县级配套资金"],
            ["中央资金", "省级资金", "本级资金"],
            ["上级专项资金", "本级财政资金"],
        ]
    )
    first = [_multiple(total * Decimal(rnd.randint(15, 35)) / 100, Decimal(1000)) for _ in names[1:]]
    return list(zip(names, [total - sum(first, Decimal(0)), *first], strict=True))


def _survey(rnd: random.Random, project: Project, topic: dict[str, Any]) -> list[Group]:
    names = [topic["beneficiary"], "镇街工作人员", "实施单位人员"][: rnd.randint(1, 3)]
    subjects = read("wording")["question_subjects"]
    groups = []
    for name in names:
        sent = rnd.choice([20, 30, 40, 50, 60, 80, 120, 150, 200, 260])
        valid = sent - rnd.choice([0, 0, 1, 2, 3, sent // 20])
        questions = []
        for subject in rnd.sample(subjects, rnd.randint(3, 5)):
            low = [rnd.randint(0, max(1, valid // share)) for share in (4, 12, 30)]
            counts = [valid - sum(low), *low]
            weighted = sum((n * w for n, w in zip(counts, ANSWER_WEIGHTS, strict=True)), Decimal(0))
            questions.append(Question(subject, counts, rounded(weighted / valid)))
        mean = rounded(sum((question.satisfaction for question in questions), Decimal(0)) / len(questions))
        groups.append(Group(name, sent, valid, questions, mean))
    return groups


def _tree(
    rnd: random.Random, project: Project, topic: dict[str, Any], outputs: list[Output], money: Money,
    groups: list[Group], four: bool,
) -> list[Node]:  # fmt: skip
    """The score tree, weights adding up to 100 and everything at full marks save what its rate costs."""
    rates = {"arrival": percentage(money.arrived, money.base), "execution": percentage(money.spent, money.arrived)}
    dimensions = []
    for name, weight in zip(DIMENSIONS, rnd.choice(DIMENSION_WEIGHTS), strict=True):
        specs = [spec for spec in read("indicators")["leaf"] if spec["dimension"] == name]
        specs = [spec for spec in specs if not spec.get("optional") or rnd.random() < 0.6]
        if name == "产出":
            quantity = [
                {"group": "产出数量", "name": f"{output.name.removeprefix('完成')}完成率", "kind": "completion", "output": i,
                 "definition": f"实际{output.name}数量与计划数量之比。", "full": []}
                for i, output in enumerate(outputs)
            ]  # fmt: skip
            specs = quantity + specs
        if name == "效益":
            effects = [
                {"group": group, "name": leaf, "kind": "judged", "definition": f"考察项目实施带来的{group}。", "full": [f"{text}，效果明显。"]}
                for group, leaf, text in topic["effects"]
            ]  # fmt: skip
            specs = sorted(effects, key=lambda spec: str(spec["group"])) + specs
        weights = _shares(rnd, weight, len(specs))
        dimension = Node(name, Decimal(weight), Decimal(weight))
        for spec, share in zip(specs, weights, strict=True):
            leaf = _leaf(rnd, spec, Decimal(share), project, outputs, rates, groups, four)
            group = next((node for node in dimension.children if node.name == spec["group"]), None)
            if group is None:
                group = Node(str(spec["group"]), Decimal(0), Decimal(0))
                dimension.children.append(group)
            group.children.append(leaf)
        dimensions.append(dimension)
    return dimensions


def _shares(rnd: random.Random, total: int, count: int) -> list[int]:
    """`count` whole numbers of at least 2 that add up to `total`."""
    shares = [2] * count
    for _ in range(total - 2 * count):
        shares[rnd.randrange(count)] += 1
    return shares


def _leaf(
    rnd: random.Random, spec: dict[str, Any], weight: Decimal, project: Project, outputs: list[Output],
    rates: dict[str, Decimal], groups: list[Group], four: bool,
) -> Node:  # fmt: skip
    node = Node(
        name=spec["name"].replace("{beneficiary}", project.beneficiary), weight=weight, score=weight, kind=spec["kind"],
        definition=spec["definition"].replace("{beneficiary}", project.beneficiary),
        full=rnd.choice(spec["full"]) if spec["full"] else "", case=spec.get("case", ""), output=spec.get("output"),
    )  # fmt: skip
    if node.kind == "points":
        half = rounded(weight / 2 * 2, 0) / 2
        node.points = list(zip(spec["points"], [half, weight - half], strict=True))
    elif node.kind == "each":
        node.step = rnd.choice([Decimal("0.5"), Decimal(1)])
    elif node.kind in ("arrival", "execution"):
        node.rate = rates[node.kind]
        node.score = rounded(node.rate / 100 * weight)
    elif node.kind == "completion" and node.output is not None:
        node.rate = outputs[node.output].rate
        node.score = rounded(min(node.rate, Decimal(100)) / 100 * weight)
    elif node.kind == "satisfaction":
        node.rate, node.threshold, node.step = groups[0].satisfaction, SATISFACTION_TARGET, Decimal("0.2")
        node.score = max(Decimal(0), weight - rounded(max(Decimal(0), node.threshold - node.rate) * node.step))
    elif node.kind == "judged" and rnd.random() < 0.25:
        node.score = weight - rnd.choice([Decimal("0.5"), Decimal(1)])
        node.defect = rnd.choice(["效果与预期相比仍有差距", "受益范围偏窄", "示范带动作用尚未显现"])
    if four:
        _split(spec, node)
    return node


def _split(spec: dict[str, Any], node: Node) -> None:
    """A third-level indicator gets fourth-level ones: one for each of its points, else one of its own name."""
    if node.kind == "points":
        for (text, points), name in zip(node.points, spec["subs"], strict=True):
            child = Node(
                name, points, points, "points", definition=node.definition, full=node.full, points=[(text, points)]
            )
            node.children.append(child)
    else:
        child = Node(
            node.name, node.weight, node.score, node.kind, definition=node.definition, full=node.full, case=node.case,
            defect=node.defect, step=node.step, threshold=node.threshold, rate=node.rate, output=node.output,
        )  # fmt: skip
        node.children.append(child)
    node.kind = "group"


def _problems(
    rnd: random.Random, project: Project, money: Money, outputs: list[Output], dimensions: list[Node]
) -> tuple[list[Problem], list[Suggestion]]:
    """Problems that cost their indicators points, and the advice that answers them (some advice answers two)."""
    third = {leaf.name: leaf for dimension in dimensions for group in dimension.children for leaf in group.children}
    balance = money.arrived - money.spent
    specs = [spec for spec in read("problems")["problem"] if spec["leaf"] in third]
    specs = [spec for spec in specs if spec["leaf"] != "预算执行率" or balance * 10 > money.arrived]
    rnd.shuffle(specs)
    wanted = rnd.randint(3, 6)
    chosen: list[dict[str, Any]] = []
    for spec in specs:
        if len(chosen) < wanted and all(spec["leaf"] != other["leaf"] for other in chosen):
            chosen.append(spec)
    order = list(third)
    chosen.sort(key=lambda spec: order.index(spec["leaf"]))
    problems = []
    for index, spec in enumerate(chosen):
        town = rnd.choice(project.towns)
        checked = rnd.randint(12, 40)
        values = {
            "year": project.year, "dept": project.department, "town": town, "output": outputs[0].name,
            "misuse": rounded(Decimal(rnd.randint(60, 1900)) / 100), "visits": rnd.choice("一两三"),
            "contracts": checked, "bad_contracts": rnd.randint(2, 6), "checked": checked, "failed": rnd.randint(2, 5),
            "budget": "{budget}", "balance": "{balance}", "unit": "{unit}",
        }  # fmt: skip
        problem = Problem(
            heading=rnd.choice(spec["headings"]), sentence=spec["sentence"], text=rnd.choice(spec["text"]).format_map(values),
            defect=spec["defect"].format_map(values), category=spec["category"], leaf=spec["leaf"], unit=project.department,
        )  # fmt: skip
        problems.append(problem)
        _deduct(rnd, third[spec["leaf"]], problem, index)
        chosen[index] = {**spec, "town": town}
    return problems, _suggestions(rnd, project, chosen)


def _deduct(rnd: random.Random, node: Node, problem: Problem, index: int) -> None:
    leaf = node.children[-1] if node.children else node
    leaf.problem, leaf.defect = index, problem.defect
    if leaf.kind == "points":
        leaf.score = leaf.weight - leaf.points[-1][1] * rnd.choice([Decimal(1), Decimal("0.5")])
    elif leaf.kind == "each" and leaf.step is not None:
        leaf.score = max(Decimal(0), leaf.weight - leaf.step * rnd.randint(1, 2))


def _suggestions(rnd: random.Random, project: Project, chosen: list[dict[str, Any]]) -> list[Suggestion]:
    suggestions: list[Suggestion] = []
    for index, spec in enumerate(chosen):
        text = rnd.choice(spec["advice_text"]).format_map({"dept": project.department, "town": spec["town"]})
        if suggestions and rnd.random() < 0.15:
            suggestions[-1].heading += "，" + rnd.choice(spec["advice"])
            suggestions[-1].text += text
            suggestions[-1].addresses.append(index)
        else:
            suggestions.append(Suggestion(rnd.choice(spec["advice"]), text, [index]))
    return suggestions


def _add_up(node: Node) -> None:
    for child in node.children:
        _add_up(child)
    if node.children:
        node.weight = sum((child.weight for child in node.children), Decimal(0))
        node.score = sum((child.score for child in node.children), Decimal(0))


def _town_scores(rnd: random.Random, project: Project, total: Decimal) -> list[Town]:
    scores = sorted((rounded(total + Decimal(rnd.randint(-400, 300)) / 100) for _ in project.towns), reverse=True)
    scores = [min(score, Decimal("99.50")) - place * Decimal("0.01") for place, score in enumerate(scores)]
    return [
        Town(name, score, rank)
        for rank, (name, score) in enumerate(zip(rnd.sample(project.towns, len(scores)), scores, strict=True), 1)
    ]
