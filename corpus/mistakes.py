"""Errors made on purpose in a manuscript. Each number changed breaks every relation in which it stands, none that another
mistake breaks, and the annotation records it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from corpus.gold import all_relations, anchor
from corpus.manuscript import Finished, Manuscript, Relation, finish, relation_holds
from corpus.mutation import NUMBER, mutate

MOST_RELATIONS = 4
STALE_SHARE = 0.35
"""Share of the repeated facts that go wrong by an older figure left standing, a few percent off."""
WORDS = {"digit": "数字误录", "swap": "数字换位", "drop": "漏写一位", "point": "小数点错位", "stale": "沿用旧数"}
FACTS = {
    "budget": "项目预算", "adjusted_budget": "调整后预算", "funds_arrived": "到位资金", "expenditure": "实际支出",
    "arrival_rate": "资金到位率", "execution_rate": "预算执行率", "total_score": "总分", "balance": "结余资金",
    "score": "得分", "weight": "分值", "rate": "得分率", "plan": "计划数", "actual": "实际完成数", "completion": "完成率",
    "valid": "有效问卷数", "satisfaction": "满意度", "asked": "满意度", "item": "预算", "spent": "支出", "source": "资金来源",
    "town": "得分",
}  # fmt: skip
HIGH = ("total_score", "grade", "budget", "adjusted_budget", "funds_arrived", "expenditure")


@dataclass(slots=True)
class Mistake:
    """The mention changed, what it was, how it went wrong, and the relations in which it stands."""

    mention: int
    was: str
    kind: str
    relations: list[Relation]

    def record(self, script: Manuscript, done: Finished, relations: list[dict[str, Any]]) -> dict[str, Any]:
        """The entry of `inconsistencies`, with the indexes of the annotation's relations that it makes false."""
        place = anchor(script, done, self.mention)
        false = [
            index
            for index, relation in enumerate(relations)
            if not relation["holds"] and any(_same(place, other) for other in [relation["y"], *relation["a"]])
        ]
        token, line = script.mentions[self.mention].token, done.places[self.mention][0]
        broken = [relation for relation in self.relations if not relation_holds(script, relation)]
        sums = [relation.note for relation in broken if relation.type != "equal"]
        key = script.mentions[self.mention].key
        what = sums[0] if sums else f"{_fact(key)}前后不一致"
        severity = "high" if key in HIGH or key.startswith(("score/", "weight")) else "medium"
        return {
            "relations": false,
            "what": f"第{line}行“{token}”应为“{self.was}”（{WORDS[self.kind]}）：{what}。",
            "severity": severity,
            "kind": "arithmetic" if sums else "cross-mention",
            "places": [
                {"line": line, "quote": _around(done.lines[line - 1], done.places[self.mention][1], len(token))}
            ],
            "anchor": place,
            "was": self.was,
            "error": self.kind,
        }


def make_mistakes(script: Manuscript, count: int, rnd: random.Random) -> list[Mistake]:
    """Change `count` numbers in place, the kinds of their relations in turn; no line takes part in two mistakes. Fewer where
    the report has too few numbers that can go wrong so that a reader would know which one it was."""
    done = finish(script)
    used: dict[int, list[Relation]] = defaultdict(list)
    for relation in all_relations(script, done):
        for index in {relation.y, *relation.a}:
            used[index].append(relation)
    kinds: dict[str, list[int]] = defaultdict(list)
    for index, relations in used.items():
        if _fit(script.mentions[index].token, index, relations):
            kinds[_kind(relations)].append(index)
    for indexes in kinds.values():
        rnd.shuffle(indexes)
    order = list(kinds.values())
    rnd.shuffle(order)
    mistakes: list[Mistake] = []
    taken: set[int] = set()
    for turn in range(max(map(len, order), default=0)):
        for indexes in order:
            if turn < len(indexes) and len(mistakes) < count:
                relations = used[indexes[turn]]
                lines = {done.places[i][0] for relation in relations for i in (relation.y, *relation.a)}
                mistake = None if taken & lines else _make(script, indexes[turn], relations, rnd)
                if mistake:
                    mistakes.append(mistake)
                    taken |= lines
    return mistakes


def _fit(token: str, index: int, relations: list[Relation]) -> bool:
    """Numbers of two digits or more in few relations, and not the mention with which all others are compared."""
    reference = any(relation.type == "equal" and relation.a == [index] for relation in relations)
    plain_number = NUMBER.fullmatch(token) and len(re.sub(r"\D", "", token)) > 1
    counted = any(relation.type in ("grade", "count") for relation in relations)
    return bool(plain_number) and not reference and not counted and len(relations) <= MOST_RELATIONS


def _kind(relations: list[Relation]) -> str:
    """What the number belongs to, for taking turns: a type of arithmetic, or the fact that is only repeated."""
    sums = [relation.type for relation in relations if relation.type != "equal"]
    return sums[0] if sums else relations[0].note.split("/")[0]


def _make(script: Manuscript, index: int, relations: list[Relation], rnd: random.Random) -> Mistake | None:
    """Change the number so that the first of its relations no longer holds."""
    mention = script.mentions[index]
    was = mention.token
    repeated = all(relation.type == "equal" for relation in relations)
    changed = _stale(was, rnd) if repeated and rnd.random() < STALE_SHARE else mutate(was, rnd)
    if changed is None:
        return None
    mention.token = changed[0]
    if any(relation_holds(script, relation) for relation in relations):
        mention.token = was
        return None
    return Mistake(index, was, changed[1], relations)


def _fact(key: str) -> str:
    """The fact that a key names, in Chinese: 立项依据充分性得分 for score/决策/项目立项/立项依据充分性."""
    kind, *path = key.split("/")
    return (path[-1] if path else "") + FACTS.get(kind, kind)


def _stale(token: str, rnd: random.Random) -> tuple[str, str] | None:
    """An earlier figure: some percent off, with as many decimals."""
    places = len(token.split(".")[1]) if "." in token else 0
    value = float(token.replace(",", "")) * rnd.choice([0.94, 0.97, 1.03, 1.05])
    text = f"{value:,.{places}f}" if "," in token else f"{value:.{places}f}"
    return (text, "stale") if text != token else None


def _same(a: dict[str, Any] | None, b: dict[str, Any]) -> bool:
    return a is not None and all(a[key] == b[key] for key in ("line", "token", "nth"))


def _around(line: str, column: int, length: int) -> str:
    """The number with the words beside it, inside its cell."""
    start = max(line.rfind("\t", 0, column) + 1, column - 12)
    end = line.find("\t", column)
    return line[start : min(len(line) if end < 0 else end, column + length + 8)]
