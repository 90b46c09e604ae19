"""Errors made on purpose in a manuscript: each breaks exactly one relation, and the annotation records it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from corpus.gold import all_relations, anchor
from corpus.manuscript import Finished, Manuscript, Relation, finish, relation_holds
from corpus.mutation import NUMBER, mutate

STALE_SHARE = 0.35
"""Share of the cross mentions that go wrong by an older figure left standing, a few percent off."""
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
    """The mention changed, what it was, how it went wrong, and the relation that it breaks."""

    mention: int
    was: str
    kind: str
    relation: Relation

    def record(self, script: Manuscript, done: Finished, relations: list[dict[str, Any]]) -> dict[str, Any]:
        """The entry of `inconsistencies`, and the relations that are now false, as found in the annotation."""
        place = anchor(script, done, self.mention)
        false = [
            index
            for index, relation in enumerate(relations)
            if not relation["holds"] and any(_same(place, other) for other in [relation["y"], *relation["a"]])
        ]
        token, line = script.mentions[self.mention].token, done.places[self.mention][0]
        equal = self.relation.type == "equal"
        key = script.mentions[self.relation.y].key
        note = f"{_fact(key)}前后不一致" if equal else self.relation.note
        severity = "high" if key in HIGH or key.startswith(("score/", "weight")) else "medium"
        return {
            "relations": false,
            "what": f"第{line}行“{token}”应为“{self.was}”（{WORDS[self.kind]}）：{note}。",
            "severity": severity,
            "kind": "cross-mention" if equal else "arithmetic",
            "places": [
                {"line": line, "quote": _around(done.lines[line - 1], done.places[self.mention][1], len(token))}
            ],
            "anchor": place,
            "was": self.was,
            "error": self.kind,
        }


def make_mistakes(script: Manuscript, count: int, rnd: random.Random) -> list[Mistake]:
    """Change `count` numbers in place, no two in lines that one relation joins; fewer where the report has too few numbers
    that stand in one relation alone."""
    done = finish(script)
    relations = all_relations(script, done)
    used: dict[int, list[Relation]] = defaultdict(list)
    for relation in relations:
        for index in {relation.y, *relation.a}:
            used[index].append(relation)
    kinds: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for index, found in used.items():
        token = script.mentions[index].token
        if (
            len(found) == 1
            and found[0].type not in ("grade", "count")
            and NUMBER.fullmatch(token)
            and len(re.sub(r"\D", "", token)) > 1
        ):
            kinds[
                found[0].type == "equal", found[0].type if found[0].type != "equal" else found[0].note.split("/")[0]
            ].append(index)
    for indexes in kinds.values():
        rnd.shuffle(indexes)
    order = list(kinds.values())
    rnd.shuffle(order)
    mistakes: list[Mistake] = []
    taken: set[int] = set()
    for turn in range(max(map(len, order), default=0)):
        for indexes in order:
            if turn < len(indexes) and len(mistakes) < count:
                relation = used[indexes[turn]][0]
                lines = {done.places[index][0] for index in (relation.y, *relation.a)}
                if not taken & lines and relation_holds(script, relation):
                    mistake = _make(script, indexes[turn], relation, rnd)
                    if mistake:
                        mistakes.append(mistake)
                        taken |= lines
    return mistakes


def _fact(key: str) -> str:
    """The fact that a key names, in Chinese: 立项依据充分性得分 for score/决策/项目立项/立项依据充分性."""
    kind, *path = key.split("/")
    return (path[-1] if path else "") + FACTS.get(kind, kind)


def _make(script: Manuscript, index: int, relation: Relation, rnd: random.Random) -> Mistake | None:
    mention = script.mentions[index]
    was = mention.token
    changed = _stale(was, rnd) if relation.type == "equal" and rnd.random() < STALE_SHARE else mutate(was, rnd)
    if changed is None:
        return None
    mention.token = changed[0]
    if relation_holds(script, relation):
        mention.token = was
        return None
    return Mistake(index, was, changed[1], relation)


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
