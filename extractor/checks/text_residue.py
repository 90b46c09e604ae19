"""Rule text.residue: names left over from another report."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from extractor.checks.engine.proposal import Proposal, Quote
from extractor.checks.sources import wording
from extractor.checks.sources.likeness import pairs_of
from extractor.checks.sources.points import key
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.document import Table, cell_evidence
from extractor.language import is_word, part_of_speech, squeeze, tokens, words
from extractor.quantity import fold
from extractor.result import Problem, Suggestion

RULE = "text.residue"
_WORDS = load("text_residue")
_CONFIDENCE = load("confidence")["text_residue"]
_LABEL, _GENERIC = re.compile(_WORDS["title"]["label"]), re.compile(_WORDS["title"]["generic"])
_FORM = re.compile(f"{_WORDS['title']['name']}[^，。]{{0,6}}?{_WORDS['title']['form']}")
_PROJECT, _STOPS = re.compile(_WORDS["mention"]["head"]), re.compile(_WORDS["mention"]["stops"])
_PLACE = re.compile(_WORDS["row"]["unit"])
_LONGEST_TITLE = 60
_FEWEST_ROWS, _FEWEST_PLACES = 4, 3
_SHORT_NAME, _LONG_NAME = 3, 5
_FEW = 1
_ONCE = 1
_MOST_STRANGE = 3
_LONGEST_MENTION, _LEAD, _SHORTEST_ADVICE, _MOST_BLOCKS, _MOST_TIMES = 24, 8, 12, 6, 3
_FEWEST_RIGHT = 2
_MOSTLY = 0.7


def propose(reading: Reading) -> Iterator[Proposal]:
    titles = list(_titles(reading))
    yield from titles
    yield from _mentioned(reading, titles)
    yield from _units(reading, titles)
    yield from _other_places(reading)
    yield from _rows(reading)
    yield from _headings(reading)
    yield from _foreign(reading)


def _wrong(subject: str, confidence: str, expression: str, reason: str, quotes: Iterable[Quote]) -> Proposal:
    return Proposal(
        RULE, "text", subject, (), confidence=_CONFIDENCE[confidence], holds=False,
        expression=expression, reason=reason, quotes=tuple(quotes),
    )  # fmt: skip


# --- another project's name ---------------------------------------------------------------------------------------


def _titles(reading: Reading) -> Iterator[Proposal]:
    """A title names a project whose words occur nowhere else in the report."""
    pairs = reading.shared(wording.pairs)
    in_cells: frozenset[str] | None = None
    meta = reading.facts.meta
    own = "".join(squeeze(v.value) for v in (meta.title, meta.project_name) if v)
    for passage in reading.passages:
        if passage.cell is not None or "。" in passage.text or passage.zone == "cover":
            continue
        text = squeeze(_LABEL.sub("", passage.text))
        if not 6 < len(text) <= _LONGEST_TITLE:
            continue
        form = _FORM.search(text)
        speaks = passage.heading and not re.search(_WORDS["title"]["other"], text)
        m = form or (re.search(_WORDS["title"]["name"], text) if speaks else None)
        if m is None:
            continue
        if form:
            yield from _other_year(reading, passage, text)
        named = re.sub(_WORDS["title"]["year"], "", m["name"])
        words = [w for w, _ in tokens(named) if len(w) > 1 and not _GENERIC.search(w)]
        here = Counter(pairs_of(text))
        # A form bears the name of its own project; another heading may name another project, once it is spoken of.
        spare = _FEW if form else 0
        rare = [w for w in words if w not in own and any(pairs[p] <= here[p] + spare for p in pairs_of(w))]
        if rare and in_cells is None:
            cells = (squeeze(p.text) for p in reading.passages if p.cell is not None)
            in_cells = frozenset(pair for cell in cells for pair in pairs_of(cell))
        rare = [w for w in rare if not any(p in (in_cells or ()) for p in pairs_of(w))]
        length = sum(map(len, rare))
        if form and own:
            strange = length >= _SHORT_NAME and not any(w in own and not _is_place(w) for w in words)
        else:
            strange = not form and len(rare) > 1 and length >= _LONG_NAME and len(words) - len(rare) <= 1
        if strange:
            yield _wrong(
                "residue_title", "title" if form else "heading", f"{m['name']} ≠ 本项目",
                f"标题“{text}”所称项目不是本项目，报告其他地方也没有介绍，疑为套用其他报告未改",
                [Quote(passage.evidence(0, len(passage.text)), passage.place(0)), *_others(reading, passage, rare)],
            )  # fmt: skip


def _other_year(reading: Reading, passage: Passage, text: str) -> Iterator[Proposal]:
    """A form of this project bears the year of an earlier report."""
    meta = reading.facts.meta
    years = {int(y) for y in re.findall(r"(20\d\d)\s*年", fold(text))}
    name = re.sub(r"^\d{4}年度?", "", squeeze(meta.project_name.value)) if meta.project_name else ""
    if meta.evaluated_year and name and name in text and len(years) == 1 and max(years) < meta.evaluated_year.value:
        [year] = years
        yield _wrong(
            "residue_title", "title_stale", f"{year} ≠ {meta.evaluated_year.value}",
            f"标题“{text}”写{year}年，而本报告评价的是{meta.evaluated_year.value}年度，疑为沿用旧稿",
            [Quote(passage.evidence(0, len(passage.text)), passage.place(0))],
        )  # fmt: skip


def _is_place(word: str) -> bool:
    return word[-1] in _WORDS["title"]["places"]


def _others(reading: Reading, title: Passage, words: list[str]) -> Iterator[Quote]:
    """The few other sentences that the strange words occur in."""
    for passage in reading.passages:
        if passage.block != title.block and len(passage.text) > len(title.text):
            for word in words:
                if len(word) >= _SHORT_NAME and (at := passage.text.find(word)) >= 0:
                    yield Quote(passage.evidence(at, at + len(word)), passage.place(at))


# --- another project's name in a sentence --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A project that a sentence names: its name, and the words of it that tell it from others."""

    name: str
    core: tuple[tuple[str, str], ...]
    start: int
    end: int


def _mentioned(reading: Reading, titles: list[Proposal]) -> Iterator[Proposal]:
    """A problem or a suggestion names a project whose words occur nowhere else in the report."""
    told = {q.place[0] for p in titles for q in p.quotes}
    passages = [p for p in _advice(reading) if p.block not in told]
    said, pairs = reading.shared(wording.whole), reading.shared(wording.pairs)
    named = [(p, m) for p in passages for m in _mentions_of_projects(p.text, pairs)]
    meta = reading.facts.meta
    own = "".join(squeeze(v.value) for v in (meta.title, meta.project_name) if v)
    first: dict[str, tuple[Passage, Mention]] = {}
    for passage, mention in named:
        if mention.name not in own and not _is_excused(passage, mention):
            first.setdefault(mention.name, (passage, mention))
    for passage, mention in first.values():
        times = said.count(mention.name)
        here = {pair: times * count for pair, count in Counter(pairs_of(mention.name)).items()}
        rare = [w for w, _ in mention.core if _is_strange(w, pairs, here)]
        nouns = [w for w, flag in mention.core if w in rare and re.match(_WORDS["mention"]["nouns"], flag)]
        whole = sum(len(w) for w, _ in mention.core)
        if nouns and 2 * sum(map(len, rare)) >= whole >= _SHORT_NAME:
            yield _wrong(
                "residue_title", "mention_compared" if _is_compared(passage, mention) else "mention",
                f"{mention.name} ∉ 本项目",
                f"文中出现“{mention.name}”，报告其他地方没有介绍，与本项目无关，疑为套用其他报告未改",
                [Quote(passage.evidence(mention.start, mention.end), passage.place(mention.start))],
            )  # fmt: skip


def _tells(word: str) -> bool:
    """Whether a word tells one project from another."""
    return len(word) > 1 and not _GENERIC.search(word)


def _is_strange(word: str, everywhere: Counter[str], here: Mapping[str, int]) -> bool:
    """Whether most of the pairs of characters of a word stand in the name alone, so many times; without the name's, a few times."""
    pairs = list(pairs_of(word))
    return 2 * sum(everywhere[pair] <= here.get(pair, _MOST_TIMES) for pair in pairs) > len(pairs)


def _is_excused(passage: Passage, mention: Mention) -> bool:
    """Whether a name is that of a plan, stands in a document's title or in a list beside others, or is a site's."""
    words = _WORDS["mention"]
    if passage.text.rfind("《", 0, mention.start) > passage.text.rfind("》", 0, mention.start):
        return True
    before = passage.text[max(0, mention.start - _LEAD) : mention.start]
    return bool(
        re.search(words["planned"], before)
        or re.search(words["listed"], before)
        or re.search(words["site"], mention.name)
    )


def _is_compared(passage: Passage, mention: Mention) -> bool:
    """Whether the sentence compares with the project, or tells it apart."""
    words = _WORDS["mention"]
    start, end = next(span for span in passage.sentences if span[0] <= mention.start < span[1])
    before, after = passage.text[start : mention.start], passage.text[mention.end : end]
    return bool(re.search(words["compared_before"], before) or re.search(words["compared_after"], after))


def _advice(reading: Reading) -> Iterator[Passage]:
    """The passages of the chapters on problems and suggestions, and what was read as one of them."""
    sections = [s for s in reading.document.sections if re.search(_WORDS["mention"]["chapter"], s.title)]
    blocks: set[int | None] = {b for s in sections if s.zone != "contents" for b in range(s.start, s.end)}
    items: list[Problem | Suggestion] = [*reading.facts.problems, *reading.facts.suggestions]
    told: dict[int, str] = {}
    for item in items:
        for block in range(item.evidence.block or 0, (item.evidence.block or 0) + _MOST_BLOCKS):
            told[block] = squeeze(item.heading + item.text)
    blocks |= {row.evidence.block for row in reading.facts.problem_list if row.evidence}
    for passage in reading.passages:
        if passage.block in blocks or (
            passage.block in told
            and len(passage.text) > _SHORTEST_ADVICE
            and squeeze(passage.text) in told[passage.block]
        ):
            yield passage


def _mentions_of_projects(text: str, pairs: Counter[str]) -> Iterator[Mention]:
    """The names that end in 项目 or 工程: what stands before, back to a word that is no part of a name. Parts of speech
    cost much: they are asked for only where a word is found that the report hardly knows."""
    mention = _WORDS["mention"]
    for m in _PROJECT.finditer(text):
        left = re.split("[^\u4e00-\u9fff“”A-Za-z]", text[max(0, m.start() - _LONGEST_MENTION) : m.start()])[-1]
        last = takewhile(lambda w: not _STOPS.fullmatch(w), reversed([w for w, _ in tokens(left)]))
        telling = [w for w in last if _tells(w)]
        strange = sum(len(w) for w in telling if _is_strange(w, pairs, {}))
        if not 2 * strange >= sum(map(len, telling)) >= _SHORT_NAME:
            continue
        parts: list[tuple[str, str]] = []
        for word in reversed(words(left)):
            if _STOPS.fullmatch(word) or re.match(mention["ends"], flag := part_of_speech(word)):
                break
            parts.insert(0, (word, flag))
        name = "".join(w for w, _ in parts)
        bare = [(re.sub(mention["plain"], "", w), flag) for w, flag in parts]
        core = tuple((w, f) for w, f in bare if _tells(w))
        if core:
            yield Mention(name + m.group(), core, m.start() - len(name), m.end())


# --- another project's department ---------------------------------------------------------------------------------


def _units(reading: Reading, titles: list[Proposal]) -> Iterator[Proposal]:
    """A row of the list of problems makes a department responsible that the report does not speak of. One that it names
    elsewhere or for one problem alone is a hint, unless a title of another report was left over too."""
    rows = [row for row in reading.facts.problem_list if row.unit and row.evidence]
    named = {squeeze(row.unit or "") for row in rows}
    suspects = {u for u in named if re.search(_WORDS["unit"]["department"], u)}
    suspects = {u for u in suspects if u and not re.search(_WORDS["unit"]["common"], u)}
    if not suspects:
        return
    blocks = {row.evidence.block for row in rows if row.evidence}
    organs = Counter(
        organ
        for p in reading.passages
        if p.block not in blocks
        for organ in re.findall(_WORDS["unit"]["organ"], squeeze(p.text))
    )
    meta = reading.facts.meta
    own = [v.value for v in (meta.competent_department, meta.implementing_unit, meta.entrusting_party) if v]
    known = [*own, *(o for o, count in organs.items() if count > _ONCE)]
    proven = any(p.subject == "residue_title" for p in titles)
    for unit in sorted(suspects):
        core = re.sub(_WORDS["unit"]["place"], "", unit, count=1)
        if not own or len(core) < 3 or any(_shortens(core, k) for k in known):
            continue
        quotes = [
            Quote(r.evidence, (r.evidence.block or 0, r.evidence.row or 0, r.evidence.column or 0))
            for r in rows
            if r.evidence and squeeze(r.unit or "") == unit
        ]
        elsewhere = list(_mentions(reading, core, blocks))
        # One problem may well be another department's to solve.
        certain = proven or (len(quotes) > _ONCE and not elsewhere)
        yield _wrong(
            "residue_unit", "unit" if certain else "unit_named", f"{unit} ∉ 本项目单位",
            f"问题清单的责任单位“{unit}”与本项目无关，本项目单位为“{own[0]}”，疑为套用其他报告未改",
            [*quotes, *elsewhere],
        )  # fmt: skip


def _shortens(short: str, full: str) -> bool:
    """Whether a name is short for another: its characters occur there in their order (人社局, 人力资源和社会保障局)."""
    at = 0
    for char in short:
        at = full.find(char, at) + 1
        if at == 0:
            return False
    return True


def _mentions(reading: Reading, core: str, blocks: set[int | None]) -> Iterator[Quote]:
    """The sentences elsewhere that name the department in full."""
    for passage in reading.passages:
        if passage.block in blocks or core[-1] not in passage.text:
            continue
        for m in re.finditer(_WORDS["unit"]["organ"], passage.text):
            if _shortens(core, m.group()):
                yield Quote(passage.evidence(*m.span()), passage.place(m.start()))


def _other_places(reading: Reading) -> Iterator[Proposal]:
    """The report's own department, but of a county (city, district) that is named nowhere else."""
    meta = reading.facts.meta
    units = (meta.competent_department, meta.implementing_unit, meta.entrusting_party)
    own = {
        m["organ"]: (m["place"], m["level"])
        for v in units
        if v and (m := re.match(_WORDS["other_place"]["own"], v.value))
    }
    for organ, (place, level) in own.items():
        strange: dict[str, list[Quote]] = defaultdict(list)
        for passage in reading.passages:
            if level + organ not in passage.text or passage.cell is not None or passage.zone == "cover":
                continue
            for m in re.finditer(f"(..){level}{re.escape(organ)}", passage.text):
                if m[1] in place or not is_word(m[1] + level):
                    continue
                evidence = passage.evidence(*m.span())
                if not re.search(_WORDS["other_place"]["not"], evidence.quote):
                    strange[m[1]].append(Quote(evidence, passage.place(m.start())))
        for name, quotes in strange.items():
            if reading.shared(wording.whole).count(name) == len(quotes) <= _MOST_STRANGE:
                yield _wrong(
                    "residue_unit_place", "place", f"{name}{level}{organ} ≠ {place}{level}{organ}",
                    f"文中出现“{name}{level}{organ}”，而本项目单位为“{place}{level}{organ}”，疑为套用其他报告未改", quotes,
                )  # fmt: skip


# --- a row that speaks of another row's place ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A cell with words in a row of a place; `named` are the places that the words name."""

    place: str
    named: frozenset[str]
    quote: Quote


def _rows(reading: Reading) -> Iterator[Proposal]:
    """A list by place, the same sentence for each: one row's sentence names the place of another."""
    listed = [(b, i, t, *found) for b, i, t in reading.document.tables() if (found := _places_of_rows(t))]
    names = {place for *_, places in listed for place in places.values()}
    if len(names) < _FEWEST_PLACES:
        return
    every = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    said: dict[str, list[Row]] = defaultdict(list)
    for block, index, table, column, places in listed:
        for row, place in places.items():
            for cell in table.own(row):
                named = frozenset(every.findall(cell.text))
                if cell.column != column and named:
                    form = re.sub(r"\d+(?:\.\d+)?", "#", every.sub("*", squeeze(fold(cell.text))))
                    evidence = cell_evidence(reading.document, block, index, row, cell.column)
                    said[form].append(Row(place, named, Quote(evidence, (block, row, cell.column))))
    for sentences in said.values():
        # What every row names (the city above them all) tells none apart.
        common = frozenset.intersection(*(one.named for one in sentences))
        strange = [one for one in sentences if one.place not in one.named and len(one.named - common) == 1]
        right = sum(one.place in one.named for one in sentences)
        for one in strange if right >= max(_FEWEST_RIGHT, len(strange)) else []:
            [other] = one.named - common
            yield _wrong(
                "residue_row", "row", f"{one.place} ≠ {other}",
                f"该行属“{one.place}”，内容却写“{other}”，同样的话在其他各行均写本行单位，疑为复制未改", [one.quote],
            )  # fmt: skip


def _places_of_rows(table: Table) -> tuple[int, dict[int, str]] | None:
    """The column whose cells begin with places, and each row's place."""
    if len(table.rows) < _FEWEST_ROWS:
        return None
    for column in range(table.width):
        found = ((row, _PLACE.match(cells[column].text)) for row, cells in enumerate(table.rows))
        places = {row: m["place"] for row, m in found if m}
        if len(set(places.values())) > 1 and len(places) >= _FEWEST_ROWS:
            return column, places
    return None


# --- headings -----------------------------------------------------------------------------------------------------


def _headings(reading: Reading) -> Iterator[Proposal]:
    """Two headings of one section bear the name of one indicator, and the sheet has another there."""
    groups = defaultdict(list)
    for section, points in reading.points:
        if points.block == section.start and points.weight and (name := key(section.title)):
            groups[section.parent, section.level, name].append((section, points))
    twice = {place: group for place, group in groups.items() if len(group) == 2}
    if not twice:
        return
    sheets = [sheet.nodes() for sheet in reading.facts.sheets if sheet.kind != "summary"]
    nodes = [node for sheet in sheets for node in sheet]
    once = {key(n.name) for n in nodes} - {
        k for sheet in sheets for k, n in Counter(key(n.name) for n in sheet).items() if n > _ONCE
    }
    opened = {key(section.title) for section, _ in reading.points}
    for (_, _, name), group in twice.items():
        weights = {p.weight.value for _, p in group if p.weight}
        if len(weights) != 2 or name not in once:
            continue
        missing = [n for n in nodes if n.weight and n.weight.value in weights and key(n.name) not in opened]
        if missing:
            yield _wrong(
                "heading_twice", "heading_twice", f"{name}（2次）",
                f"“{name}”的标题出现两次、分值不同，评分表中的“{missing[0].name}”却没有标题，疑为误写",
                [Quote(p.weight.evidence, p.weight.place) for _, p in reversed(group) if p.weight],
            )  # fmt: skip


# --- what other projects are about --------------------------------------------------------------------------------


def _foreign(reading: Reading) -> Iterator[Proposal]:
    """Where a report tells how an indicator did, or in the indicator's own name, a thing that projects of another field
    are about, and that it names nowhere else: 公共自行车站点建设资金 in a report on drains."""
    words = _WORDS["foreign"]
    fields = {field: re.compile(pattern) for field, pattern in words["objects"].items()}
    meta, words_of_all, pairs = reading.facts.meta, reading.shared(wording.whole), reading.shared(wording.pairs)
    titles = {c for v in (meta.title, meta.project_name) if v for c in v.value} - set(words["common"])
    if not titles:
        return
    for passage, names in _on_indicators(reading):
        for pattern in fields.values():
            m = pattern.search(passage.text)
            if m is None or titles.intersection(m.group()):
                continue
            if len(pattern.findall(words_of_all)) > len(pattern.findall(passage.text)):
                continue
            start = max((passage.text.rfind(mark, 0, m.start()) for mark in "，。；：、"), default=-1) + 1
            clause = re.split("[，。；]", passage.text[start:])[0]
            behind = passage.text[m.end() : m.end() + words["near"]]
            own = list(pairs_of(squeeze(passage.text))) if names else []
            strange = sum(pairs[pair] <= own.count(pair) for pair in own) >= _MOSTLY * len(own)
            tied = (names and strange) or re.search(words["with"], re.split("[，。；、]", behind)[0])
            if tied and not re.search(words["not"], clause):
                yield _wrong(
                    "residue_title", "foreign", f"{m.group()} ∉ 本项目",
                    f"“{squeeze(clause)}”所说的“{m.group()}”，报告其他地方没有提到，与本项目无关，疑为套用其他报告未改",
                    [Quote(passage.evidence(m.start(), m.end()), passage.place(m.start()))],
                )  # fmt: skip


def _on_indicators(reading: Reading) -> Iterator[tuple[Passage, bool]]:
    """The passages on scored indicators: the cells of their rows, with whether a cell is the name, and the paragraphs
    that open with one of their names."""
    leaves = [leaf for sheet in reading.facts.sheets if sheet.kind != "summary" for leaf in sheet.leaves()]
    rows = {(e.block, e.row) for leaf in leaves if (e := leaf.evidence).row is not None}
    labels = {squeeze(leaf.label) for leaf in leaves}
    names = {leaf.name for leaf in leaves if len(leaf.name) >= _SHORT_NAME}
    for passage in reading.passages:
        if passage.cell is not None:
            if (passage.block, passage.cell.row) in rows:
                yield passage, squeeze(passage.text) in labels
        else:
            opening = passage.text[:_LONGEST_MENTION]
            if any(name in opening for name in names):
                yield passage, False
