"""The tables of a report: funds, dimensions, sections, towns, surveys, problems. The score sheet has a file of its own."""

from __future__ import annotations

from decimal import Decimal

from corpus.draft import (
    UNIT_NAMES,
    WAN,
    YUAN,
    Draft,
    amount,
    dimension_name,
    dimension_word,
    number,
    path_key,
    points,
    rate,
    rated,
    say,
    table,
    write,
)
from corpus.manuscript import Mention, Row, Tag
from corpus.report import Group, Item, Node, percentage

ANSWERS = ("非常满意", "比较满意", "一般", "不满意")
ANSWER_POINTS = (5, 4, 3, 0)
WEIGHTED = "(a[0]*100+a[1]*80+a[2]*60)/a[3]"


def headers(draft: Draft, name: str) -> list[str]:
    return list(draft.style["headers"][name])


def caption(draft: Draft, text: str, unit: str = "") -> None:
    """The line above a table, its unit beside or below it."""
    draft.counters[5] = 0
    count = draft.picks.setdefault("tables", "0")
    draft.picks["tables"] = str(int(count) + 1)
    line = f"表{draft.picks['tables']} {text}"
    if unit and draft.choices["unit_line"] == "own":
        write(draft, line, "caption")
        write(draft, f"单位：{unit}", "caption")
    else:
        write(draft, f"{line} 单位：{unit}" if unit else line, "caption")


def funds_by_source(draft: Draft) -> None:
    money = draft.report.money
    scale = YUAN if draft.has("yuan_exact") else WAN
    unit = UNIT_NAMES[scale]
    in_caption = draft.has("unit_caption")
    caption(draft, f"{draft.report.project.year}年项目资金来源情况表", unit if in_caption else "")
    rows = [Row(["资金来源", "金额" if in_caption else f"金额（{unit}）", "占比"])]
    shown: list[Mention] = []
    total = amount(draft, money.base, "adjusted_budget" if money.adjusted is not None else "budget", scale)
    for name, value in money.sources:
        part = amount(draft, value, f"source/{name}", scale)
        share = rate(draft, percentage(value, money.base))
        draft.script.relate("ratio", share, [part, total], "a[0]/a[1]*100", "table", "占比")
        rows.append(Row([name, str(part), f"{share}%"]))
        shown.append(part)
    draft.script.add_up(total, shown, "table", "资金来源合计")
    rows.append(Row(["合计", str(total), "100%"], kind="total"))
    table(draft, rows)


def funds_by_item(draft: Draft) -> None:
    """Budget and spending by item, with totals and the rate of each row."""
    money = draft.report.money
    scale = YUAN if draft.has("yuan_exact") else WAN
    unit = UNIT_NAMES[scale]
    in_caption = draft.has("unit_caption")
    caption(draft, f"{draft.report.project.name}预算与支出明细表", unit if in_caption else "")
    names = headers(draft, "item")
    if not in_caption:
        names[2:] = [f"{name}（{unit}）" for name in names[2:]]
    rows = [Row([*names, "执行率"])]
    halves = [money.items]
    if draft.has("subtotals") and len(money.items) > 3:
        halves = [money.items[:2], money.items[2:]]
    totals: list[tuple[Mention, Mention]] = []
    for part in halves:
        shown = [_item_row(draft, rows, item, scale) for item in part]
        if len(halves) > 1:
            budget, spent = (
                sum((item.budget for item in part), Decimal(0)),
                sum((item.spent for item in part), Decimal(0)),
            )
            shown = [
                _item_total(
                    draft, rows, "小计", amount(draft, budget, "", scale), amount(draft, spent, "", scale), shown
                )
            ]
        totals += shown
    base = amount(draft, money.base, "adjusted_budget" if money.adjusted is not None else "budget", scale)
    _item_total(draft, rows, "合计", base, amount(draft, money.spent, "expenditure", scale), totals)
    table(draft, rows)


def _item_row(draft: Draft, rows: list[Row], item: Item, scale: Decimal) -> tuple[Mention, Mention]:
    budget = amount(draft, item.budget, f"item/{item.name}", scale)
    spent = amount(draft, item.spent, f"spent/{item.name}", scale)
    share = rate(draft, percentage(item.spent, item.budget))
    draft.script.relate("ratio", share, [spent, budget], "a[0]/a[1]*100", "table", "执行率")
    count = sum(row.kind == "body" for row in rows)
    rows.append(Row([str(count), item.name, str(budget), str(spent), f"{share}%"]))
    return budget, spent


def _item_total(
    draft: Draft, rows: list[Row], name: str, budget: Mention, spent: Mention, of: list[tuple[Mention, Mention]]
) -> tuple[Mention, Mention]:
    draft.script.add_up(budget, [mention for mention, _ in of], "table", f"预算{name}")
    draft.script.add_up(spent, [mention for _, mention in of], "table", f"支出{name}")
    label = ["", name] if draft.choices["total_label"] == "second" else [name, ""]
    rows.append(Row([*label, str(budget), str(spent), "——"], kind="total"))
    return budget, spent


def scores_by_dimension(draft: Draft, tagged: bool) -> None:
    """The first-level scores, one row or one column each; `tagged` where the annotation takes them from here."""
    caption(draft, "一级指标得分情况表")
    names = headers(draft, "dimension")
    weights, scores, rates = [], [], []
    for node in draft.report.dimensions:
        weight, score = (
            points(draft, node.weight, f"weight/{node.name}"),
            points(draft, node.score, f"score/{node.name}"),
        )
        weights.append(weight)
        scores.append(score)
        rates.append(rated(draft, weight, score, f"rate/{node.name}", "table"))
    total_weight, total = points(draft, Decimal(100), "weight"), points(draft, draft.report.total, "total_score")
    whole = rated(draft, total_weight, total, "rate", "table")
    draft.script.add_up(total_weight, weights, "table", "分值合计")
    draft.script.add_up(total, scores, "table", "得分合计")
    sign = "" if "%" in names[3] else "%"
    labels = [dimension_name(draft, index, "dimension_cell") for index in range(4)]
    tags = (
        [Tag("dimension", dimension_facts(node, dimension_word(draft, node))) for node in draft.report.dimensions]
        if tagged
        else []
    )
    if draft.has("transposed_scores"):
        rows = [
            Row(["项 目", *labels, "合计"]),
            Row([names[1], *map(str, weights), str(total_weight)]),
            Row([names[2], *map(str, scores), str(total)], tags),
            Row([names[3], *(f"{value}{sign}" for value in rates), f"{whole}{sign}"]),
        ]
    else:
        rows = [Row(names)]
        for index in range(4):
            cells = [labels[index], str(weights[index]), str(scores[index]), f"{rates[index]}{sign}"]
            rows.append(Row(cells, tags[index : index + 1]))
        rows.append(Row(["合计", str(total_weight), str(total), f"{whole}{sign}"], kind="total"))
    table(draft, rows)


def dimension_facts(node: Node, name: str) -> dict[str, object]:
    return {"name": name, "weight": node.weight, "score": node.score, "rate": percentage(node.score, node.weight)}


def scores_of_section(draft: Draft, dimension: Node) -> None:
    """The second- and third-level scores of one dimension, labels merged downwards, the total sometimes shifted."""
    write(draft, f"{dimension_word(draft, dimension)}指标得分表", "caption")
    levels = headers(draft, "levels")
    rows = [Row([levels[1], levels[2], "分值", "得分", "得分率"])]
    weights, scores = [], []
    for group in dimension.children:
        for index, leaf in enumerate(group.children):
            key = path_key([dimension, group], leaf)
            weight, score = points(draft, leaf.weight, f"weight/{key}"), points(draft, leaf.score, f"score/{key}")
            share = rated(draft, weight, score, f"rate/{key}", "table")
            name = group.name if index == 0 or draft.choices["row_merges"] == "repeated" else ""
            rows.append(Row([name, leaf.name, str(weight), str(score), f"{share}%"]))
            weights.append(weight)
            scores.append(score)
    weight, score = (
        points(draft, dimension.weight, f"weight/{dimension.name}"),
        points(draft, dimension.score, f"score/{dimension.name}"),
    )
    draft.script.add_up(weight, weights, "table", "分值合计")
    draft.script.add_up(score, scores, "table", "得分合计")
    cells = ["合计", "", str(weight), str(score), ""]
    if draft.has("total_row_shifted"):
        cells = ["合计", str(weight), str(score), "", ""]
    rows.append(Row(cells, kind="total"))
    table(draft, rows)


def scores_of_towns(draft: Draft) -> None:
    towns = draft.report.towns
    scores = [points(draft, town.score, f"town/{town.name}") for town in towns]
    value = sum((town.score for town in towns), Decimal(0)) / len(towns)
    mean = draft.script.mention(f"{value:.2f}", loose=True)
    draft.script.relate("mean", mean, scores, f"sum(a)/{len(towns)}", "text", "各镇街平均分")
    write(draft, say(draft, "town_intro", mean=mean))
    caption(draft, "各镇街得分及排名情况表")
    rows = [Row(["镇（街道）", "得分", "排名"])]
    rows += [Row([town.name, str(score), str(town.rank)]) for town, score in zip(towns, scores, strict=True)]
    table(draft, rows)


def bands(draft: Draft) -> None:
    words = draft.style.get("grade_words", ["优", "良", "中", "差"])
    rows = [Row(["序号", "分数段", "级别"])]
    ranges = ["90分（含）—100分", "80分（含）—90分", "60分（含）—80分", "60分以下"]
    rows += [Row([str(i), span, name]) for i, (span, name) in enumerate(zip(ranges, words, strict=True), 1)]
    table(draft, rows)


def team(draft: Draft, people: list[tuple[str, str, str]]) -> None:
    caption(draft, "评价工作组成员情况表")
    table(
        draft,
        [Row(["序号", "姓名", "职称", "职责分工"]), *(Row([str(i), *person]) for i, person in enumerate(people, 1))],
    )


def survey(draft: Draft, group: Group) -> None:
    """Answers counted, their shares and the weighted satisfaction, one table a group or one a question."""
    if draft.choices["survey_form"] == "by_question":
        for index, question in enumerate(group.questions, 1):
            write(draft, f"{index}.{say(draft, 'question', subject=question.text)}")
            counts = [number(draft, n) for n in question.counts]
            sample = number(draft, group.valid, f"valid/{group.name}")
            draft.script.add_up(sample, counts, "table", "各选项之和为样本数")
            shares = [_share(draft, n, sample, group.valid) for n in counts]
            satisfied = _satisfied(draft, question.satisfaction, counts, sample, f"asked/{group.name}/{question.text}")
            letters = [f"{letter}.{answer}" for letter, answer in zip("ABCD", ANSWERS, strict=True)]
            rows = [
                Row(["样本数/满意度", *letters]),
                Row([f"{sample}份", *map(str, counts)]),
                Row([f"{satisfied}%", *(f"{share}%" for share in shares)]),
            ]
            table(draft, rows)
        return
    caption(draft, f"{group.name}问卷统计表")
    rows = [Row(["序号", "调查内容", *ANSWERS, "合计", "满意度"])]
    satisfactions = []
    for index, question in enumerate(group.questions, 1):
        counts = [number(draft, n) for n in question.counts]
        sample = number(draft, group.valid, f"valid/{group.name}")
        draft.script.add_up(sample, counts, "table", "各选项之和为样本数")
        satisfied = _satisfied(draft, question.satisfaction, counts, sample, f"asked/{group.name}/{question.text}")
        rows.append(Row([str(index), question.text, *map(str, counts), str(sample), f"{satisfied}%"]))
        satisfactions.append(satisfied)
    mean = rate(draft, group.satisfaction, f"satisfaction/{group.name}")
    draft.script.relate("mean", mean, satisfactions, f"sum(a)/{len(satisfactions)}", "table", "平均满意度")
    rows.append(Row(["", "综合满意度", "", "", "", "", "", f"{mean}%"], kind="total"))
    table(draft, rows)


def answer_sheet(draft: Draft, group: Group) -> None:
    """Every questionnaire's answers as points (5, 4, 3, 0), with the satisfaction of each person and each question."""
    caption(draft, f"{group.name}问卷逐份统计表")
    answers = []
    for question in group.questions:
        points_given = [mark for mark, count in zip(ANSWER_POINTS, question.counts, strict=True) for _ in range(count)]
        draft.rnd.shuffle(points_given)
        answers.append([number(draft, mark) for mark in points_given])
    whole = []
    for question, marks in zip(group.questions, answers, strict=True):
        shown = rate(draft, question.satisfaction, f"asked/{group.name}/{question.text}")
        draft.script.relate("mean", shown, marks, "sum(a)/len(a)/5*100", "table", "该题平均满意度")
        whole.append(shown)
    names = [f"{index}.{question.text}" for index, question in enumerate(group.questions, 1)]
    mean = rate(draft, group.satisfaction, f"satisfaction/{group.name}")
    draft.script.relate("mean", mean, whole, f"sum(a)/{len(whole)}", "table", "平均满意度")
    rows = [Row(["序号", *names, "个人满意度"]), Row(["满意度", *(f"{value}%" for value in whole), f"{mean}%"])]
    for person, given in enumerate(zip(*answers, strict=True), 1):
        total = sum((Decimal(mark.token) for mark in given), Decimal(0))
        own = rate(draft, percentage(total, Decimal(5 * len(given))))
        draft.script.relate("mean", own, list(given), f"sum(a)/{len(given)}/5*100", "table", "个人平均满意度")
        rows.append(Row([str(person), *map(str, given), f"{own}%"]))
    table(draft, rows)


def _share(draft: Draft, count: Mention, sample: Mention, valid: int) -> Mention:
    share = rate(draft, percentage(Decimal(count.token), Decimal(valid)))
    draft.script.relate("ratio", share, [count, sample], "a[0]/a[1]*100", "table", "选项占比")
    return share


def _satisfied(draft: Draft, value: Decimal, counts: list[Mention], sample: Mention, key: str) -> Mention:
    satisfied = rate(draft, value, key)
    draft.script.relate("weighted", satisfied, [*counts[:3], sample], WEIGHTED, "table", "加权满意度（100、80、60、0）")
    return satisfied


def problem_list(draft: Draft) -> None:
    names = headers(draft, "problem_list")
    rows = [Row(names)]
    leaf_dimension = {
        leaf.name: dimension_word(draft, d) for d in draft.report.dimensions for g in d.children for leaf in g.children
    }
    previous = ""
    for index, problem in enumerate(draft.report.problems, 1):
        dimension = leaf_dimension[problem.leaf]
        text = problem.heading if "问题" in names else problem.sentence
        cells = []
        for name in names:
            if name == "序号":
                cells.append(str(index))
            elif "单位" in name:
                cells.append(problem.unit)
            elif name in ("问题分类", "问题类别"):
                cells.append("" if dimension == previous else dimension)
                previous = dimension
            elif name == "问题":
                cells.append(problem.heading)
            else:
                cells.append(problem.sentence)
        unit = problem.unit if any("单位" in name for name in names) else None
        rows.append(Row(cells, [Tag("problem_list", {"unit": unit, "text": text, "category": problem.category})]))
    table(draft, rows)
