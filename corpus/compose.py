"""A report written out: cover, contents, summary, body and appendices, in the words and forms of an agency's style."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from corpus import tables
from corpus.data_files import read
from corpus.draft import (
    Draft,
    amount,
    chinese,
    dimension_name,
    dimension_word,
    heading,
    number,
    path_key,
    points,
    rate,
    rated,
    restart,
    say,
    section,
    total_and_grade,
    word,
    write,
)
from corpus.manuscript import Grid, Line, Manuscript, Row, Tag, plain
from corpus.reasons import category, reason
from corpus.report import Node, Report, leaves, nodes_at, percentage
from corpus.score_sheet import score_sheet

APPENDIX_NUMERALS = "一二三四五"
MOST_ANSWERS = 80
"""Questionnaires are listed one by one for groups of at most so many."""


def compose(
    report: Report, style: dict[str, Any], forms: frozenset[str], choices: dict[str, str], rnd: random.Random
) -> Manuscript:
    """The whole text, every number of interest marked, with the relations that it asserts."""
    draft = Draft(report, style, forms, choices, rnd)
    if draft.has("self_evaluation"):
        _self_evaluation(draft)
        return draft.script
    _cover(draft)
    place = len(draft.script.blocks)
    if draft.has("summary"):
        restart(draft, "summary")
        write(draft, section(draft, "summary"), "title")
        _summary(draft)
        write(draft, section(draft, "body"), "title")
    restart(draft, "body")
    _overview(draft)
    _goals(draft)
    _evaluation(draft)
    _conclusion(draft)
    _analysis(draft)
    heading(draft, 1, section(draft, "achievements"))
    for _ in range(2):
        write(draft, _achievement(draft))
    if not draft.has("problems_in_conclusion"):
        heading(draft, 1, section(draft, "problems"))
        _problems(draft, 2, gold=True)
    heading(draft, 1, section(draft, "suggestions"))
    _suggestions(draft, 2, gold=True)
    _appendices(draft)
    if draft.has("contents"):
        draft.script.blocks[place:place] = _contents(draft)
    return draft.script


# Cover and contents


def _cover(draft: Draft) -> None:
    project, cover = draft.report.project, draft.style["cover"]
    title = project.title
    if draft.style["title_lines"] == 2:
        title = title.removesuffix("绩效评价报告") + " 绩效评价报告"
    write(draft, f"# {title}" if draft.style.get("markdown_headings") else title, "cover")
    names = {name: getattr(project, name) for name, _ in cover["labels"]}
    labels = [
        (" ".join(words.replace(" ", "")) if draft.has("spaced_labels") else words, names[name])
        for name, words in cover["labels"]
    ]
    if draft.has("cover_table"):
        draft.script.blocks.append(Grid([Row([words, name]) for words, name in labels], header=0))
    else:
        for words, name in labels:
            write(draft, f"{words}{draft.rnd.choice(['：', '： '])}{name}", "cover")
    date = _date(draft)
    write(draft, f"{cover['date_label']}：{date}" if cover["date_label"] else date, "cover")


def _date(draft: Draft) -> str:
    year, month, day = draft.report.project.report_date
    match draft.style["date"]:
        case "chinese":
            return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year)) + f"年{chinese(month)}月"
        case "day":
            return f"{year}年{month}月{day}日"
    return f"{year}年{month}月"


def _contents(draft: Draft) -> list[Line]:
    """The headings of the first two levels with page numbers, tab or dots between."""
    lines, page = [Line("目 录", "title")], 1
    dots = draft.rnd.random() < 0.3
    for block in draft.script.blocks:
        if isinstance(block, Line) and (
            block.role in ("title", "appendix") or (block.role == "heading" and block.level <= 2)
        ):
            page += draft.rnd.choice([0, 0, 1, 1, 2])
            text = plain(block.text).lstrip("# ").split("（满分")[0]
            lines.append(Line(f"{text} ..... {page}" if dots else f"{text}\t{page}", "contents"))
    return lines


# Summary and body


def _money(draft: Draft) -> None:
    money = draft.report.money
    base = budget = amount(draft, money.budget, "budget")
    text = say(draft, "budget", budget=budget)
    if money.adjusted is not None:
        base = amount(draft, money.adjusted, "adjusted_budget")
        text += say(draft, "adjusted", adjusted=base)
    write(draft, text)
    arrived, spent = amount(draft, money.arrived, "funds_arrived"), amount(draft, money.spent, "expenditure")
    arrival = rate(draft, percentage(money.arrived, money.base), "arrival_rate")
    execution = rate(draft, percentage(money.spent, money.arrived), "execution_rate")
    left = amount(draft, money.arrived - money.spent, "balance")
    draft.script.relate("ratio", arrival, [arrived, base], "a[0]/a[1]*100", "text", "资金到位率")
    draft.script.relate("ratio", execution, [spent, arrived], "a[0]/a[1]*100", "text", "预算执行率")
    draft.script.relate("difference", left, [arrived, spent], "a[0]-a[1]", "text", "结余=到位-支出")
    first = say(draft, "arrived", arrived=arrived, arrival_rate=arrival)
    write(draft, first + say(draft, "spent", spent=spent, execution_rate=execution, balance=left))


def _money_summary(draft: Draft) -> str:
    money = draft.report.money
    budget, spent = amount(draft, money.budget, "budget"), amount(draft, money.spent, "expenditure")
    arrived, execution = (
        amount(draft, money.arrived, "funds_arrived"),
        rate(draft, percentage(money.spent, money.arrived), "execution_rate"),
    )
    draft.script.relate("ratio", execution, [spent, arrived], "a[0]/a[1]*100", "text", "预算执行率")
    return say(draft, "money_summary", budget=budget, arrived=arrived, spent=spent, execution_rate=execution)


def _summary(draft: Draft) -> None:
    heading(draft, 1, section(draft, "summary_overview"))
    if draft.has("repeated_paragraphs"):
        write(draft, say(draft, "background"))
    write(draft, _money_summary(draft))
    heading(draft, 1, section(draft, "summary_conclusion"))
    _conclude(draft, tagged=False)
    heading(draft, 1, section(draft, "achievements"))
    write(draft, _achievement(draft))
    heading(draft, 1, section(draft, "problems"))
    _problems(draft, 2, gold=False)
    heading(draft, 1, section(draft, "suggestions"))
    _suggestions(draft, 2, gold=False)


def _achievement(draft: Draft) -> str:
    effect = draft.rnd.choice(draft.report.project.effects)
    return str(draft.rnd.choice(draft.style["wording"]["achievements"])).format(
        dept=draft.report.project.department, effect=effect
    )


def _overview(draft: Draft) -> None:
    project, money = draft.report.project, draft.report.money
    heading(draft, 1, section(draft, "overview"))
    heading(draft, 2, section(draft, "background"))
    write(draft, say(draft, "background"))
    heading(draft, 2, section(draft, "money"))
    _money(draft)
    if draft.has("source_table"):
        tables.funds_by_source(draft)
    else:
        _sources_in_words(draft)
    if draft.has("item_table"):
        tables.funds_by_item(draft)
    heading(draft, 2, section(draft, "content"))
    first = draft.report.outputs[0]
    quantity, price = number(draft, first.plan, f"plan/{first.name}"), money.items[0].budget / first.plan
    cost = amount(draft, money.items[0].budget, f"item/{money.items[0].name}")
    each = draft.script.mention(f"{price:,f}" if draft.has("thousands_separator") else f"{price:f}")
    draft.script.relate("product", cost, [each, quantity], "a[0]*a[1]", "text", "单价×数量")
    write(draft, say(draft, "product", per=first.unit, price=each, quantity=quantity, amount=cost))
    _outputs(draft)
    heading(draft, 2, section(draft, "organisation"))
    write(draft, say(draft, "organisation"))
    write(draft, f"项目涉及{'、'.join(project.towns)}等{len(project.towns)}个镇（街道、乡）。")


def _outputs(draft: Draft) -> None:
    """What was planned and what was done, a sentence each."""
    for output in draft.report.outputs:
        plan, actual = (
            number(draft, output.plan, f"plan/{output.name}"),
            number(draft, output.actual, f"actual/{output.name}"),
        )
        share = rate(draft, output.rate, f"completion/{output.name}")
        draft.script.relate("ratio", share, [actual, plan], "a[0]/a[1]*100", "text", "完成率")
        write(draft, say(draft, "output", name=output.name, plan=plan, actual=actual, rate=share, unit=output.unit))


def _sources_in_words(draft: Draft) -> None:
    money = draft.report.money
    if money.adjusted is not None:
        return
    parts = [(name, amount(draft, value, f"source/{name}")) for name, value in money.sources]
    total = amount(draft, money.budget, "budget")
    draft.script.add_up(total, [part for _, part in parts], "text", "资金来源合计")
    unit = say(draft, "unit_word")
    write(draft, say(draft, "source", parts="、".join(f"{name}{part}{unit}" for name, part in parts), budget=total))


def _goals(draft: Draft) -> None:
    heading(draft, 1, section(draft, "goals"))
    heading(draft, 2, section(draft, "overall_goal"))
    write(draft, say(draft, "overall_goal"))
    heading(draft, 2, section(draft, "annual_goal"))
    marks = [(o, number(draft, o.plan, f"plan/{o.name}")) for o in draft.report.outputs]
    write(draft, say(draft, "annual_goal", tasks="，".join(f"{o.name}{mark}{o.unit}" for o, mark in marks)))


def _evaluation(draft: Draft) -> None:
    report = draft.report
    heading(draft, 1, section(draft, "evaluation"))
    heading(draft, 2, section(draft, "purpose"))
    write(draft, say(draft, "purpose"))
    heading(draft, 2, section(draft, "scope"))
    write(draft, say(draft, "scope", budget=amount(draft, report.money.budget, "budget")))
    heading(draft, 2, section(draft, "basis"))
    for index, text in enumerate(draft.style["wording"]["basis"], 1):
        values = {"city": report.project.city, "dept": report.project.department, "method": _method_in_force(report)}
        write(draft, f"{index}.{text.format_map(values)}")
    heading(draft, 2, section(draft, "method"))
    write(draft, say(draft, "principles"))
    heading(draft, 2, section(draft, "indicators"))
    n1, n2, n3 = (len(nodes_at(report.dimensions, depth)) for depth in range(3))
    marks = [number(draft, n, key) for n, key in ((n1, ""), (n2, "count/2"), (n3, "count/3"))]
    write(draft, say(draft, "counts", n1=marks[0], n2=marks[1], n3=marks[2]))
    if draft.has("bands_stated"):
        heading(draft, 2, section(draft, "bands"))
        write(draft, say(draft, "bands"))
        if draft.has("band_table"):
            tables.bands(draft)
    heading(draft, 2, section(draft, "team"))
    names = read("names")
    people = [
        (
            draft.rnd.choice(names["surnames"]) + draft.rnd.choice(names["given"]),
            draft.rnd.choice(names["titles"]),
            duty,
        )
        for duty in draft.rnd.sample(names["duties"], 4)
    ]
    tables.team(draft, people)
    heading(draft, 2, section(draft, "process"))
    n_towns = len(report.project.towns)
    for index, step in enumerate(draft.style["wording"]["process_steps"], 1):
        write(draft, f"（{index}）" + step.format(dept=report.project.department, teams=2, n_towns=n_towns))
    if draft.has("questionnaire"):
        _questionnaire_counts(draft)


def _method_in_force(report: Report) -> str:
    """The rules on evaluations that were in force when the report was written."""
    return next(text for since, text in read("names")["methods"] if report.project.report_date[0] >= since)


def _questionnaire_counts(draft: Draft) -> None:
    groups = draft.report.groups
    sent = number(draft, sum(group.sent for group in groups))
    valid = number(draft, sum(group.valid for group in groups))
    share = rate(draft, percentage(Decimal(valid.token), Decimal(sent.token)))
    draft.script.relate("ratio", share, [valid, sent], "a[0]/a[1]*100", "text", "有效回收率")
    text = say(draft, "survey", sent=sent, valid=valid, rate=share)
    if len(groups) > 1:
        sents = [number(draft, group.sent) for group in groups]
        valids = [number(draft, group.valid, f"valid/{group.name}") for group in groups]
        draft.script.add_up(sent, sents, "text", "发放份数合计")
        draft.script.add_up(valid, valids, "text", "有效份数合计")
        for group, a, b in zip(groups, sents, valids, strict=True):
            text += say(draft, "survey_group", group=group.name, sent=a, valid=b)
    write(draft, text)


def _conclude(draft: Draft, tagged: bool) -> None:
    """The total and the grade, then the dimensions as a table or in words."""
    total, grade = total_and_grade(draft)
    write(draft, say(draft, "conclusion", total=total, grade=grade))
    in_words = draft.has("no_score_table") or draft.choices["dimension_scores"] == "words"
    if not in_words:
        tables.scores_by_dimension(draft, tagged)
    scores, weights = [], []
    for node in draft.report.dimensions:
        name = dimension_word(draft, node)
        weak = [leaf for _, leaf in leaves([node]) if leaf.defect and "{" not in leaf.defect and leaf.lost][:2]
        slot = "weak_comment" if weak else "good_comment"
        comment = say(draft, slot, defects="、".join(leaf.defect for leaf in weak))
        text = say(draft, "dimension_prose", dim=name, comment=comment)
        tags = [Tag("defect", {"text": leaf.defect, "category": category(draft, leaf)}) for leaf in weak if tagged]
        if in_words:
            weight, score = (
                points(draft, node.weight, f"weight/{node.name}"),
                points(draft, node.score, f"score/{node.name}"),
            )
            share = rated(draft, weight, score, f"rate/{node.name}", "text")
            text = say(draft, "dimension_line", dim=name, weight=weight, score=score, rate=share) + text
            weights.append(weight)
            scores.append(score)
            tags += [Tag("dimension", tables.dimension_facts(node, name))] if tagged else []
        write(draft, text, tags=tags)
    draft.script.add_up(total, scores, "text", "各维度得分之和为总分")


def _conclusion(draft: Draft) -> None:
    heading(draft, 1, section(draft, "conclusion"))
    heading(draft, 2, section(draft, "overall"))
    _conclude(draft, tagged=True)
    if draft.has("problems_in_conclusion"):
        write(draft, say(draft, "problem_intro"))
        _problems(draft, 3, gold=True)
    if draft.has("town_scores"):
        heading(draft, 2, section(draft, "field"))
        tables.scores_of_towns(draft)


def _analysis(draft: Draft) -> None:
    heading(draft, 1, section(draft, "analysis"))
    for index, dimension in enumerate(draft.report.dimensions):
        name = dimension_name(draft, index)
        heading(draft, 2, section(draft, "dimension", dim=name))
        weight, score = (
            points(draft, dimension.weight, f"weight/{dimension.name}"),
            points(draft, dimension.score, f"score/{dimension.name}"),
        )
        share = rated(draft, weight, score, f"rate/{dimension.name}", "text")
        text = say(
            draft, "dimension_line", dim=dimension_word(draft, dimension), weight=weight, score=score, rate=share
        )
        groups = [number(draft, len(nodes_at([dimension], depth))) for depth in (1, 2)]
        write(draft, text + say(draft, "counts_in", n2=groups[0], n3=groups[1]))
        names = []
        if draft.has("section_tables"):
            tables.scores_of_section(draft, dimension)
        group_scores, group_weights = [], []
        for group in dimension.children:
            titles = _group(draft, dimension, group)
            names += titles[0]
            group_weights += titles[1]
            group_scores += titles[2]
        draft.script.relate("count", groups[1], names, "len(a)", "text", "三级指标个数")
        draft.script.add_up(weight, group_weights, "text", "二级指标分值之和")
        draft.script.add_up(score, group_scores, "text", "二级指标得分之和")


def _group(draft: Draft, dimension: Node, group: Node) -> tuple[list[Any], list[Any], list[Any]]:
    """One second-level indicator: the names of its leaves as marked, and its own weight and score if the heading has them."""
    weights, scores = [], []
    title = group.name
    if draft.style["group_points_in_heading"] and draft.has("heading_points"):
        key = path_key([dimension], group)
        weight, score = points(draft, group.weight, f"weight/{key}"), points(draft, group.score, f"score/{key}")
        title += say(draft, "heading_points", weight=weight, score=score)
        weights, scores = [weight], [score]
    heading(draft, 3, title)
    names, leaf_weights, leaf_scores = [], [], []
    for leaf in group.children:
        name, leaf_weight, leaf_score = _leaf(draft, dimension, group, leaf)
        names.append(name)
        leaf_weights.append(leaf_weight)
        leaf_scores.append(leaf_score)
    if weights:
        draft.script.add_up(weights[0], leaf_weights, "text", f"{group.name}：分值之和")
        draft.script.add_up(scores[0], leaf_scores, "text", f"{group.name}：得分之和")
    return names, weights, scores


def _leaf(draft: Draft, dimension: Node, group: Node, leaf: Node) -> tuple[Any, Any, Any]:
    key = path_key([dimension, group], leaf)
    name = word(draft, leaf.name)
    weight, score = points(draft, leaf.weight, f"weight/{key}"), points(draft, leaf.score, f"score/{key}")
    in_heading = draft.has("heading_points")
    heading(draft, 4, f"{name}{say(draft, 'heading_points', weight=weight, score=score)}" if in_heading else str(name))
    closing = draft.has("closing_sentence")
    lost = (
        points(draft, leaf.lost)
        if leaf.lost and closing and leaf.kind not in ("arrival", "execution", "completion")
        else None
    )
    text, tags = reason(draft, leaf, "text", weight, lost if leaf.kind in ("points", "each") else None)
    if not in_heading:
        text = say(draft, "prose_points", weight=weight, score=score) + text
    if closing:
        again = points(draft, leaf.score, f"score/{key}")
        share = rate(draft, percentage(leaf.score, leaf.weight), f"rate/{key}")
        draft.script.relate("ratio", share, [again, weight], "a[0]/a[1]*100", "text", "得分率")
        values = {"weight": points(draft, leaf.weight, f"weight/{key}"), "score": again, "rate": share}
        if lost is not None and leaf.kind in ("points", "each"):
            draft.script.relate("difference", again, [weight, lost], "a[0]-a[1]", "text", "得分=分值-扣分")
            text += say(draft, "closing_lost", lost=lost, **values)
        else:
            text += say(draft, "closing", **values)
    write(draft, text, tags=tags)
    return name, weight, score


# Problems and suggestions


def _problems(draft: Draft, level: int, gold: bool) -> None:
    for index, problem in enumerate(draft.report.problems, 1):
        title = problem.sentence if draft.has("sentence_headings") else problem.heading
        body, marks = problem.text, {}
        if "{" in body:
            money = draft.report.money
            marks = {
                "budget": amount(draft, money.budget, "budget"),
                "balance": amount(draft, money.arrived - money.spent, "balance"),
            }
            body = body.format_map({**marks, "unit": say(draft, "unit_word")})
        tags = [Tag("problem", {"heading": title, "category": problem.category, "text": body})] if gold else []
        ends = [Tag("problem_end", {})] if gold else []
        if draft.has("inline_problems"):
            title = title.rstrip("。")
            line = say(draft, "inline_problem", ordinal=chinese(index), heading=title, text=body)
            write(draft, line, tags=tags + ends)
        else:
            heading(draft, level, title, tags)
            write(draft, body, tags=ends)


def _suggestions(draft: Draft, level: int, gold: bool) -> None:
    write(draft, say(draft, "suggestion_intro"))
    for suggestion in draft.report.suggestions:
        tags = [Tag("suggestion", {"heading": suggestion.heading, "addresses": suggestion.addresses})] if gold else []
        heading(draft, level, suggestion.heading, tags)
        write(draft, suggestion.text)


# Appendices


def _appendices(draft: Draft) -> None:
    restart(draft, "appendix")
    number_of = 0

    def title(name: str) -> None:
        nonlocal number_of
        number_of += 1
        lead = str(draft.style["appendix"]).replace("一", APPENDIX_NUMERALS[number_of - 1]).replace("1", str(number_of))
        draft.script.blocks.append(Line(lead + section(draft, name), "appendix"))

    if not draft.has("no_score_table"):
        title("appendix_sheet")
        draft.script.blocks.extend(score_sheet(draft))
        _cross_sums(draft)
    if draft.has("questionnaire"):
        title("appendix_survey")
        write(draft, say(draft, "questionnaire_intro"))
        for group in draft.report.groups:
            if draft.has("survey_table"):
                tables.survey(draft, group)
                if draft.has("answer_sheet") and group.valid <= MOST_ANSWERS:
                    tables.answer_sheet(draft, group)
            else:
                for index, question in enumerate(group.questions, 1):
                    write(draft, f"{index}.{say(draft, 'question', subject=question.text)}")
                    write(draft, "A.非常满意 B.比较满意 C.一般 D.不满意")
    if draft.has("problem_list"):
        title("appendix_problems")
        tables.problem_list(draft)


def _cross_sums(draft: Draft) -> None:
    """The dimension scores of the conclusion are the sums of the sheet's leaves."""
    script = draft.script
    for dimension in draft.report.dimensions:
        stated = script.of(f"score/{dimension.name}")
        leaf_scores = [script.of(f"score/{path_key(above, leaf)}")[-1] for above, leaf in leaves([dimension])]
        if stated:
            script.add_up(stated[0], leaf_scores, "cross", f"{dimension.name}：得分表三级指标得分合计")


# The short form


def _self_evaluation(draft: Draft) -> None:
    """A department's own report: a few paragraphs, a total and a grade, problems and advice in a sentence each."""
    project = draft.report.project
    write(draft, project.title, "cover")
    heading(draft, 1, "项目基本情况")
    write(draft, say(draft, "background"))
    heading(draft, 1, "资金使用情况")
    _money(draft)
    if draft.has("item_table"):
        tables.funds_by_item(draft)
    heading(draft, 1, "绩效目标完成情况")
    _outputs(draft)
    heading(draft, 1, "评价结论")
    total, grade = total_and_grade(draft)
    write(draft, f"1.评分结果：{total}分")
    write(draft, f"2.主要结论：{grade}")
    heading(draft, 1, "存在的问题和建议")
    heading(draft, 2, "存在的问题")
    _problems(draft, 3, gold=True)
    heading(draft, 2, "改进建议")
    _suggestions(draft, 3, gold=True)
