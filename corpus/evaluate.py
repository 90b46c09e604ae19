"""How good the results are: what was extracted and checked against the annotation, by fixed definitions.

Facts count as right, given and wanted; numbers are located by their digits and the words around them, so that results from
Word, PDF and text are scored alike. An alarm is a finding above info; it is explained where it touches an annotated error.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from corpus.render import file_name

Json = dict[str, Any]
UNITS = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}
"""Powers of ten of 元."""
GRADES = {"优秀": "优", "良好": "良", "中等": "中", "一般": "中", "较差": "差"}
FACTS = (
    "budget", "adjusted_budget", "funds_arrived", "expenditure", "arrival_rate", "execution_rate", "total_score", "grade",
)  # fmt: skip
META = (
    "project_name", "evaluated_year", "entrusting_party", "competent_department", "implementing_unit", "evaluator",
    "report_date",
)  # fmt: skip
MOST_OPERANDS = 80
"""A check of more operands locates nothing."""
MOST_MENTIONS = 12
"""A check that compares more mentions than this has compared nothing."""
WINDOW_BEFORE, WINDOW_AFTER = 16, 12
"""Characters around a number by which its place is known."""
WINDOW_SHARE = 0.6
SAME_NAME, SAME_LEAF, SAME_HEADING, SAME_TEXT, SAME_DIMENSION = 0.85, 0.7, 0.6, 0.7, 0.5
SHORT_HEADING = 8
RELATIVE_ERROR = Decimal("1e-6")
ENDS = "。！？；"


@dataclass(slots=True)
class Count:
    right: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, right: int, given: int, wanted: int) -> None:
        self.right += right
        self.given += given
        self.wanted += wanted

    @property
    def precision(self) -> float | None:
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        p, r = self.precision, self.recall
        if p is None or r is None or p + r == 0:
            return 0.0 if self.wanted else None
        return 2 * p * r / (p + r)


@dataclass(slots=True)
class Score:
    """The counts of one report by name, and what went wrong: facts, relations not checked, alarms without reason."""

    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    wrong: list[tuple[str, Any, Any]] = field(default_factory=list)
    missed: list[Json] = field(default_factory=list)
    unexplained: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures over all reports as JSON data, and as aligned lines."""

    data: Json
    lines: list[str]


# Texts and numbers compared


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """What survives any parser: letters, digits, Chinese characters, points and percent signs, full width folded."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"<[^>]*>|\\[a-z]+", "", text)
    return re.sub(r"[^0-9A-Za-z.%\u3400-\u9fff]", "", text)


def text_of(value: object) -> str:
    return plain(str(value or ""))


@lru_cache(maxsize=200_000)
def pairs(text: str) -> Counter[str]:
    """The text's pairs of neighbouring characters."""
    return Counter(text[index : index + 2] for index in range(len(text) - 1))


def share_found(a: object, b: object) -> float:
    """The share of the shorter text's pairs that the longer one has; 0 where one is far longer than the other."""
    short, long = sorted((text_of(a), text_of(b)), key=len)
    if not short or len(long) > 3 * len(short) + 20:
        return 0.0
    if len(short) < 3:
        return float(short == long)
    few, many = sorted((pairs(short), pairs(long)), key=Counter.total)
    return (few & many).total() / few.total()


def likeness(a: object, b: object) -> float:
    """Dice's coefficient of the two texts' pairs of characters."""
    x, y = text_of(a), text_of(b)
    if x == y:
        return 1.0
    p, q = pairs(x), pairs(y)
    return 2 * (p & q).total() / max(1, p.total() + q.total())


@lru_cache(maxsize=100_000)
def number(text: str) -> Decimal | None:
    """The first number in the text, thousands separators, spaces and percent signs aside."""
    text = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").rstrip("%‰")
    found = re.search(r"-?\d+(?:\.\d+)?", text)
    return Decimal(found.group()).normalize() if found else None


def same_number(a: object, b: object) -> bool:
    if a is None or b is None:
        return a is b
    return number(str(a)) == number(str(b))


def bare_dimension(name: object) -> str:
    """决策 for A决策（14分）, 项目决策情况 and 决策类指标."""
    text = str(name or "").strip()
    return re.sub(r"^[A-Za-z][\d.]*|[(（].*|\d.*|指标|类$|情况$|分析$|^项目", "", text).strip()


def bare_leaf(path: list[Any] | None) -> str:
    last = str((path or [""])[-1]).strip()
    return re.sub(r"^[A-Za-z]+[\d.]*\s*|[(（][^(（]*分[)）]\s*$", "", last)


def pair_up(gold: list[Any], given: list[Any], same: Callable[[Any, Any], float]) -> list[tuple[int, int]]:
    """One-to-one matches of indexes, the best first; `same` gives 0 where two things are not the same."""
    ranked = sorted(((same(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(given)), reverse=True)
    left, right, found = set(range(len(gold))), set(range(len(given))), []
    for value, i, j in ranked:
        if value > 0 and i in left and j in right:
            left.remove(i)
            right.remove(j)
            found.append((i, j))
    return found


# Places


@dataclass
class Gold:
    """A report's annotation with its text. Anchors are {line, token, nth} or {line, quote}."""

    lines: list[str]
    data: Json

    @cached_property
    def _quoted(self) -> dict[tuple[int, str, int, str], bool]:
        return {}

    def window(self, anchor: Json) -> str:
        """The surroundings of a number: inside its sentence, or in a table inside its row."""
        line, token = self.lines[anchor["line"] - 1], anchor["token"]
        position = -len(token)
        for _ in range(anchor.get("nth", 1)):
            position = line.find(token, position + len(token))
            if position < 0:
                return plain(line)
        end = position + len(token)
        low, high = max(0, position - WINDOW_BEFORE), min(len(line), end + WINDOW_AFTER)
        if "\t" not in line:
            low = max([low, *(index + 1 for index in range(low, position) if line[index] in ENDS)])
            high = min([high, *(index for index in range(end, high) if line[index] in ENDS)])
        return plain(line[low:high])

    def quoted(self, anchor: Json, quote: str) -> bool:
        """Whether the quote holds the place of the anchor, and is not far longer than its line."""
        key = (anchor["line"], anchor.get("token") or anchor.get("quote") or "", anchor.get("nth", 1), quote)
        if key not in self._quoted:
            window = self.window(anchor) if "token" in anchor else text_of(anchor["quote"])
            self._quoted[key] = _holds(window, text_of(quote), plain(self.lines[anchor["line"] - 1]))
        return self._quoted[key]

    def stands_at(self, anchor: Json, operand: Json) -> bool:
        """Whether the operand is the anchored number: the same digits, quoted from the same place."""
        if number(str(operand.get("text"))) != number(anchor["token"]):
            return False
        return self.quoted(anchor, (operand.get("evidence") or {}).get("quote", ""))


def _holds(window: str, quote: str, line: str) -> bool:
    if len(quote) > 1.5 * len(line) + 200:
        return False
    wanted = pairs(window)
    if not wanted:
        return window in quote
    return (wanted & pairs(quote)).total() >= WINDOW_SHARE * wanted.total()


def read_gold(folder: Path) -> Gold:
    text = (folder / "report.txt").read_text(encoding="utf-8")
    return Gold(text.split("\n"), json.loads((folder / "gold.json").read_text(encoding="utf-8")))


# Facts


def score_report(gold: Gold, result: Json) -> Score:
    """All scores of one report; an empty result stands for one that was not made."""
    score = Score()
    if "planted" not in gold.data:
        _score_headline(score, gold, result)
        _score_meta(score, gold.data["meta"], result)
        _score_rows(score, gold.data, result)
    _score_checks(score, gold, result)
    return score


def _score_headline(score: Score, gold: Gold, result: Json) -> None:
    for name in FACTS:
        wanted, given = gold.data["headline"].get(name), (result.get("headline") or {}).get(name)
        right = bool(result) and fact_right(name, wanted, given)
        score.counts["headline"].add(right, 1, 1)
        if not right:
            score.wrong.append((name, wanted and wanted["value"], given))
        elif wanted and given:
            evidence = [given.get("evidence") or {}, *(given.get("mentions") or [])]
            quotes = [part.get("quote", "") for part in evidence if isinstance(part, dict)]
            found = any(gold.quoted(mention, quote) for mention in wanted["mentions"] for quote in quotes)
            score.counts["fact evidence"].add(found, 1, 1)


def fact_right(name: str, wanted: Json | None, given: Json | None) -> bool:
    """The same grade, or the same amount in 元 (any that the annotation accepts)."""
    if wanted is None or given is None:
        return wanted is given
    if name == "grade":
        a, b = text_of(wanted["value"]), text_of(given.get("value"))
        return GRADES.get(a, a) == GRADES.get(b, b)
    try:
        value = _in_yuan(given.get("value"), given.get("unit"))
    except InvalidOperation:
        return False
    accepted = [_in_yuan(v, wanted.get("unit")) for v in [wanted["value"], *wanted.get("accept", [])]]
    return any(abs(a - value) <= abs(a) * RELATIVE_ERROR for a in accepted)


def _in_yuan(value: object, unit: str | None) -> Decimal:
    return Decimal(str(value)).scaleb(UNITS.get(unit or "", 0))


def _score_meta(score: Score, wanted: Json, result: Json) -> None:
    for name in META:
        a, b = wanted.get(name), ((result.get("meta") or {}).get(name) or {}).get("value")
        right = bool(result) and _same_meta(name, a, b)
        score.counts["meta"].add(right, 1, 1)
        if not right:
            score.wrong.append((f"meta.{name}", a, b))


def _same_meta(name: str, a: object, b: object) -> bool:
    if a is None or b is None:
        return a is b
    if name == "report_date" and a and b:
        a, b = str(a)[:7], str(b)[:7]
    if name == "project_name" and a and b:
        a, b = (re.sub(r"^\d{4}\s*年度?", "", str(value)) for value in (a, b))
    return likeness(a, b) >= SAME_NAME


def _score_rows(score: Score, gold: Json, result: Json) -> None:
    """The lists: dimensions, indicators, problems, suggestions with their links, the problem list, defects, categories."""

    def given(name: str) -> list[Json]:
        return result.get(name) or []

    def matched(label: str, name: str, same: Callable[[Json, Json], float]) -> list[tuple[int, int]]:
        found = pair_up(gold[name], given(name), same)
        score.counts[label].add(len(found), len(given(name)), len(gold[name]))
        return found

    matched("dimensions", "dimensions", _same_dimension)
    if gold["indicators"]:
        for i, j in matched("indicators", "indicators", _same_indicator):
            path = given("indicators")[j].get("path") or []
            first = bare_dimension(gold["indicators"][i]["path"][0])
            right = bool(path) and likeness(first, bare_dimension(path[0])) >= SAME_DIMENSION
            score.counts["indicator path"].add(right, 1, 1)
    problems = matched("problems", "problems", _same_heading)
    categories = [(gold["problems"][i]["category"], given("problems")[j].get("category")) for i, j in problems]
    suggestions = matched("suggestions", "suggestions", _same_heading)
    _score_links(score, gold, given("suggestions"), problems, suggestions)
    for i, j in matched("problem list", "problem_list", _same_text):
        categories.append((gold["problem_list"][i]["category"], given("problem_list")[j].get("category")))
    categories += _score_defects(score, gold, given("defects"))
    score.counts["category"].add(sum(a == b for a, b in categories), len(categories), len(categories))


def _same_dimension(a: Json, b: Json) -> float:
    same = likeness(bare_dimension(a["name"]), bare_dimension(b.get("name"))) >= SAME_DIMENSION
    return float(same and same_number(a["weight"], b.get("weight")) and same_number(a["score"], b.get("score")))


def _same_indicator(a: Json, b: Json) -> float:
    value = likeness(bare_leaf(a["path"]), bare_leaf(b.get("path")))
    numbers = same_number(a["weight"], b.get("weight")) and same_number(a["score"], b.get("score"))
    return value if value >= SAME_LEAF and numbers else 0.0


def _same_heading(a: Json, b: Json) -> float:
    x, y = a["heading"], b.get("heading")
    value = likeness(x, y)
    if min(len(text_of(x)), len(text_of(y))) >= SHORT_HEADING:
        value = max(value, share_found(x, y))
    return value if value >= SAME_HEADING else 0.0


def _same_text(a: Json, b: Json) -> float:
    value = share_found(a["text"], b.get("text"))
    return value if value >= SAME_TEXT else 0.0


def _score_links(
    score: Score, gold: Json, given: list[Json], problems: list[tuple[int, int]], suggestions: list[tuple[int, int]]
) -> None:
    """A suggestion is linked rightly where it addresses one of the problems that it should."""
    as_gold = {j: i for i, j in problems}
    for i, j in suggestions:
        wanted = set(gold["suggestions"][i].get("addresses") or [])
        if wanted and gold["problems"]:
            have = {as_gold.get(index) for index in given[j].get("addresses") or []}
            score.counts["suggestion links"].add(bool(wanted & have), 1, 1)


def _score_defects(score: Score, gold: Json, given: list[Json]) -> list[tuple[Any, Any]]:
    """Recall over the defects that are not optional; precision over all, problems counting as known. Returns categories."""
    unique: list[Json] = []
    for defect in given:
        if all(text_of(defect.get("text")) != text_of(other.get("text")) for other in unique):
            unique.append(defect)
    best = [
        max(((share_found(wanted["text"], defect.get("text")), j) for j, defect in enumerate(unique)), default=(0.0, 0))
        for wanted in gold["defects"]
    ]
    due = [value for wanted, (value, _) in zip(gold["defects"], best, strict=True) if not wanted.get("optional")]
    score.counts["defects recall"].add(sum(value >= SAME_TEXT for value in due), len(due), len(due))
    known = [d["text"] for d in [*gold["defects"], *gold["problem_list"]]] + [p["heading"] for p in gold["problems"]]
    right = sum(any(share_found(text, defect.get("text")) >= SAME_TEXT for text in known) for defect in unique)
    score.counts["defects precision"].add(right, len(unique), len(unique))
    return [
        (wanted["category"], unique[j].get("category"))
        for wanted, (value, j) in zip(gold["defects"], best, strict=True)
        if value >= SAME_TEXT
    ]


# Checks and findings


@dataclass(slots=True)
class Checks:
    """A result's checks with their operands, the stated number first, and where each number occurs."""

    gold: Gold
    checks: list[Json]
    operands: list[list[Json]]
    by_number: dict[Decimal | None, set[int]]

    def touches(self, index: int, anchor: Json) -> bool:
        operands = self.operands[index]
        return len(operands) <= MOST_OPERANDS and any(self.gold.stands_at(anchor, operand) for operand in operands)

    def covers(self, index: int, relation: Json) -> bool:
        """Whether the check recomputes the relation: its stated number and nearly all operands, and few others."""
        if not self.touches(index, relation["y"]):
            return False
        hits = sum(self.touches(index, anchor) for anchor in relation["a"])
        most = MOST_MENTIONS if relation["type"] == "equal" else 2 * len(relation["a"]) + 4
        return hits >= 0.8 * len(relation["a"]) and len(self.operands[index]) <= most


@dataclass(slots=True)
class Alarm:
    """What people are shown as wrong: a finding (or a check, where a result has no findings) with its checks and quotes."""

    shown: Json
    checks: list[int]
    quotes: list[str]


def _score_checks(score: Score, gold: Gold, result: Json) -> None:
    checks = _checks(gold, result)
    planted = gold.data.get("planted")
    if planted is None:
        for relation in gold.data["relations"]:
            _score_relation(score, checks, relation)
    alarms = _alarms(checks, result)
    explained: set[int] = set()
    for error in gold.data["inconsistencies"]:
        found = _explain(checks, alarms, error, explained)
        if planted is None and not error.get("doubtful") and error["kind"] != "ocr":
            name = "real errors found" if error["relations"] else "errors without equation"
            score.counts[name].add(found, 1, 1)
    if planted is not None:
        _score_planted(score, checks, alarms, planted, explained)
    score.counts["alarms explained"].add(len(explained), len(alarms), len(alarms))
    score.unexplained = [alarm.shown for index, alarm in enumerate(alarms) if index not in explained]


def _checks(gold: Gold, result: Json) -> Checks:
    checks = result.get("checks") or []
    operands = [[o for o in [c.get("stated") or {}, *(c.get("operands") or [])] if o] for c in checks]
    by_number: dict[Decimal | None, set[int]] = defaultdict(set)
    for index, members in enumerate(operands):
        for operand in members:
            by_number[number(str(operand.get("text")))].add(index)
    return Checks(gold, checks, operands, by_number)


def _score_relation(score: Score, checks: Checks, relation: Json) -> None:
    """Whether a relation was checked, and the verdict of the most specific checks of it."""
    if relation["type"] == "grade":
        found = [index for index, check in enumerate(checks.checks) if check.get("kind") == "grade"]
    else:
        candidates = checks.by_number.get(number(relation["y"]["token"]), set())
        found = [index for index in candidates if checks.covers(index, relation)]
    name = "cross" if relation["type"] == "equal" else relation["where"]
    score.counts[f"checked {name}"].add(bool(found), 1, 1)
    if not found:
        score.missed.append(relation)
        return
    fewest = min(len(checks.operands[index]) for index in found)
    specific = [checks.checks[index] for index in found if len(checks.operands[index]) == fewest]
    alarmed = any(check.get("verdict") == "inconsistent" and check.get("severity") != "info" for check in specific)
    if relation["holds"]:
        score.counts["verdict on true"].add(not alarmed, 1, 1)
    else:
        score.counts["verdict on false"].add(alarmed, 1, 1)


def _alarms(checks: Checks, result: Json) -> list[Alarm]:
    findings = result.get("findings")
    if findings is None:
        wrong = [
            i for i, c in enumerate(checks.checks) if c.get("verdict") == "inconsistent" and c.get("severity") != "info"
        ]
        return [Alarm(checks.checks[index], [index], []) for index in wrong]
    return [
        Alarm(
            finding,
            [i for i in finding.get("checks") or [] if isinstance(i, int) and i < len(checks.checks)],
            [part.get("quote", "") for part in finding.get("evidence") or [] if isinstance(part, dict)],
        )
        for finding in findings
        if finding.get("severity") != "info"
    ]


def _touched(checks: Checks, alarm: Alarm, anchors: list[Json]) -> int:
    return sum(any(checks.touches(index, anchor) for index in alarm.checks) for anchor in anchors)


def _explain(checks: Checks, alarms: list[Alarm], error: Json, explained: set[int]) -> bool:
    """Add the alarms that the error explains to `explained`; whether one of them names the error."""
    hit = False
    relations = checks.gold.data["relations"]
    for relation in (relations[index] for index in error["relations"]):
        anchors = [relation["y"], *relation["a"]]
        for place, alarm in enumerate(alarms):
            touched = _touched(checks, alarm, anchors)
            stated = touched and _touched(checks, alarm, [relation["y"]])
            graded = relation["type"] == "grade" and any(checks.checks[i].get("kind") == "grade" for i in alarm.checks)
            named = touched >= min(2, len(anchors)) or graded
            if named or (touched and (stated or touched >= 0.5 * len(relation["a"]))):
                explained.add(place)
            hit = hit or named
    if not error["relations"]:
        for place, alarm in enumerate(alarms):
            if _quotes_place(checks, alarm, error.get("places") or []):
                explained.add(place)
                hit = True
    return hit


def _quotes_place(checks: Checks, alarm: Alarm, places: list[Json]) -> bool:
    """Whether the alarm shows one of the places; a bare number as a place tells nothing where there are others."""
    telling = [place for place in places if len(text_of(place["quote"])) >= 5] or places
    small = [
        o for index in alarm.checks for o in checks.operands[index] if len(checks.operands[index]) <= MOST_OPERANDS
    ]
    quotes = alarm.quotes + [(operand.get("evidence") or {}).get("quote", "") for operand in small]
    return any(checks.gold.quoted(place, quote) for place in telling for quote in quotes)


def _score_planted(score: Score, checks: Checks, alarms: list[Alarm], planted: list[Json], explained: set[int]) -> None:
    for record in planted:
        naming = {place for place, alarm in enumerate(alarms) if _touched(checks, alarm, [record["anchor"]])}
        explained |= naming
        score.counts["planted found"].add(bool(naming), 1, 1)
    broken = [relation for relation in checks.gold.data["relations"] if relation.get("broken")]
    for place, alarm in enumerate(alarms):
        if place not in explained and any(_touched(checks, alarm, [r["y"], *r["a"]]) >= 2 for r in broken):
            explained.add(place)


# Many reports


def evaluate(
    reports: Path,
    form: str = "txt",
    results: Path | None = None,
    only: set[str] | None = None,
    jobs: int = 1,
    tell: Callable[[str], None] = lambda line: None,
    model: Path | None = None,
) -> dict[str, Score]:
    """Scores by report name. Without `results` (a folder of NAME.json), each report's file of the `form` is analysed, by
    the classifier of the folder `model` if it is given."""
    folders = sorted(path.parent for path in reports.glob("*/gold.json"))
    folders = [folder for folder in folders if only is None or folder.name in only]
    score_one = partial(_score_folder, form=form, results=results, model=model)
    scores = {}
    for folder, (score, note) in zip(folders, _each(score_one, folders, jobs), strict=True):
        scores[folder.name] = score
        if note:
            tell(f"{folder.name}：{note}")
    return scores


def _each(work: Callable[[Path], tuple[Score, str]], folders: list[Path], jobs: int) -> Iterator[tuple[Score, str]]:
    if jobs == 1:
        yield from map(work, folders)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, folders)


def _score_folder(folder: Path, form: str, results: Path | None, model: Path | None) -> tuple[Score, str]:
    """The score, and in Chinese why there was no result, if there was none."""
    if results is not None:
        path = results / f"{folder.name}.json"
        if not path.exists():
            return score_report(read_gold(folder), {}), "没有结果"
        return score_report(read_gold(folder), json.loads(path.read_text(encoding="utf-8"))), ""
    path = folder / file_name("report", form)
    if not path.exists():
        return score_report(read_gold(folder), {}), f"没有 {path.name}"
    from extractor.pipeline import analyse
    from extractor.readers import ReadError

    try:
        analysed = analyse(path, model=model)
    except ReadError as error:
        return score_report(read_gold(folder), {}), f"{path.name} 无法读取：{error.message}"
    result = json.loads(analysed[0].model_dump_json()) if analysed else {}
    return score_report(read_gold(folder), result), "" if len(analysed) == 1 else f"读成了 {len(analysed)} 份报告"


def summary(scores: dict[str, Score]) -> Summary:
    """Micro averages over the reports: the same figures as data and as a table."""
    total: dict[str, Count] = defaultdict(Count)
    for score in scores.values():
        for name, count in score.counts.items():
            total[name].add(count.right, count.given, count.wanted)
    figures: Json = {name: total[name].f1 for name in sorted(total)}
    alarms = total["alarms explained"]
    figures["false alarms per report"] = (alarms.given - alarms.right) / max(1, len(scores))
    width = max(map(len, total), default=10)
    lines = [f"{'指标 measure':{width - 2}}     F1   准确率 P   召回率 R   对 / 应有（给出）"]
    for name in sorted(total):
        count = total[name]
        shares = "   ".join(_share(value) for value in (count.f1, count.precision, count.recall))
        lines.append(f"{name:{width}}  {shares}      {count.right} / {count.wanted}（{count.given}）")
    lines.append(f"{'false alarms':{width}}  {figures['false alarms per report']:.2f} 每份误报 a report")
    by_report = {
        name: {key: [count.right, count.given, count.wanted] for key, count in score.counts.items()}
        for name, score in scores.items()
    }
    return Summary({"summary": figures, "reports": by_report}, lines)


def _share(value: float | None) -> str:
    return "  –  " if value is None else f"{value:5.3f}"


def listing(scores: dict[str, Score]) -> Iterator[str]:
    """What went wrong, report by report."""
    for name, score in scores.items():
        yield f"== {name}"
        for fact, wanted, given in score.wrong:
            yield f"  不对 {fact}：应为 {wanted}，给出 {given}"
        for relation in score.missed:
            y = relation["y"]
            yield f"  未核 {relation['type']} {relation['where']} 第{y['line']}行 {y['token']} {relation.get('note', '')}"
        for alarm in score.unexplained:
            yield f"  多报 {alarm.get('title') or alarm.get('expression') or alarm.get('explanation')}"
