"""What every section of a report is written with: the facts, the agency's style, the forms drawn, the manuscript so far."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from corpus.manuscript import Grid, Line, Manuscript, Mention, Row, Tag
from corpus.report import Node, Report, percentage, rounded

BOLD_HEADINGS = 0.12
"""Share of a Markdown export's headings that are bold paragraphs instead."""
CHINESE_DIGITS = "〇一二三四五六七八九"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮"
YUAN, WAN, YI = Decimal(1), Decimal(10000), Decimal(100000000)
UNIT_NAMES = {YUAN: "元", WAN: "万元", YI: "亿元"}
NUMBERING_HALF = str.maketrans("（）", "()")
NUMBERING_FULL = str.maketrans("()", "（）")


@dataclass(slots=True)
class Draft:
    report: Report
    style: dict[str, Any]
    forms: frozenset[str]
    choices: dict[str, str]
    rnd: random.Random
    script: Manuscript = field(default_factory=Manuscript)
    picks: dict[str, str] = field(default_factory=dict)
    counters: list[int] = field(default_factory=lambda: [0] * 6)
    zone: str = "body"

    def has(self, form: str) -> bool:
        return form in self.forms


def say(draft: Draft, slot: str, **values: object) -> str:
    """The sentence of a slot, in the variant that this report uses throughout."""
    if slot not in draft.picks:
        draft.picks[slot] = draft.rnd.choice(draft.style["wording"][slot])
    return draft.picks[slot].format_map(common(draft) | values)


def common(draft: Draft) -> dict[str, object]:
    project = draft.report.project
    return {
        "year": project.year, "city": project.city, "field": project.field, "project": project.name,
        "dept": project.department, "entrusting": project.entrusting,
        "competent": project.competent, "implementing": project.implementing, "goal": project.goal,
        "background": project.background, "beneficiary": project.beneficiary, "unit": UNIT_NAMES[text_scale(draft)],
    }  # fmt: skip


def section(draft: Draft, name: str, **values: object) -> str:
    return str(draft.style["section"][name]).format_map(values)


# Paragraphs


def write(draft: Draft, text: str, role: str = "text", tags: list[Tag] | None = None) -> None:
    tags = tags or []
    draft.script.blocks.append(Line(text, role, 0, tags, fixed=bool(tags)))


def heading(draft: Draft, level: int, title: str, tags: list[Tag] | None = None) -> None:
    """A numbered heading; deeper numbers begin again."""
    draft.counters[level - 1] += 1
    draft.counters[level:] = [0] * (len(draft.counters) - level)
    if level == 1 and draft.zone == "body" and draft.counters[0] == 6 and draft.has("numbering_skip"):
        draft.counters[0] = 7
    text = label(draft, level) + title
    if draft.style.get("markdown_headings"):
        bold = draft.rnd.random() < BOLD_HEADINGS
        text = f"**{text}**" if bold else "#" * (level + draft.rnd.choice([0, 0, 1])) + " " + text
    draft.script.blocks.append(Line(text, "heading", level, tags or [], fixed=bool(tags)))


def label(draft: Draft, level: int) -> str:
    form = str(draft.style["numbering"][level - 1])
    number = draft.counters[level - 1]
    if set(form.strip()) <= set("1."):
        text = (
            ".".join(str(n) for n in draft.counters[:level]) + " "
            if form.count("1") > 1
            else form.replace("1", str(number))
        )
    elif "①" in form:
        text = CIRCLED[(number - 1) % len(CIRCLED)]
    else:
        text = form.replace("一", chinese(number)).replace("1", str(number))
    if draft.has("numbering_mix"):
        mixed = draft.rnd.random()
        text = text.translate(NUMBERING_HALF if mixed < 0.3 else NUMBERING_FULL if mixed < 0.6 else {})
        text += " " if mixed < 0.2 and not text.endswith(" ") else ""
    return text


def chinese(number: int) -> str:
    """1 to 39 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if not tens:
        return CHINESE_DIGITS[ones]
    return ("" if tens == 1 else CHINESE_DIGITS[tens]) + "十" + (CHINESE_DIGITS[ones] if ones else "")


def restart(draft: Draft, zone: str) -> None:
    draft.zone, draft.counters = zone, [0] * 6


# Numbers


def text_scale(draft: Draft) -> Decimal:
    """The unit of the running text: 亿元 for large funds in some reports, 元 for small ones, else 万元."""
    choice, budget = draft.choices["text_unit"], draft.report.money.budget
    if choice == "亿元" and budget >= YI and not draft.has("yuan_exact"):
        return YI
    return YUAN if choice == "元" and budget < 2 * WAN * 100 and not draft.has("yuan_exact") else WAN


def amount(draft: Draft, yuan: Decimal, key: str = "", scale: Decimal | None = None) -> Mention:
    """An amount in the unit of the text (or the one given), to 分 in 元, two decimals in 万元, as many as needed in 亿元."""
    scale = scale or text_scale(draft)
    if scale == YI:
        value = (yuan / scale).normalize()
        text = f"{value:f}"
    else:
        value = rounded(yuan / scale)
        text = f"{value:,f}" if draft.has("thousands_separator") else f"{value:f}"
        if value == value.to_integral_value() and draft.choices["round_amounts"] == "bare":
            text = text.split(".")[0]
    return draft.script.mention(text, key, scale, loose=True)


def points(draft: Draft, value: Decimal, key: str = "") -> Mention:
    """A score or weight, exact: 3, 2.5, 3.67, or with two decimals where the style has it so."""
    places = draft.style.get("score_places")
    text = f"{rounded(value, places):f}" if places and not key.startswith("weight") else shortest(value)
    return draft.script.mention(text, key)


def shortest(value: Decimal) -> str:
    value = value.normalize()
    return f"{value.quantize(Decimal(1)) if value == value.to_integral_value() else value:f}"


def rate(draft: Draft, value: Decimal, key: str = "") -> Mention:
    """A percentage without its sign, two decimals, or as few as it needs where the report writes 75 % and 100 %."""
    text = shortest(value) if draft.choices["rates"] == "short" else f"{rounded(value):f}"
    return draft.script.mention(text, key, loose=True)


def number(draft: Draft, value: int, key: str = "") -> Mention:
    return draft.script.mention(str(value), key)


def word(draft: Draft, text: str, key: str = "") -> Mention:
    return draft.script.mention(text, key, word=True)


def grade_word(draft: Draft) -> str:
    words: list[str] = draft.style.get("grade_words", ["优", "良", "中", "差"])
    return words[draft.report.grade]


def total_and_grade(draft: Draft) -> tuple[Mention, Mention]:
    """The total score and the grade that follows from it, each marked, with their relation."""
    total, grade = points(draft, draft.report.total, "total_score"), word(draft, grade_word(draft), "grade")
    draft.script.relate("grade", grade, [total], repr(grade.token), "text", "等级与得分")
    return total, grade


def rated(draft: Draft, weight: Mention, score: Mention, key: str, where: str) -> Mention:
    """The rate of a score, with the relation that it is score / weight."""
    value = percentage(Decimal(str(score.value)), Decimal(str(weight.value)))
    found = rate(draft, value, key)
    draft.script.relate("ratio", found, [score, weight], "a[0]/a[1]*100", where, "得分率")
    return found


# Names of things


def dimension_word(draft: Draft, node: Node) -> str:
    words: dict[str, str] = draft.style.get("dimension_words", {})
    return words.get(node.name, node.name)


def dimension_name(draft: Draft, index: int, slot: str = "dimension_name") -> str:
    node = draft.report.dimensions[index]
    return str(draft.style[slot]).format(
        dim=dimension_word(draft, node), letter="ABCD"[index], weight=shortest(node.weight)
    )


def path_key(path: list[Node], node: Node) -> str:
    return "/".join(part.name for part in (*path, node))


def first(draft: Draft, key: str) -> Mention | None:
    return next(iter(draft.script.of(key)), None)


def table(draft: Draft, rows: list[Row], header: int = 1, sheet: bool = False) -> None:
    """Append a table; rows shorter than the widest are filled with blanks."""
    width = max(len(row.cells) for row in rows)
    for row in rows:
        row.cells += [""] * (width - len(row.cells))
    draft.script.blocks.append(Grid(rows, header, sheet))
