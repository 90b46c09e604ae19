"""Sentences and table rows that tell the same things, number by number: where most of the numbers agree, the one that
does not is a copy gone wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from extractor.checks.sources.occurrence import (
    Occurrence,
    common_ending,
    differ_in_reach,
    differ_in_year,
    last_measure,
    likeness,
    pairs,
    same_name,
    same_value,
)
from extractor.checks.sources.slips import is_slip
from extractor.data import load
from extractor.language import squeeze
from extractor.record import record

_POSTINGS = load("cross_mention")["limits"]["postings"]
_SCORES = frozenset({"score", "weight", "score_rate"})
_OF_THE_WHOLE = frozenset({"execution_rate", "arrival_rate"})  # rates of which a project has one
_WHOLE_NAME = 0.75
_VERBATIM = 0.9
_ALIKE = 0.7
_RELATED = 0.45
_SHORTEST = 8
_FEW = 8
_LONG_TAIL = 6
_LONG_FRAME = 24  # letters of a sentence that is told of nothing else
_RARE = 3
_SHORTEST_PART = 4  # letters of a row's name that tell it
_MOST_PARTS = 8
_CONTENT = "内容"  # in the title of a section that says what a project consists of
_NAME = 6  # letters of a name that tell it from others of its sentence

Group = tuple[Occurrence, ...]
Groups = dict[tuple[int, ...], Group]


@record(frozen=True, slots=True)
class Counterparts:
    """Two sentences, or a sentence and a table row: the pairs of numbers that agree and those that do not; `steps` tells
    that each of the latter follows one that agrees."""

    agreeing: tuple[tuple[Occurrence, Occurrence], ...]
    differing: tuple[tuple[Occurrence, Occurrence], ...]
    likeness: float
    steps: bool = False


def groups_of(found: list[Occurrence]) -> Groups:
    """The numbers of each sentence and of each row."""
    out: dict[tuple[int, ...], list[Occurrence]] = defaultdict(list)
    for o in found:
        out[o.group].append(o)
    return {key: tuple(group) for key, group in out.items()}


def is_of_parts(a: Occurrence, b: Occurrence, groups: Groups) -> bool:
    """Whether one of two numbers stands among neighbours of its unit that add up to the other: 甲2所、乙2所、丙1所 against
    5所学校."""
    return any(_add_up(x, y, [o for o in groups[x.group] if o.kind == x.kind]) for x, y in ((a, b), (b, a)))


def _add_up(part: Occurrence, whole: Occurrence, beside: list[Occurrence]) -> bool:
    at = beside.index(part)
    runs = ((i, j) for i in range(at + 1) for j in range(at + 1, len(beside) + 1) if 1 < j - i <= _MOST_PARTS)
    return not part.in_table and any(sum(o.base for o in beside[i:j]) == whole.base for i, j in runs)


# --- sentences ------------------------------------------------------------------------------------------------------


def told_twice(groups: Groups) -> Iterator[Counterparts]:
    """Pairs of sentences that name a number alike or share a value that its digits tell apart, that differ in a number of
    one name, and that agree in another or in nearly all their words."""
    ordered = sorted(groups)
    rank = {key: i for i, key in enumerate(ordered)}
    named = [_by_name(groups[key]) for key in ordered]
    valued = [{(o.kind, o.base): o for o in groups[key]} for key in ordered]
    met: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for key, group in groups.items():
        for name in named[rank[key]]:
            met[name].append(rank[key])
        for value in {(o.kind, o.base) for o in group if o.precise > _RARE}:
            met[value].append(rank[key])
    found = {pair for keys in met.values() if len(keys) <= _POSTINGS for pair in combinations(keys, 2)}
    for a, b in sorted(found):
        others = named[b]
        common = [(x, others[name]) for name, x in named[a].items() if name in others]
        differing = [(x, y) for x, y in common if not same_value(x, y)]
        if differing:
            agreeing = [(x, valued[b][value]) for value, x in valued[a].items() if value in valued[b]]
            agreeing += [(x, y) for x, y in common if x.base != y.base and same_value(x, y)]
            first, second = groups[ordered[a]], groups[ordered[b]]
            alike = _alike_in_words(first[0].frame, second[0].frame)
            if agreeing or alike >= _VERBATIM:
                yield Counterparts(tuple(agreeing), tuple(differing), alike, _in_step(first, second, differing))


Names = dict[tuple[str, str, int], Occurrence]


def _by_name(group: Group) -> Names:
    """The numbers of a sentence by name and kind; those that share a name by their order."""
    out: Names = {}
    seen: Counter[tuple[str, str]] = Counter()
    for o in group:
        name = o.head[-_NAME:], o.kind
        out[(*name, seen[name])] = o
        seen[name] += 1
    return out


def _alike_in_words(one: str, other: str) -> float:
    """How alike two sentences are; less so where one is much the longer."""
    words, others = pairs(one), pairs(other)
    longer = max(len(words), len(others))
    return likeness(words, others) * (1 if min(len(words), len(others)) * 2 > longer else 0.8)


def _in_step(first: Group, second: Group, differing: Sequence[tuple[Occurrence, Occurrence]]) -> bool:
    """Whether each number that differs follows one that agrees."""
    before = [(_before(first, x), _before(second, y)) for x, y in differing]
    return all(x is not None and y is not None and same_value(x, y) for x, y in before)


def _before(group: Group, o: Occurrence) -> Occurrence | None:
    at = group.index(o)
    return group[at - 1] if at else None


def misquoted(found: list[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """Numbers that one of two sentences tells otherwise than the other, with what makes it certain: `sentence` where
    other numbers agree, `slip` where a sentence has no other number and a slip of the pen explains it, or where it is
    long and other places confirm the one number."""
    groups = groups_of([o for o in found if not o.in_table])
    candidates = list(told_twice(groups))
    times = Counter((o.kind, o.base) for o in found)
    values: dict[int, list[Occurrence]] = defaultdict(list)
    for c in candidates:
        for a, b in c.differing if c.likeness >= _ALIKE else ():
            _collect(values[id(a)], b)
            _collect(values[id(b)], a)
    for c in candidates:
        for a, b in c.differing:
            one_each = max(len(values[id(a)]), len(values[id(b)])) <= 1
            one_fact = _comparable(a, b) or (_counts_one_thing(a, b) and _is_content_and_aim(a, b))
            if one_fact and one_each and not _is_another(a, b, groups):
                evidence = _evidence(c, a, b)
                fewer, more = sorted((times[a.kind, a.base], times[b.kind, b.base]))
                if not evidence and _is_repeated(a, b) and fewer == 1 < more:
                    evidence = "slip"
                if evidence:
                    yield a, b, evidence


def _is_another(a: Occurrence, b: Occurrence, groups: Groups) -> bool:
    """Whether one of two numbers has its copy in the other's sentence, and the other none in its: 区级资金实际到位566万元 is
    told by 实际到位830万元，其中区级566万元."""
    return _has_copy(a, groups[a.group], groups[b.group]) != _has_copy(b, groups[b.group], groups[a.group])


def _has_copy(o: Occurrence, own: Group, other: Group) -> bool:
    """Whether the other sentence has a number's value as often as its own."""
    own_times, times = (sum((x.kind, x.base) == (o.kind, o.base) for x in group) for group in (own, other))
    return times >= own_times


def _evidence(c: Counterparts, a: Occurrence, b: Occurrence) -> str:
    """What shows that two numbers of one name should be equal; "" where nothing does."""
    telling = [x for x, _ in c.agreeing if is_telling(x)]
    verbatim = c.likeness >= _VERBATIM and len(pairs(a.frame)) >= _SHORTEST
    if verbatim and (telling or len(c.agreeing) >= 2) and len(c.agreeing) >= len(c.differing):
        return "sentence"
    if c.likeness >= _RELATED and len(telling) >= 2 and len(telling) > len(c.differing) and len(a.head) >= 2:
        return "sentence"
    in_step = len(c.agreeing) > 1 and len(c.agreeing) >= len(c.differing) and a.zone != b.zone and bool(telling)
    if in_step and len(a.head) > _RARE and c.likeness >= _RELATED and c.steps:
        return "sentence"
    certain = any(x.precise > _RARE for x in telling) and len(c.differing) == 1 and len(a.head) >= _RARE
    if certain and (a.measure.endswith("rate") or is_slip(a, b) or _counts_one_thing(a, b)):
        return "row"
    alone = verbatim and a.frame == b.frame and a.frame.count("#") == 1 and a.zone != b.zone
    return "slip" if alone and is_slip(a, b) else ""


def _is_repeated(a: Occurrence, b: Occurrence) -> bool:
    """Whether two parts of a report have the very same long sentence, with an amount of its own in each."""
    sentences = [squeeze(o.term.evidence.quote).replace(o.term.text, "#", 1) for o in (a, b)]
    long = len(a.frame) >= _LONG_FRAME and min(a.precise, b.precise) > _RARE
    return long and sentences[0] == sentences[1] and a.zone != b.zone


def _counts_one_thing(a: Occurrence, b: Occurrence) -> bool:
    """Whether two counts have a name of so many letters that it tells of nothing else."""
    return a.kind == b.kind not in ("", "元", "%") and common_ending(a.head, b.head) >= _NAME and is_telling(a)


def _collect(values: list[Occurrence], o: Occurrence) -> None:
    if not any(same_value(o, other) for other in values):
        values.append(o)


def is_telling(o: Occurrence) -> bool:
    """Whether a number's agreement says something: 100% and single digits agree by chance."""
    return o.precise >= 2


def _comparable(a: Occurrence, b: Occurrence) -> bool:
    if _SCORES & {a.measure, b.measure} or "分" in (a.kind, b.kind):
        return False
    if (a.years and b.years and a.years != b.years) or differ_in_year(a, b) or differ_in_reach(a, b):
        return False
    return _stated_alike(a, b) and a.planned == b.planned


def _stated_alike(a: Occurrence, b: Occurrence) -> bool:
    return a.target == b.target and a.vague == b.vague and a.measure == b.measure


def _is_content_and_aim(a: Occurrence, b: Occurrence) -> bool:
    """Whether one count is what the project consists of and the other its aim: what was reached may differ from the aim,
    what is to be done does not."""
    content = b if a.planned else a
    years_fit = not (a.years and b.years and a.years != b.years) and not differ_in_year(a, b)
    return a.planned != b.planned and _CONTENT in content.topic and _stated_alike(a, b) and years_fit


def recounted(found: list[Occurrence], groups: Groups) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """Numbers of the same things, told in the same words behind them at just two places (有8台已报废执法车辆)."""
    told: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
    for o in found:
        if len(o.tail) > _LONG_TAIL and o.kind not in ("", "元", "%", "分"):
            told[o.kind, o.tail[: _LONG_TAIL + 1]].append(o)
    for group in told.values():
        if len(group) == 2 and group[0].group != group[1].group:
            a, b = group
            alike = _comparable(a, b) and not a.target and not a.planned
            if alike and not same_value(a, b) and not is_of_parts(a, b, groups):
                yield a, b, "words"


# --- sentences and rows ---------------------------------------------------------------------------------------------


def copied(
    found: list[Occurrence], groups: Groups, runs: Sequence[Counterparts]
) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Numbers that a sentence has in common with a table row of which it tells several, or with a column through which
    it goes."""
    for (sentence, row), number in _related(groups).items():
        if number >= 2:
            for o in groups[sentence]:
                for cell in groups[row]:
                    if _joined(o) == _joined(cell) and same_value(o, cell):
                        yield o, cell
    for c in runs:
        yield from c.agreeing
    yield from _in_order(found)


def _in_order(found: list[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence]]:
    """Runs of values that a sentence lists in the order of a table row or column (分别占20%、20%、33%、27%)."""
    runs: dict[tuple[Decimal, ...], list[Group]] = defaultdict(list)
    tables = [o for o in found if o.in_table]
    columns: dict[tuple[int, ...], list[Occurrence]] = defaultdict(list)
    for o in tables:
        columns[o.column].append(o)
    for cells in (*groups_of(tables).values(), *columns.values()):
        for run in zip(cells, cells[1:], cells[2:], strict=False):
            runs[tuple(o.base for o in run)].append(run)
    for words in groups_of([o for o in found if not o.in_table]).values():
        for run in zip(words, words[1:], words[2:], strict=False):
            matching = runs.get(tuple(o.base for o in run), ())
            if len({o.kind for o in run}) == 1 and len({o.base for o in run}) > 1 and len(matching) <= _FEW:
                yield from (pair for cells in matching for pair in zip(run, cells, strict=True) if _units_fit(*pair))


def _units_fit(o: Occurrence, cell: Occurrence) -> bool:
    return o.kind == cell.kind or not cell.kind or {o.kind, cell.kind} == {"%", "分"}


def miscopied(groups: Groups) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """Numbers of a sentence that a table row states otherwise, while other numbers of the two agree: (in words, in the
    table, evidence)."""
    for (sentence, row), agreeing in _related(groups).items():
        enough = agreeing >= 2 and any(o.precise >= _RARE for o in groups[row])
        left = [o for o in groups[sentence] if not any(same_value(o, cell) for cell in groups[row])]
        cells = [o for o in groups[row] if not any(same_value(o, word) for word in groups[sentence])]
        if enough and groups[row][0].whole:
            yield from _out_of_line(groups[sentence], groups[row])
        for o in left:
            partners = [cell for cell in cells if _alike(o, cell)]
            rivals = [other for other in left if partners and _alike(other, partners[0])]
            single = (
                _tells_of(groups[sentence], groups[row], o)
                and len(partners) == 1
                and len(rivals) == 1
                and _comparable(o, partners[0])
            )
            if single and (enough or is_slip(o, partners[0])):
                yield o, partners[0], "row"


def _related(groups: Groups) -> Counter[tuple[tuple[int, ...], tuple[int, ...]]]:
    """How many telling values a sentence and a row share, for each pair that shares one."""
    return _shared(groups, {id(o): o.group for group in groups.values() for o in group}, 2)


def _shared(
    groups: Groups, place: dict[int, tuple[int, ...]], fewest: int
) -> Counter[tuple[tuple[int, ...], tuple[int, ...]]]:
    """How many values of so many telling digits a sentence shares with a row or column."""
    met: dict[tuple[str, Decimal], list[Occurrence]] = defaultdict(list)
    for group in groups.values():
        for key, o in {(_joined(o), o.base): o for o in group if o.precise >= fewest}.items():
            met[key].append(o)
    shared: Counter[tuple[tuple[int, ...], tuple[int, ...]]] = Counter()
    for places in met.values():
        words = [place[id(o)] for o in places if not o.in_table]
        rows = [place[id(o)] for o in places if o.in_table]
        if len(words) * len(rows) <= _POSTINGS * 2:
            shared.update((a, b) for a in words for b in rows)
    return shared


def _joined(o: Occurrence) -> str:
    """A column need not say what it counts."""
    return o.kind if o.kind in ("元", "%", "分") else ""


def _tells_of(sentence: Group, row: Group, o: Occurrence) -> bool:
    """Whether a number of a sentence is told of what the row is about: the row is the total, or it is named right before
    the number."""
    name, at = row[0].row, sentence.index(o)
    heads = [x.head for x in sentence[max(0, at - 2) : at + 1]]
    return row[0].whole or (len(name) >= 2 and any(name in head for head in heads))


def _alike(o: Occurrence, cell: Occurrence) -> bool:
    """Whether a number in words and a cell measure the same by their names. A rate of the whole has to be called what the
    column calls it: 覆盖率 is not 普惠覆盖率."""
    if _joined(o) != _joined(cell) or not o.head:
        return False
    if o.kind == "%" and cell.whole and o.measure not in _OF_THE_WHOLE and not is_slip(o, cell):
        name = pairs(cell.head.removeprefix(cell.row))
        return bool(name) and len(name & pairs(o.head)) >= _WHOLE_NAME * len(name)
    return same_name(o, cell) or (bool(o.measure) and o.measure == cell.measure)


def _out_of_line(sentence: Group, row: Group) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """A number beside one that the row holds too, where a slip of the pen makes it the row's number beside that."""
    for step in (1, -1):
        words = list(zip(sentence[::step], sentence[::step][1:], strict=False))
        cells = list(zip(row[::step], row[::step][1:], strict=False))
        for first, second in words:
            for known, cell in cells:
                fits = known.precise > _RARE and same_value(first, known) and _joined(second) == _joined(cell)
                if fits and is_slip(second, cell) and _comparable(second, cell):
                    yield second, cell, "row"


# --- sentences and columns ------------------------------------------------------------------------------------------


def listed(found: list[Occurrence]) -> Iterator[Counterparts]:
    """Sentences that go through a column, naming its rows (县道6条、乡道12条), with the pairs that agree and those that
    do not."""
    sentences = groups_of([o for o in found if not o.in_table])
    columns: dict[tuple[int, ...], list[Occurrence]] = defaultdict(list)
    for o in found:
        if o.in_table:
            columns[o.column].append(o)
    groups = {**sentences, **{key: tuple(cells) for key, cells in columns.items()}}
    shared = _shared(groups, {id(o): o.column if o.in_table else o.group for o in found}, 1)
    for (sentence, column), number in shared.items():
        cells = groups[column]
        if number < 2 or len({cell.row for cell in cells}) < 2:
            continue
        named = [(o, cell) for o in groups[sentence] for cell in cells if _names_row(o, cell)]
        named = [(o, cell) for o, cell in named if [x for x, _ in named].count(o) == 1]
        agreeing = [pair for pair in named if same_value(*pair)]
        total = [(o, c) for o in groups[sentence] for c in cells if c.whole and o.precise >= 2 and same_value(o, c)]
        differing = [pair for pair in named if not same_value(*pair) and _may_measure_one(*pair)]
        proven = len(agreeing) + len(total[:1]) >= 2 and len({o.base for o, _ in [*agreeing, *total]}) >= 2
        if proven or (_exchanged(differing) and (agreeing or all(is_telling(o) for o, _ in differing))):
            yield Counterparts(tuple(agreeing + total), tuple(differing), 1.0)


def misplaced(runs: Sequence[Counterparts]) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """The one number of a sentence that the column it goes through (`listed`) states otherwise, or two that it states
    of each other."""
    for c in runs:
        if _exchanged(c.differing):
            yield from ((o, cell, "row") for o, cell in c.differing)
        if len(c.differing) == 1 and (len(c.agreeing) > 2 or is_slip(*c.differing[0])):
            yield *c.differing[0], "row"


def _exchanged(differing: Sequence[tuple[Occurrence, Occurrence]]) -> bool:
    """Whether two numbers are each other's: 东镇310处、西镇486处 against 486 and 310."""
    if len(differing) != 2:
        return False
    (a, x), (b, y) = differing
    return a.base != b.base and same_value(a, y) and same_value(b, x)


def _names_row(o: Occurrence, cell: Occurrence) -> bool:
    if _joined(o) != _joined(cell) or len(cell.row) < 2 or cell.whole:
        return False
    return cell.row in o.head or _shortens(o.head, cell.row)


def _shortens(name: str, row: str) -> bool:
    """Whether a name but for what it measures is a part of the row's: 民居修缮支出 of 传统村落民居修缮."""
    bare = name[: -len(said)] if (said := last_measure(name)) and name.endswith(said) else name
    return len(bare) >= _SHORTEST_PART and bare in row


def misnamed(found: list[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence, str]]:
    """Numbers in words that bear the name of one cell, its row and column, and differ from it, while other places
    confirm the cell and none the number."""
    cells: dict[str, list[Occurrence]] = defaultdict(list)
    met: Counter[tuple[str, Decimal]] = Counter()
    for o in found:
        met[o.kind, o.base] += 1
        if o.in_table and o.row and not o.whole and len(o.row) >= _SHORTEST_PART and len(o.head) > len(o.row):
            cells[o.head].append(o)
    for o in found:
        if o.in_table or o.precise < _RARE or met[o.kind, o.base] > 1 or o.vague or o.target or o.planned:
            continue
        named = next((cells[o.head[at:]] for at in range(len(o.head) - _NAME) if o.head[at:] in cells), [])
        if named and all(same_value(c, named[0]) for c in named) and _comparable(o, named[0]):
            cell = named[0]
            if o.kind == cell.kind and not same_value(o, cell) and met[cell.kind, cell.base] > 1:
                yield o, cell, "row"


def _may_measure_one(o: Occurrence, cell: Occurrence) -> bool:
    if _SCORES & {o.measure, cell.measure} or o.target or o.vague or o.planned != cell.planned:
        return False
    return not o.measure or not cell.measure or o.measure == cell.measure
