"""Rule score.reason: full marks beside an admitted defect, deductions without a reason, statements that contradict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from extractor.checks.engine.proposal import Proposal, Quote
from extractor.checks.sources.awards import Award, awards
from extractor.checks.sources.dates import numeral
from extractor.checks.sources.likeness import alike
from extractor.checks.sources.penalty import Penalty, penalties, with_penalty
from extractor.checks.sources.points import key
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load, pattern
from extractor.document import Evidence
from extractor.language import squeeze
from extractor.quantity import MONEY, Figure
from extractor.result import Quantity
from extractor.sheet import SheetNode

RULE = "score.reason"
_pattern = partial(pattern, "score_reason")
_CONFIDENCE = load("confidence")["score_reason"]
_MOST_PROBLEMS = 3
_MOST_LIMITS = 20
_MOST_BLOCKS = 3  # of one problem
_PARTS = 4  # that criteria give points for
_FEWEST_REASONS = 3
_FEWEST_NAMED = 4
_SHORTEST_SUBJECT, _LONGEST_SUBJECT = 4, 14
_SAME_SUBJECT = 0.6
_NEARLY_ALL = Decimal("99.5")
_SAME_NAME = 0.45
_WINDOW = 200
_CLAUSES = re.compile(r"[^。；;，,！\n]+")
_STATEMENTS = re.compile(r"[^。；;，,：:\n]+")
_OPENING = re.compile("[，,；;。：:]")
_CLOSING = re.compile("[，,；;。]")


def propose(reading: Reading) -> Iterator[Proposal]:
    found = reading.shared(awards)
    lost = penalties(found)
    yield from _admitted(found, lost)
    yield from _awarded_though(reading, found)
    yield from _contradicted(reading, found, lost)
    yield from _unexplained(reading)
    yield from _overspent(reading)
    yield from _denied(reading)
    yield from _opposite(reading)
    yield from _designed(reading)
    yield from _forbidden(reading, found)


def _said(text: str) -> str:
    """A clause as it is cited."""
    return squeeze(text).strip("，。；;,")


# --- full marks beside an admission -------------------------------------------------------------------------------


def _admitted(found: list[Award], lost: dict[str, Penalty]) -> Iterator[Proposal]:
    """The reason of an indicator with full marks admits a defect."""
    for award in found:
        if not award.full:
            continue
        # A rate says how much is wrong, and full marks may allow for it; not so where it is said to be whole.
        tolerant = _pattern("admission", "tolerant").search(award.name)
        for passage in award.reasons:
            if _pattern("admission", "excuses").search(passage.text):
                continue
            if tolerant:
                yield from _beyond_limit(award, passage)
            for start, end in admissions(passage):
                if tolerant and not _though_whole(passage, start):
                    continue
                said = _said(passage.text[start:end])
                hedged = _pattern("admission", "hedges").search(said)
                proposal = Proposal(
                    RULE, "text", "full_marks", (), confidence=_CONFIDENCE["hedged" if hedged else "admitted"], holds=False,
                    expression=f"“{award.name}”满分，理由：{said}",
                    reason=f"“{award.name}”给了满分{award.weight.normalize():f}分，而其说明写明“{said}”",
                    quotes=(Quote(passage.evidence(start, end), passage.place(start)), award.quote),
                    group=f"full marks {award.key}",
                )  # fmt: skip
                yield with_penalty(proposal, award, lost)


def _forbidden(reading: Reading, found: list[Award]) -> Iterator[Proposal]:
    """A paragraph or row whose criterion gives nothing for what it says is the case, and gives points: 未组织验收的不得分,
    12处均未组织验收."""
    rules, fact_of = _pattern("forbidden", "rule"), load("score_reason")["forbidden"]["fact"]
    rows = [((*a.cells, *a.reasons), f"得{a.score.normalize():f}分") for a in found if a.in_sheet and a.score > 0]
    alone = [((p,), "") for p in reading.passages if p.cell is None and rules.search(p.text)]
    for texts, score in (*rows, *alone):
        for passage, rule in ((p, m) for p in texts for m in rules.finditer(p.text)):
            fact = re.compile(fact_of.replace("{what}", re.escape(rule["what"])))
            said = next(
                ((p, m) for p in texts for m in fact.finditer(p.text) if p is not passage or m.end() > rule.end()), None
            )
            if said is None:
                continue
            other, m = said
            given = score or _given(passage.text[: rule.start()]) or _given(passage.text[m.end() :])
            if given:
                yield Proposal(
                    RULE, "text", "forbidden", (), confidence=_CONFIDENCE["forbidden"], holds=False,
                    expression=f"{_said(rule.group())} ↔ {_said(m.group())}",
                    reason=f"评分标准为“{_said(rule.group())}”，而所述情况为“{_said(m.group())}”，仍给了分（{given}）",
                    quotes=(
                        Quote(other.evidence(*m.span()), other.place(m.start())),
                        Quote(passage.evidence(*rule.span()), passage.place(rule.start())),
                    ),
                )  # fmt: skip


def _given(text: str) -> str:
    """Points that a text says were given."""
    m = _pattern("forbidden", "given").search(text)
    return _said(m.group()) if m else ""


def _though_whole(passage: Passage, start: int) -> bool:
    """Whether a clause goes against a rate of 100% in the same passage: 合格率100%，但2处开裂."""
    return _WHOLE.search(passage.text) is not None and _but_before().search(passage.text[: start + 3]) is not None


_WHOLE = re.compile(r"(?<!\d)100(?:\.0+)?%")


@cache
def _but_before() -> re.Pattern[str]:
    return re.compile(_pattern("admission", "but").pattern + r"\W*[^，。；]*$")


def _beyond_limit(award: Award, passage: Passage) -> Iterator[Proposal]:
    """A rate within a time is said to be whole, and one case took longer: 24小时扑灭率100%, 历时31小时."""
    limit = _pattern("admission", "limit").search(award.name)
    if limit is None or not _pattern("admission", "full_rate").search(passage.text):
        return
    most = int(limit["number"]) if limit["number"].isdigit() else numeral(limit["number"])
    for m in _pattern("admission", "took").finditer(passage.text):
        if most is not None and m["unit"].lstrip("个") == limit["unit"].lstrip("个") and int(m["number"]) > most:
            yield Proposal(
                RULE, "text", "full_marks", (), confidence=_CONFIDENCE["admitted"], holds=False,
                expression=f"{m['number']}{m['unit']} ≤ {limit['number']}{limit['unit']}",
                reason=f"“{award.name}”按100%给了满分{award.weight.normalize():f}分，而其说明写明“{_said(m.group())}”",
                quotes=(Quote(passage.evidence(*m.span()), passage.place(m.start())), award.quote),
                group=f"full marks {award.key}",
            )  # fmt: skip


def _awarded_though(reading: Reading, found: list[Award]) -> Iterator[Proposal]:
    """A paragraph that gives an indicator its points for all being well, without a deduction, and then goes on with but
    and a defect; the weight need not be known."""
    word = partial(_pattern, "admission")
    known = {passage.place(0) for award in found for passage in award.reasons}
    for passage in reading.passages:
        text = passage.text
        if passage.cell is not None or not word("numbered").match(text) or passage.place(0) in known:
            continue
        given = word("awarded").search(text)
        if given is None or word("lost").search(text) or word("excuses").search(text):
            continue
        if not word("well").search(text[: given.start()]):
            continue
        name = re.split("[。：:（(，,]", word("numbered").sub("", text))[0].strip()
        for start, end in admissions(passage):
            behind = word("but").search(text[given.end() : start + 3])
            if start > given.start() and behind:
                said = _said(text[start:end])
                yield Proposal(
                    RULE, "text", "full_marks", (), confidence=_CONFIDENCE["admitted"], holds=False,
                    expression=f"“{name}”{given.group()}，未扣分：{said}",
                    reason=f"“{name}”{given.group()}、没有扣分，而随后写明“{said}”",
                    quotes=(Quote(passage.evidence(start, end), passage.place(start)),),
                    group=f"full marks {passage.block}",
                )  # fmt: skip


def admissions(passage: Passage) -> Iterator[tuple[int, int]]:
    """The clauses that admit a defect, those that deny, threaten or excuse one left out."""
    word = partial(_pattern, "admission")
    for start, end in passage.sentences:
        if word("rule").search(passage.text[start:end]):
            continue
        for m in _CLAUSES.finditer(passage.text[start:end]):
            admits = word("admits").search(m.group()) or _happened(
                m.group(), passage.text[max(0, start + m.start() - _WINDOW) : start + m.start()]
            )
            if admits and not word("denies").search(m.group()):
                yield start + m.start(), start + m.end()


def _happened(clause: str, before: str) -> bool:
    """Whether a clause tells of what the text before says that there was none of: the same kind, or behind a but."""
    word = partial(_pattern, "admission")
    denied = word("none_happened").search(before) if word("event").search(clause) else None
    return denied is not None and (denied["what"] in clause or word("but").match(clause.lstrip()) is not None)


# --- full marks against the problems named ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect: how its indicator is called, and how a problem admits it. A problem is `sure` in words of no other;
    `related` indicators may have lost points for it; `apart` are sides of it that indicator and problem share."""

    indicator: re.Pattern[str]
    related: re.Pattern[str]
    problem: re.Pattern[str]
    sure: re.Pattern[str] | None
    apart: tuple[str, ...]


@cache
def _aspects() -> tuple[Aspect, ...]:
    return tuple(
        Aspect(
            re.compile(a["indicator"]),
            re.compile(a["related"]),
            re.compile(a["problem"]),
            re.compile(a["sure"]) if "sure" in a else None,
            tuple(a.get("apart", ())),
        )
        for a in load("score_reason")["aspect"]
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as the report names it: its heading, or its row in the list of problems, and what is said below."""

    heading: str
    body: str
    quote: Quote


def _contradicted(reading: Reading, found: list[Award], lost: dict[str, Penalty]) -> Iterator[Proposal]:
    """An aspect whose indicators all have full marks is named among the problems."""
    problems = [*_problems(reading), *_found_elsewhere(reading, found)]
    with_loss = [(award, [squeeze(p.text) for p in award.reasons]) for award in found if not award.full]
    deducted = [a for a in _aspects() if problems and any(_lost_points(*told, a) for told in with_loss)]
    for aspect in _aspects() if problems else ():
        of_aspect = [a for a in found if aspect.indicator.search(a.name)]
        if not of_aspect:
            continue
        award = next((a for a in of_aspect if a.in_sheet), of_aspect[0])
        told = [t for t in problems if _tells(t, aspect, award) and not _is_another(t, aspect, deducted)]
        # Deducted under this name or another: the problem is accounted for, but where it can be none but this one.
        sure = [t for t in problems if all(a.full for a in of_aspect) and _surely(t, aspect)]
        told = sure if aspect in deducted else [*told, *(t for t in sure if t not in told)]
        if told:
            words = _surely(told[0], aspect) or _said(told[0].heading)
            proposal = Proposal(
                RULE, "text", "full_marks_problem", (), confidence=_CONFIDENCE["problem"], holds=False,
                expression=f"“{award.name}”满分，问题：{words}",
                reason=f"“{award.name}”给了满分{award.weight.normalize():f}分，而存在的问题中写明“{words}”",
                quotes=(*(t.quote for t in told[:_MOST_PROBLEMS]), *_where_said(reading, told[0], words), *_assured(of_aspect)),
            )  # fmt: skip
            told_in_text = next((a for a in of_aspect if not a.in_sheet and a.key == award.key), award)
            yield with_penalty(proposal, told_in_text, lost)


def _lost_points(award: Award, reasons: list[str], aspect: Aspect) -> bool:
    """Whether an indicator that is less than full lost its points, as far as can be told, for what the aspect is about:
    what follows from a rate was not deducted for the problem of another indicator."""
    if aspect.indicator.search(award.name):
        return True
    return not _is_in_proportion(award) and _concerns(award.name, reasons, aspect)


def _where_said(reading: Reading, told: Told, words: str) -> Iterator[Quote]:
    """The clause below a problem's heading that admits it."""
    block = told.quote.evidence.block or 0
    for passage in reading.passages:
        if block <= passage.block < block + _MOST_BLOCKS and passage.cell is None:
            at = passage.text.find(words)
            if at > 0:
                yield Quote(passage.evidence(at, at + len(words)), passage.place(at))
                return


def _assured(of_aspect: list[Award]) -> Iterator[Quote]:
    """The scores of an aspect, and the sentences beside them that say that all is well."""
    for award in of_aspect:
        yield award.quote
        for passage in award.reasons:
            for start, end in passage.sentences:
                if _pattern("admission", "well").search(passage.text[start:end]):
                    yield Quote(passage.evidence(start, end), passage.place(start))


def _is_in_proportion(award: Award) -> bool:
    """Whether a score like 4.86 follows from a rate: nothing was deducted for what a problem tells. A half or a quarter
    of the weight (0.75 of 1.5) is given for a part of the criteria."""
    return award.score * 10 % 1 != 0 and award.score * _PARTS % award.weight != 0


def _found_elsewhere(reading: Reading, found: list[Award]) -> Iterator[Told]:
    """The sentences of the text that say what was found, outside the reasons of the scores: an opinion may admit what
    no chapter on problems tells."""
    reasons = {passage.place(0) for award in found for passage in award.reasons}
    for passage in reading.passages:
        if passage.cell is None and _pattern("problem", "found").search(passage.text):
            if passage.place(0) in reasons or passage.zone != "body":
                continue
            for start, end in passage.sentences:
                if _pattern("problem", "found").search(passage.text[start:end]):
                    told = squeeze(passage.text[start:end])
                    yield Told("", told, Quote(passage.evidence(start, end), passage.place(start)))


def _concerns(name: str, reasons: list[str], aspect: Aspect) -> bool:
    """Whether an indicator is one of the aspect or near it, or its reasons tell of it."""
    if aspect.indicator.search(name) or aspect.related.search(name):
        return True
    return any(aspect.problem.search(reason) for reason in reasons)


def _tells(told: Told, aspect: Aspect, award: Award) -> bool:
    """Whether a problem admits the aspect, on the side (财务, 业务) that the indicator names, and without a hedge."""
    m = aspect.problem.search(told.heading)
    if m is None:
        return False
    clause = re.split("[，。；,]", told.heading[: m.start()])[-1] + m.group()
    sides = [s for s in aspect.apart if s in award.name]
    return not _pattern("problem", "not").search(clause) and (not sides or any(s in told.heading for s in sides))


def _surely(told: Told, aspect: Aspect) -> str:
    """The clause of a problem, below its heading too, that admits the aspect in words of no other; empty without."""
    for clause in re.split("[，。；;,]", f"{told.heading}。{told.body}") if aspect.sure else ():
        if aspect.sure and aspect.sure.search(clause) and not _pattern("admission", "denies").search(clause):
            return clause
    return ""


def _is_another(told: Told, aspect: Aspect, deducted: list[Aspect]) -> bool:
    """Whether what is said below a heading is another aspect's, for which points were deducted."""
    if not told.body or aspect.problem.search(told.body):
        return False
    return any(other.problem.search(told.body) for other in deducted)


def _problems(reading: Reading) -> Iterator[Told]:
    """What the report names as problems: the headings of its items, and the rows of its list that have no heading."""
    headings = set()
    for item in reading.facts.problems:
        if item.evidence:
            heading = squeeze(item.heading)
            headings.add(heading.strip("。；"))
            yield Told(heading, squeeze(item.text).removeprefix(heading), _quote(item.evidence))
    for row in reading.facts.problem_list:
        if row.evidence and squeeze(row.text).strip("。；") not in headings:
            yield Told(squeeze(row.text), "", _quote(row.evidence))


def _quote(e: Evidence) -> Quote:
    return Quote(e, (e.block or 0, *((e.row, e.column or 0) if e.row is not None else (0,))))


# --- deductions without a reason ----------------------------------------------------------------------------------


def _unexplained(reading: Reading) -> Iterator[Proposal]:
    """A deduction whose cell in a column 扣分依据 holds but a dash, where the others hold their reasons."""
    tables = {block: table for block, _, table in reading.document.tables()}
    columns = {g.block: c for g in reading.grids for c, n in enumerate(g.names) if _pattern("why", "column").search(n)}
    for sheet in reading.facts.sheets:
        if sheet.kind != "sheet" or sheet.self_scored:
            continue
        with_reason = 0
        without: list[SheetNode] = []
        for leaf in sheet.leaves():
            e = leaf.score.evidence if leaf.score else None
            if leaf.weight is None or leaf.score is None or e is None or e.block not in columns or e.row is None:
                continue
            if leaf.score.value >= leaf.weight.value or _pattern("why", "computed").search(leaf.name):
                continue
            text = squeeze(tables[e.block].rows[e.row][columns[e.block]].text)
            dash = _pattern("why", "nothing").fullmatch(text)
            without += [leaf] if dash and not leaf.reason else []
            with_reason += not dash and bool(text)
        # Where many have none, the column is not kept, or was not read.
        for leaf in without if with_reason >= _FEWEST_REASONS * len(without) else []:
            assert leaf.weight and leaf.score
            lost = leaf.weight.value - leaf.score.value
            yield Proposal(
                RULE, "text", "no_reason", (), confidence=_CONFIDENCE["no_reason"], holds=False,
                expression=f"“{leaf.name}”扣{lost.normalize():f}分，扣分依据为空",
                reason=f"“{leaf.name}”满分{leaf.weight.text}分、得{leaf.score.text}分，扣分依据一栏却没有内容",
                quotes=(_quote(leaf.score.evidence),),
            )  # fmt: skip


# --- money --------------------------------------------------------------------------------------------------------


def _overspent(reading: Reading) -> Iterator[Proposal]:
    """预算198万元，实际支出208.26万元，全部为财政拨款: more than there was, and no source for the rest."""
    word = partial(_pattern, "money")
    for passage in reading.passages:
        if not word("whole").search(passage.text):
            continue
        for start, end in passage.sentences:
            text = passage.text[start:end]
            money = [f for f in passage.within(start, end) if f.unit in MONEY]
            if not word("whole").search(text) or word("sources").search(text):
                continue
            given = [f for f in money if word("given").search(passage.text[start : f.start])]
            spent = [f for f in money if word("spent").search(passage.text[start : f.start])]
            if len(given) == 1 and len(spent) == 1 and spent[0].base > given[0].base:
                yield Proposal(
                    RULE, "text", "overspent", (), confidence=_CONFIDENCE["overspent"], holds=False,
                    expression=f"支出{spent[0].text} > 资金{given[0].text}",
                    reason=f"支出{spent[0].text}{spent[0].unit}超过全部资金{given[0].text}{given[0].unit}，"
                    "仍称全部为该项资金，超出部分的来源没有交代",
                    quotes=(Quote(passage.evidence(start, end), passage.place(spent[0].start)),),
                )  # fmt: skip


def _denied(reading: Reading) -> Iterator[Proposal]:
    """What the text says of all funds, in words, against the report's own figures of the whole."""
    h = reading.facts.headline
    changed = h.budget and h.adjusted_budget and _base(h.budget) != _base(h.adjusted_budget)
    cases = (
        ("unchanged", h.adjusted_budget if changed else None, "没有预算调整", "调整后预算为"),
        ("arrived", h.arrival_rate if h.arrival_rate and h.arrival_rate.value < _NEARLY_ALL else None,
         "资金已全部到位", "资金到位率为"),
        ("spent_all", h.execution_rate if h.execution_rate and h.execution_rate.value < _NEARLY_ALL else None,
         "资金已全部支出", "预算执行率为"),
    )  # fmt: skip
    for words, figure, told, shown in cases:
        if figure is None:
            continue
        found = [(p, span) for p in reading.passages for span in _clauses(p, _pattern("money", words))]
        if found:
            passage, span = found[0]
            yield Proposal(
                RULE, "text", "denied", (), confidence=_CONFIDENCE["denied"], holds=False,
                expression=f"{_said(passage.text[span[0] : span[1]])} ↔ {figure.text}{figure.unit}",
                reason=f"一处称{told}（“{_said(passage.text[span[0] : span[1]])}”），而{shown}{figure.text}{figure.unit}",
                quotes=(*(Quote(p.evidence(*s), p.place(s[0])) for p, s in found[:_MOST_PROBLEMS]), _quote(figure.evidence)),
            )  # fmt: skip


def _base(quantity: Quantity) -> Decimal:
    return quantity.value * MONEY.get(quantity.unit or "", Decimal(1))


def _clauses(passage: Passage, words: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The clauses of a paragraph that a pattern finds."""
    if passage.cell is None:
        for m in _STATEMENTS.finditer(passage.text):
            if words.search(squeeze(m.group())):
                yield m.span()


# --- statements that contradict -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that a sentence sets as a limit of what was reached: 已接近70% is below, 提升到70%以上 is above."""

    above: bool
    subject: str
    year: str
    words: str
    quote: Quote


def _opposite(reading: Reading) -> Iterator[Proposal]:
    """One thing is said to be below a number here and above it there."""
    limits: dict[tuple[object, ...], list[Limit]] = {}
    for passage in reading.passages:
        for figure in passage.figures if passage.cell is None else ():
            if figure.unit and figure.unit != "年" and (limit := _limit(passage, figure)):
                limits.setdefault((figure.value, figure.unit), []).append(limit)
    for group in limits.values():
        low = [x for x in group if not x.above]
        high = [x for x in group if x.above]
        for one in low[:_MOST_LIMITS]:
            same = [other for other in high[:_MOST_LIMITS] if _contradicts(one, other)]
            if same:
                yield Proposal(
                    RULE, "text", "opposite", (), confidence=_CONFIDENCE["opposite"], holds=False,
                    expression=f"{one.words} ↔ {same[0].words}",
                    reason=f"同一事项一处写“{one.words}”，另一处写“{same[0].words}”，前后相反",
                    quotes=(one.quote, *(other.quote for other in same)),
                )  # fmt: skip


def _contradicts(one: Limit, other: Limit) -> bool:
    """Whether two limits are of one thing, and not of two years."""
    two_years = one.year and other.year and one.year != other.year
    return not two_years and alike(one.subject, other.subject) >= _SAME_SUBJECT


def _limit(passage: Passage, figure: Figure) -> Limit | None:
    word = partial(_pattern, "bound")
    sentence = next((span for span in passage.sentences if span[0] <= figure.start < span[1]), None)
    if sentence is None:
        return None
    opening = _OPENING.split(passage.text[sentence[0] : figure.start])[-1]
    closing = _CLOSING.split(passage.text[figure.stop : sentence[1]], maxsplit=1)[0]
    below, rises, over = (word(w).search(opening) for w in ("below_before", "above_before", "sure_above"))
    is_below = below or word("below_after").search(closing)
    is_above = over or (rises and word("above_after").search(closing))
    if bool(is_below) == bool(is_above) or word("not_clause").search(opening + closing):
        return None
    before = below or over or rises
    subject = word("filler").sub("", squeeze(opening[: before.start()] if before else opening))
    if len(subject) < _SHORTEST_SUBJECT or word("not").search(passage.text[sentence[0] : sentence[1]]):
        return None
    year = word("year").findall(opening)
    said = _said(opening + passage.text[figure.start : figure.stop] + closing)
    place = Quote(passage.evidence(figure.start, figure.stop), passage.place(figure.start))
    return Limit(bool(is_above), subject[-_LONGEST_SUBJECT:], year[-1] if year else "", said, place)


# --- indicators that the design names -----------------------------------------------------------------------------


def _designed(reading: Reading) -> Iterator[Proposal]:
    """An indicator that the chapter on the design describes between others of the sheet, and the sheet does not have."""
    known = {key(node.name) for sheet in reading.facts.sheets for node in sheet.nodes()} - {""}
    scored = any(sheet.kind == "sheet" and sheet.proven for sheet in reading.facts.sheets)
    if not scored:
        return
    named: list[tuple[str, Passage, int]] = []
    word = partial(_pattern, "design")
    for passage in reading.passages:
        if passage.cell is None and word("paragraph").search(passage.text):
            for m in word("names").finditer(passage.text):
                parts = re.split("和|及|与|、", m["name"])
                named += [(part, passage, m.start("name")) for part in parts if len(part) > 2]
    found = [(name, p, at) for name, p, at in named if _is_known(name, known)]
    if len(found) < _FEWEST_NAMED or len(found) < 2 * (len(named) - len(found)):
        return
    for name, passage, at in named:
        if not _is_known(name, known) and not word("not").search(name):
            yield Proposal(
                RULE, "text", "design", (), confidence=_CONFIDENCE["design"], holds=False,
                expression=f"“{name}” ∉ 评分表",
                reason=f"指标设计部分说明了“{name}”，评分表中没有这项指标",
                quotes=(Quote(passage.evidence(at, at + len(name)), passage.place(at)),),
            )  # fmt: skip


def _is_known(name: str, known: set[str]) -> bool:
    bare = key(name)
    return any(bare in other or other in bare or alike(bare, other) >= _SAME_NAME for other in known)
