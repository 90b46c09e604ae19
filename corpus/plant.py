"""Arithmetic errors planted in annotated reports, whoever annotated them: mutation testing for the checker.

For each of some relations that hold, one number is changed as typing goes wrong; no two changes touch one line, so that each
breaks relations of its own. The copy's gold.json records them under `planted`; relations that use a changed number are
marked `broken`.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.mutation import NUMBER, mutate

NOT_NUMERIC = ("grade", "count", "other")
"""Types of relation that are left alone: their numbers count things or depend on words."""

Anchor = dict[str, Any]
Relation = dict[str, Any]


def plant(reports: Path, out: Path, each: int = 12, seed: int = 1) -> Iterator[tuple[str, int]]:
    """Write OUT/NAME/report.txt and gold.json for every NAME of `reports`; yields each name with how many were planted."""
    for gold_path in sorted(reports.glob("*/gold.json")):
        folder = gold_path.parent
        rnd = random.Random(f"{seed}:{folder.name}")
        gold = json.loads(gold_path.read_text(encoding="utf-8"))
        lines = (folder / "report.txt").read_text(encoding="utf-8").split("\n")
        planted = plant_in(lines, gold["relations"], each, rnd)
        changed = out / folder.name
        changed.mkdir(parents=True, exist_ok=True)
        (changed / "report.txt").write_text("\n".join(lines), encoding="utf-8")
        record = json.dumps(mark_broken(gold, planted), ensure_ascii=False)
        (changed / "gold.json").write_text(record, encoding="utf-8")
        yield folder.name, len(planted)


def plant_in(lines: list[str], relations: list[Relation], each: int, rnd: random.Random) -> list[dict[str, Any]]:
    """Change up to `each` numbers of `lines` in place. Returns the records: the new anchor, what it was, the relation."""
    wrong = {(a["line"], a["token"]) for relation in relations if not relation["holds"] for a in _anchors(relation)}
    planted: list[dict[str, Any]] = []
    used_lines: set[int] = set()
    for relation in in_turns(relations, rnd):
        if len(planted) >= each:
            break
        anchors = _anchors(relation)
        spots = [a for a in anchors if NUMBER.fullmatch(a["token"]) and len(re.sub(r"\D", "", a["token"])) >= 2]
        touched = {a["line"] for a in anchors}
        if not spots or touched & used_lines or any((a["line"], a["token"]) in wrong for a in spots):
            continue
        anchor = _change(lines, rnd.choice(spots), rnd)
        if anchor:
            used_lines |= touched
            kept = {key: relation[key] for key in ("type", "where", "expr")}
            planted.append({**anchor, "relation": {**kept, "note": relation.get("note", "")}})
    return planted


def in_turns(relations: list[Relation], rnd: random.Random) -> list[Relation]:
    """The relations that hold, shuffled, their kinds in turn, so that cross mentions do not crowd out sums and ratios."""
    order = [relation for relation in relations if relation["holds"] and relation["type"] not in NOT_NUMERIC]
    rnd.shuffle(order)
    kinds: dict[tuple[bool, str], list[Relation]] = {}
    for relation in order:
        kinds.setdefault((relation["type"] == "equal", relation["where"]), []).append(relation)
    longest = max(map(len, kinds.values()), default=0)
    return [members[turn] for turn in range(longest) for members in kinds.values() if turn < len(members)]


def mark_broken(gold: dict[str, Any], planted: list[dict[str, Any]]) -> dict[str, Any]:
    """A copy of the annotation with the planted errors, its anchors moved to the numbers that now stand there."""
    gold = copy.deepcopy(gold)
    gold["planted"] = planted
    moved = {(record["anchor"]["line"], record["was"]): record["anchor"] for record in planted}
    for relation in gold["relations"]:
        for anchor in _anchors(relation):
            if (anchor["line"], anchor["token"]) in moved:
                anchor.update(moved[anchor["line"], anchor["token"]])
                relation["broken"] = True
    return gold


def find(line: str, token: str, nth: int) -> int:
    """Where the `nth` occurrence (1-based, not overlapping) of `token` begins in `line`, -1 where there is none."""
    position = -len(token)
    for _ in range(nth):
        position = line.find(token, position + len(token))
        if position < 0:
            return -1
    return position


def _anchors(relation: Relation) -> list[Anchor]:
    return [relation["y"], *relation["a"]]


def _change(lines: list[str], anchor: Anchor, rnd: random.Random) -> dict[str, Any] | None:
    """Write a mistyped number in the anchor's place, unless what stands there is part of a longer number."""
    token, line = anchor["token"], lines[anchor["line"] - 1]
    mutated = mutate(token, rnd)
    position = find(line, token, anchor.get("nth", 1))
    if mutated is None or position < 0:
        return None
    before, after = line[:position], line[position + len(token) :]
    if re.search(r"[\d.]$", before) or re.match(r"[\d.]", after):
        return None
    changed, _ = mutated
    lines[anchor["line"] - 1] = before + changed + after
    nth = max(1, (before + changed).count(changed))
    return {"anchor": {"line": anchor["line"], "token": changed, "nth": nth}, "was": token}
