"""Title, kind, project, year, parties and date: from the cover first, from tables and prose where the cover is silent.

Labels, organisations' endings and phrases are data (data/meta.toml, patterns.json group `meta`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractor.data import load
from extractor.document import Document, Evidence, Heading, Paragraph, Table, cell_evidence, text_evidence
from extractor.language import matches, sentences, squeeze
from extractor.quantity import FOLD
from extractor.result import Meta, Value, Year

PARTIES = ("entrusting_party", "competent_department", "implementing_unit", "evaluator")

_MOST_FRONT = 30  # blocks before the first heading that may be a cover
_MOST_BACK = 8  # blocks at the end of the body that may be a signature
_LONGEST_LINE = 80
_LONGEST_NAME = 60
_LONGEST_TITLE = 45  # characters of a cover's line with commas
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零ＯO0o◯", "0")
_YEAR = re.compile(r"(?<![\d〔\[【（(])(20\d\d)\s*(?:年度|年)?(?!\d)")
_YEAR_WORD = re.compile(r"(?<![\d〔\[【])(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
_DATE = re.compile(
    r"(?P<y>(?:19|20)\d\d|[二〇○零一三四五六七八九ＯO0o◯]{4})(?:年|[-./])"
    r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})(?:月|[-./]|$)(?:(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})日?)?"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A text and where it stands."""

    text: str
    evidence: Evidence


def read_meta(document: Document) -> Meta:
    """What the report says of itself; what it does not say is None."""
    front = _front(document)
    told = _labelled(document, front)
    title = _title(document, front)
    is_evaluation = title is not None or _evaluates(document)
    if not is_evaluation:
        title = _other_title(document, front)
    kind = _kind(document, title, is_evaluation)
    whole_department = kind.value == "部门整体"
    parties = {role: told.get(role) for role in PARTIES}
    if is_evaluation:
        _from_prose(document, parties)
    project = told.get("project_name") if is_evaluation else None
    # The department's own report names no project; who was entrusted evaluates an object that the title names.
    entrusted = bool(parties["entrusting_party"] or parties["evaluator"])
    if is_evaluation and project is None and (entrusted or not whole_department):
        project = _project(document, front, title)
    date = _report_date(document, front, told)
    year = _evaluated_year(document, front, told, title, project, date)
    if is_evaluation:
        # Who signs a self-evaluation is the unit itself, who signs another report made it.
        signer = "implementing_unit" if kind.value == "部门自评" else "evaluator"
        parties[signer] = parties[signer] or _signature(document, signer)
        unit = _unit_of_title(title)
        if whole_department and parties["competent_department"] is None:
            # The department's whole spending is evaluated: it governs what it spends.
            parties["competent_department"] = parties["implementing_unit"] or unit
        _from_deeds(document, parties, project)
        department = parties["competent_department"] if whole_department else None
        if parties["implementing_unit"] is None and not (department and (not unit or unit.text == department.text)):
            parties["implementing_unit"] = unit or (None if _has_cover(document) else _subject(document, parties))
    return Meta(
        title=_value(title),
        kind=kind,
        project_name=_value(project),
        evaluated_year=year,
        report_date=date,
        **{role: _value(found) for role, found in parties.items()},
    )


def _value(found: _Found | None) -> Value | None:
    return Value(value=found.text, evidence=found.evidence) if found else None


@cache
def _data() -> dict[str, Any]:
    return load("meta")


@cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


# --- the cover ----------------------------------------------------------------------------------------------------


def _has_cover(document: Document) -> bool:
    return any(s.zone == "cover" for s in document.sections)


def _front(document: Document) -> list[int]:
    """The cover's blocks, or what stands before the first heading where there is no cover."""
    cover = [i for i in range(len(document.blocks)) if document.zone_of(i) == "cover"]
    if cover:
        return cover
    ends = _regex(_data()["title"]["ends"])
    headings = (
        i
        for i, b in enumerate(document.blocks)
        if isinstance(b, Heading) and (b.number or not ends.search(squeeze(b.text)))
    )
    return list(range(min(next(headings, len(document.blocks)), _MOST_FRONT)))


def _back(document: Document) -> list[int]:
    """The last blocks of the body and of the whole: where a report without a cover is signed."""
    body = [i for i in range(len(document.blocks)) if document.zone_of(i) == "body"]
    return body[-_MOST_BACK:]


@cache
def _label_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    roles = {label: role for role, labels in _data()["labels"].items() for label in labels}
    words = sorted(roles, key=len, reverse=True)
    spaced = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
    return re.compile(f"(?:{spaced})"), roles


@dataclass(frozen=True, slots=True)
class _Label:
    """A label in a line: the roles that it names and the characters `start:end` it takes, colon included."""

    roles: tuple[str, ...]
    start: int
    end: int
    colon: bool


def _labels(line: str) -> list[_Label]:
    """The labels of a line: at its start or behind white space, ended by a colon, a wide gap or the line's end; at the
    start of a line that is no sentence by a seal's bracket, a blank or the name of an organisation, too."""
    pattern, roles = _label_pattern()
    clean = _data()["clean"]
    ends = rf"{clean['after_label']}{clean['label_ends']}\s*{clean['after_label']}"
    rest = _regex(rf"\s*{ends}\s*(?P<colon>[:：∶﹕︰]|(?=\s{{2,}}|\t|$))")
    joint = _regex(rf"\s*{clean['joint']}\s*")
    out: list[_Label] = []
    at = 0
    while m := pattern.search(line, at):
        at = m.end()
        glued = bool(m.start()) and not (line[m.start() - 1].isspace() or line[m.start() - 1] in "*#|　")
        if glued and not _ends_in_organisation(line[: m.start()]):
            continue
        named = [roles[squeeze(m.group())]]
        end = m.end()
        while (j := joint.match(line, end)) and (n := pattern.match(line, j.end())):
            named.append(roles[squeeze(n.group())])
            end = n.end()
            if line[end : end + 1] in ("）", ")"):
                end += 1
        stop = rest.match(line, end) or (None if line[: m.start()].strip("*#") else _bare_gap(line, end))
        if glued and stop and not stop.end() - end:
            stop = None  # at the line's end: a word of the name itself
        if stop:
            out.append(_Label(tuple(dict.fromkeys(named)), m.start(), stop.end(), bool(stop.groupdict().get("colon"))))
            at = stop.end()
    return out


def _ends_in_organisation(text: str) -> bool:
    """Whether the name of an organisation stands at the end: the line before was joined to the label."""
    return bool(_regex(_data()["organisation"]["suffix"] + "$").search(text))


def _bare_gap(line: str, end: int) -> re.Match[str] | None:
    """What stands between a label that ends at `end` and its value where no colon does: a seal's bracket or a blank, or
    nothing at all before an organisation. None in a sentence and in a title."""
    if _is_prose(line) or re.search("[，。；、]", line) or _regex(_data()["title"]["ends"]).search(squeeze(line)):
        return None
    gap = _regex(rf"{_data()['clean']['after_label']}\s*").match(line, end)
    if gap and len(squeeze(line[gap.end() :])) >= 2 and (gap.group() or _is_organisation(squeeze(line[end:]))):
        return gap
    return None


def _is_prose(text: str) -> bool:
    """Whether a paragraph is sentences, not a line of a cover."""
    return len(squeeze(text)) > _LONGEST_TITLE and bool(re.search("[，。]", text))


def _labelled(document: Document, front: list[int]) -> dict[str, _Found]:
    """What labels tell: on the cover, at the end of the body, then in tables and short lines of the report."""
    told: dict[str, _Found] = {}
    for role, found in _pairs(document, front):
        told.setdefault(role, found)
    cover = set(front)
    for role, found in _pairs(document, [i for i in _back(document) if i not in cover]):
        if role in PARTIES and _is_organisation(found.text):
            told.setdefault(role, found)
    for role, found in _table_pairs(document, cover):
        if role in ("project_name", *PARTIES) or found.evidence.block in cover:
            told.setdefault(role, found)
    party = told.get("entrusting_party")
    if party and "evaluator" not in told and _regex(_data()["organisation"]["firm"]).search(party.text):
        told["evaluator"] = told.pop("entrusting_party")  # 委托评价机构：某某公司 is who was entrusted
    return told


def _pairs(document: Document, blocks: list[int]) -> Iterator[tuple[str, _Found]]:
    """Labels with their values in the paragraphs of some blocks, the value behind the label or on the next line."""
    waiting: tuple[str, ...] = ()
    for position, i in enumerate(blocks):
        block = document.blocks[i]
        if isinstance(block, Table):
            continue
        text = block.text
        labels = _labels(text) if len(text) <= 3 * _LONGEST_LINE else []
        if not labels:
            value = _name(text)
            for role in waiting:
                if value and len(value) <= _LONGEST_NAME:
                    yield role, _Found(value, text_evidence(document, i, 0, len(text), (0, len(text))))
            waiting = ()
            continue
        waiting = ()
        for n, label in enumerate(labels):
            end = labels[n + 1].start if n + 1 < len(labels) else len(text)
            end -= _foreign_label(text[label.end : end])
            value = _name(text[label.end : end])
            if value and set(label.roles) & set(PARTIES):
                value = _regex(_data()["clean"]["code"]).sub("", value)
            if value and n + 1 == len(labels) and set(label.roles) & set(PARTIES):
                value = _whole_name(document, value, blocks[position + 1 :])
            if value and len(value) <= _LONGEST_NAME:
                for role in label.roles:
                    yield role, _Found(value, text_evidence(document, i, label.end, end, (0, len(text))))
            elif not value and n + 1 == len(labels) and (label.colon or len(squeeze(text)) <= 10):
                waiting = label.roles


def _pairs_of_line(line: str) -> Iterator[tuple[str, str]]:
    """Labels with the values that stand behind them in the same cell."""
    labels = _labels(line)
    for n, label in enumerate(labels):
        end = labels[n + 1].start if n + 1 < len(labels) else len(line)
        value = _name(line[label.end : end - _foreign_label(line[label.end : end])])
        if value and len(value) <= _LONGEST_NAME:
            yield from ((role, value) for role in label.roles)


def _foreign_label(text: str) -> int:
    """How many characters at the end of a value belong to a label that is none of ours: …局  联系人：某某."""
    m = _regex(_data()["clean"]["foreign_label"]).search(text)
    return len(text) - m.start() if m else 0


def _whole_name(document: Document, value: str, following: list[int]) -> str:
    """A party's name that the next line goes on with: …管理咨询 / 有限公司."""
    block = document.blocks[following[0]] if following else None
    if _is_organisation(value) or not isinstance(block, Paragraph) or _labels(block.text) or _date(squeeze(block.text)):
        return value
    whole = _name(value + block.text)
    return whole if whole and len(whole) <= _LONGEST_NAME and _is_organisation(whole) else value


def _table_pairs(document: Document, cover: set[int]) -> Iterator[tuple[str, _Found]]:
    """Label and value in neighbouring cells, of tables on the cover first, then anywhere."""
    tables = sorted(document.tables(), key=lambda t: t[0] not in cover)
    roles = _label_pattern()[1]
    for block, number, table in tables:
        for r in range(min(len(table.rows), _MOST_FRONT)):
            own = list(table.own(r))
            for cell in own if block in cover else []:
                for role, told in _pairs_of_line(cell.text.replace("\n", " ")):
                    yield role, _Found(told, cell_evidence(document, block, number, r, cell.column))
            if len(own) > 8 or (r == 0 and block not in cover and _names_columns(table)):
                continue
            for label, value in zip(own, own[1:], strict=False):
                word = re.sub(r"[（(].*?[)）]|及代码|[:：]$", "", squeeze(label.text))
                text = _name(value.text)
                word = word if word in roles else word.removesuffix("名称")
                if word in roles and text and len(text) <= _LONGEST_NAME and squeeze(text) not in roles:
                    if roles[word] in PARTIES and not _are_organisations(re.sub(r"^\d+[-—]?|[（(].*$", "", text)):
                        continue
                    yield roles[word], _Found(text, cell_evidence(document, block, number, r, value.column))


def _names_columns(table: Table) -> bool:
    """Whether the first row heads columns rather than telling pairs of label and value."""
    return bool(table.header or (table.width > 2 and len(table.rows) > 2)) and not _is_form(table)


def _is_form(table: Table) -> bool:
    """Whether a table's first two rows begin with labels: pairs of label and value, its first row no heading."""
    roles = _label_pattern()[1]
    return all(squeeze(row[0].text).rstrip(":：") in roles for row in table.rows[:2])


def _name(text: str) -> str | None:
    """A value as written, without marks around it and without blanks between Chinese characters."""
    clean = _data()["clean"]
    value = re.sub(
        r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", re.split("[。；]", text)[0].strip(" \t\u3000*#|:：∶﹕︰_")
    )
    value = _regex(clean["tail"]).sub("", value).strip("_ ")
    return value if value and not _regex(clean["nothing"]).search(value) else None


# --- title, kind, project, year, date ----------------------------------------------------------------------------


def _title(document: Document, front: list[int]) -> _Found | None:
    """The lines of the cover that end in …评价报告, joined."""
    rules = _data()["title"]
    lines: list[tuple[int, str]] = []
    for i in front:
        block = document.blocks[i]
        if isinstance(block, Table):
            continue
        line = squeeze(block.text.strip("#* "))
        if not line:
            continue
        if _labels(block.text) or _date(line) or _regex(rules["skip"]).search(line) or len(line) > _LONGEST_LINE:
            lines = []
            continue
        if lines and lines[-1][1] == line:
            continue  # a running header over the title
        lines.append((i, line))
        if _regex(rules["ends"]).search(line):
            return _joined(document, lines)
    return None


def _joined(document: Document, lines: list[tuple[int, str]]) -> _Found:
    first = lines[0][0]
    block = document.blocks[first]
    assert isinstance(block, Paragraph)
    end = len(block.text)
    return _Found("".join(line for _, line in lines), text_evidence(document, first, 0, end, (0, end)))


def _other_title(document: Document, front: list[int]) -> _Found | None:
    """The first lines of a document that is no evaluation report, up to the one that ends as titles do."""
    rules = _data()["title"]
    lines: list[tuple[int, str]] = []
    for i in front or range(min(4, len(document.blocks))):
        block = document.blocks[i]
        line = squeeze(block.text) if isinstance(block, Paragraph) else ""
        if not line or (not lines and _regex(rules["skip"]).search(line)):
            continue
        if len(line) > _LONGEST_LINE or line.endswith(("。", "；", "，")) or len(lines) == 3:
            return None
        lines.append((i, line))
        if _regex(rules["other_ends"]).search(line):
            return _joined(document, lines)
    return None


def _evaluates(document: Document) -> bool:
    """Whether a document without a title is an evaluation report: it gives the evaluated project a score or grade."""
    pattern = _regex(_data()["kind_evaluates"])
    return any(pattern.search(p.text) for _, p in document.paragraphs())


def _kind(document: Document, title: _Found | None, is_evaluation: bool) -> Value:
    if not is_evaluation:
        return Value(value="其他", evidence=title.evidence if title else None)
    text = title.text if title else ""
    for kind, pattern in _data()["kind"].items():
        if _regex(pattern).search(text):
            return Value(value=kind, evidence=title.evidence if title else None)
    return Value(value="项目支出", evidence=title.evidence if title else None)


def _project(document: Document, front: list[int], title: _Found | None) -> _Found | None:
    """The project's name: the title up to 绩效评价报告, else as the body names it."""
    rules = _data()["title"]
    if title:
        name = _regex(rules["lead"]).sub("", _regex(rules["tail"]).sub("", title.text)).removesuffix("的")
        if name != title.text and not _regex(rules["generic"]).search(name):
            return _Found(name, title.evidence)
        for i in front:
            block = document.blocks[i]
            if isinstance(block, Paragraph) and (m := _regex(rules["subtitle"]).match(squeeze(block.text))):
                return _Found(m["name"], text_evidence(document, i, 0, len(block.text), (0, len(block.text))))
    project = _data()["project"]
    for pattern in project["prose"]:
        for i, paragraph in document.paragraphs():
            if not _tells(document, i, paragraph.text):
                continue
            for m in _regex(pattern).finditer(paragraph.text):
                name = _regex(project["lead"]).sub("", squeeze(m["name"]))
                if 3 <= len(name) <= 50 and not _regex(project["not_one"]).search(name):
                    return _Found(name, text_evidence(document, i, *m.span("name")))
    return None


def _evaluated_year(
    document: Document,
    front: list[int],
    told: dict[str, _Found],
    title: _Found | None,
    project: _Found | None,
    date: Value | None,
) -> Year | None:
    """The year in the title, a label or the project's name (the last of a span), the project's first where the title
    names none; else of a line of the cover or the period said to be evaluated, else the one most spoken of."""
    # A title without a project in it, 2023年度财政重点绩效评价报告, may name the year of the evaluating.
    general = title is not None and (project is None or project.evidence.block != title.evidence.block)
    named = (project, told.get("evaluated_year"), title) if general else (title, told.get("evaluated_year"), project)
    for found in named:
        if found and (years := _YEAR.findall(found.text)):
            return Year(value=int(years[-1]), evidence=found.evidence)
    rules = _data()["year"]
    text = [
        (i, p.text)
        for i, p in document.paragraphs()
        if document.zone_of(i) not in ("cover", "contents") or _tells(document, i, p.text)
    ]
    cover = [(i, b.text) for i in front if isinstance(b := document.blocks[i], Paragraph) and not _is_prose(b.text)]
    for lines, pattern in ((cover, rules["cover"]), (text, rules["period"])):
        for i, line in lines:
            if m := _regex(pattern).search(line.replace(" ", "")):
                return Year(value=int(m[1]), evidence=text_evidence(document, i, 0, len(line)))
    return _year_spoken_of(document, text, int(str(date.value)[:4]) if date else None)


def _year_spoken_of(document: Document, text: list[tuple[int, str]], reported: int | None) -> Year | None:
    """The year most spoken of, that of money counting more; what a title in 《》 names counts only where nothing else
    does, and no report is dated before the year that it evaluates."""
    rules = _data()["year"]
    points: Counter[int] = Counter()
    in_titles: Counter[int] = Counter()
    first: dict[int, Evidence] = {}
    for i, line in text:
        bare = _regex(rules["titles"]).sub(lambda m: " " * len(m.group()), line)
        for m in _YEAR_WORD.finditer(line):
            year = int(m[1])
            if reported and year > reported:
                continue
            (points if bare[m.start() : m.end()].strip() else in_titles)[year] += 1
            if year not in first:
                first[year] = text_evidence(document, i, *m.span(1))
        for m in _regex(rules["money"]).finditer(bare):
            points[int(m["year"] or m["until"])] += rules["money_points"]
    counted = points if points.keys() & first.keys() else in_titles
    ranked = [y for y in counted if y in first]
    if not ranked:
        return None
    year = max(ranked, key=lambda y: (counted[y], y))
    return Year(value=year, evidence=first[year])


def _report_date(document: Document, front: list[int], told: dict[str, _Found]) -> Value | None:
    """The date on the cover or under the signature: labelled, or a line of its own."""
    if (found := told.get("report_date")) and (date := _date(squeeze(found.text), whole=False)):
        return Value(value=date, evidence=found.evidence)
    ends = list(range(max(0, len(document.blocks) - 4), len(document.blocks)))
    for blocks in (front, _back(document)[::-1], ends[::-1]):
        for i in blocks:
            block = document.blocks[i]
            if isinstance(block, Paragraph) and (date := _date_of_line(block.text.strip("#* "))):
                return Value(value=date, evidence=text_evidence(document, i, 0, len(block.text), (0, len(block.text))))
    return None


def _date_of_line(line: str) -> str | None:
    """The date of a line that is one, alone or with the name of an organisation or a place beside it, in brackets or
    not: （某某公司  2023年7月）."""
    if (date := _date(squeeze(line))) or not (beside := _beside_date(line)):
        return date
    date, other, apart = beside
    rules = _data()["dated"]
    if not other or _is_organisation(other) or _regex(rules["done"]).fullmatch(other):
        return date
    return date if apart and _regex(rules["place"]).fullmatch(other) else None


def _beside_date(line: str) -> tuple[str, str, bool] | None:
    """The date of a short line, what stands before or behind it, and whether a gap sets the two apart."""
    rules = _data()["dated"]
    gap = rf"(?P<{{}}>{rules['between']}|[（(])?"
    shape = rf"(?:(?P<before>.+?){gap.format('first')})?{rules['date']}[）)]?(?:{gap.format('second')}(?P<after>.+))?"
    bare = _regex(rules["marks"]).sub("", line.strip()) if line.strip()[:1] in "（(【[" else line.strip()
    beside = _regex(shape).fullmatch(bare.strip()) if len(bare) <= _LONGEST_LINE else None
    date = _date(squeeze(beside["date"])) if beside else None
    if beside is None or date is None or (beside["before"] and beside["after"]):
        return _bare_date(bare)
    other = squeeze(beside["before"] or beside["after"] or "").strip("（()）")
    return date, other, bool(beside["first"] or beside["second"])


def _bare_date(text: str) -> tuple[str, str, bool] | None:
    date = _date(squeeze(text))
    return (date, "", False) if date else None


def _date(text: str, whole: bool = True) -> str | None:
    """`YYYY-MM` or `YYYY-MM-DD` of a line that is a date (`whole`), or of the last date in a text."""
    text = text.translate(FOLD)
    found = [m for m in [_DATE.fullmatch(text)] if m] if whole else list(_DATE.finditer(text))
    if not found:
        return None
    m = found[-1]
    year = "".join(_DIGITS.get(c, c) for c in m["y"])
    month, day = _small_number(m["m"]), _small_number(m["d"])
    if not year.isdigit() or month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")


def _small_number(text: str | None) -> int | None:
    """1 to 99 in digits or Chinese: 9, 九, 十二, 二十八."""
    if not text:
        return None
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(_DIGITS[c] for c in text))
    return (int(_DIGITS[tens]) if tens else 1) * 10 + (int(_DIGITS[ones]) if ones else 0)


def _tells(document: Document, block: int, text: str) -> bool:
    """Whether a paragraph is the report's own prose; the introduction may stand on the cover."""
    zone = document.zone_of(block)
    return zone not in ("cover", "contents", "appendix") or (zone == "cover" and _is_prose(text))


# --- parties in prose ---------------------------------------------------------------------------------------------


def _is_organisation(text: str) -> bool:
    rules = _data()["organisation"]
    return bool(re.search(rules["suffix"] + "$", text)) and not _regex(rules["not_one"]).search(text)


def _are_organisations(text: str) -> bool:
    """Whether a text is the name of an organisation or a list of such names, 等3家 at its end allowed."""
    rules = _data()["organisation"]
    names = [n for n in re.split(rules["several"], _regex(rules["and_others"]).sub("", text)) if n]
    # 与, 和 and 及 stand inside names, too: a name that is whole as it stands needs no splitting.
    return _is_organisation(text) or (len(names) > 1 and all(_is_organisation(n) for n in names))


def _from_prose(document: Document, parties: dict[str, _Found | None]) -> None:
    """Fills the parties that labels do not name from sentences: 受市财政局委托, 项目主管单位为…, 我司（…公司）."""
    gate = _regex(_data()["organisation"]["gate"])
    missing = {role for role, found in parties.items() if found is None}
    for i, paragraph in document.paragraphs():
        if not missing:
            return
        if not _tells(document, i, paragraph.text) or not gate.search(paragraph.text):
            continue
        for start, end in sentences(paragraph.text):
            sentence = paragraph.text[start:end]
            if not gate.search(sentence):
                continue
            for role, name in _parties_of(sentence):
                if role not in missing:
                    continue
                if _regex(_data()["organisation"]["addressed"]).search(name):
                    parties[role] = _addressee(document, i)
                else:
                    at = max(paragraph.text.find(name, start), start)
                    if role == "implementing_unit" and (more := _further().match(paragraph.text[:end], at + len(name))):
                        name += more.group()
                    evidence = text_evidence(document, i, at, at + len(name), (start, end))
                    full = name if role == "entrusting_party" else _in_full(document, squeeze(name), parties)
                    parties[role] = _Found(squeeze(full), evidence)
                if parties[role]:
                    missing.discard(role)


@cache
def _one_organisation() -> str:
    """The expression for one organisation in a sentence."""
    return str(_data()["prose"]["organisation"].replace("{suffix}", _data()["organisation"]["suffix"]))


@cache
def _further() -> re.Pattern[str]:
    """Further organisations of a list, up to what closes it."""
    return re.compile(f"(?:[、和与及]{_one_organisation()})+{_data()['organisation']['boundary']}")


@cache
def _deeds() -> tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]:
    """The patterns of parties by what they do, role by role."""
    rules = _data()["prose"]
    one = _one_organisation()
    parts = {"{orgs}": f"{one}(?:[、和与及]{one}){{0,5}}", "{short}": rules["short"], "{start}": rules["start"]}

    def pattern(text: str) -> re.Pattern[str]:
        for mark, part in parts.items():
            text = text.replace(mark, part)
        return re.compile(text)

    return tuple((role, tuple(map(pattern, rules[role]))) for role in PARTIES)


def _from_deeds(document: Document, parties: dict[str, _Found | None], project: _Found | None) -> None:
    """Fills who governs and who carries out from what sentences on the project say that they do: 由某市水利局牵头,
    某市河道管理处具体负责实施; who evaluates for whom from sentences on the evaluation. Parts of the project tell
    nothing of the whole."""
    rules = _data()["prose"]
    wanted, unwanted, idle = (_regex(rules[k]) for k in ("sections", "not_sections", "not_sentence"))
    for i, paragraph in document.paragraphs():
        if not _tells(document, i, paragraph.text):
            continue
        titles = document.titles_of(i)
        advises = bool(_regex(rules["advice"]).search(titles))
        of_project = not unwanted.search(titles) and (not titles or bool(wanted.search(titles)))
        for start, end in sentences(paragraph.text):
            sentence = paragraph.text[start:end]
            evaluates = not advises and bool(_regex(rules["evaluates"]).search(sentence))
            for role, patterns in _deeds():
                tells = (
                    evaluates if role in ("entrusting_party", "evaluator") else of_project and not idle.search(sentence)
                )
                if tells and parties[role] is None and (m := _deed(role, patterns, sentence, project)):
                    at = start + sentence.index(m)
                    evidence = text_evidence(document, i, at, at + len(m), (start, end))
                    parties[role] = _Found(_in_full(document, m, parties), evidence)


def _deed(role: str, patterns: tuple[re.Pattern[str], ...], sentence: str, project: _Found | None) -> str | None:
    """The organisation that a sentence says to fill a role, as written there."""
    rules = _data()["prose"]
    for pattern in patterns:
        for m in pattern.finditer(sentence):
            name = _regex(rules["holder"]).sub("", m["name"])
            if role == "competent_department":
                name = re.split("[、和与及]", name)[0] if _is_organisation(re.split("[、和与及]", name)[0]) else name
                if _regex(rules["competent_not"]).search(name):
                    continue
            if not _are_organisations(name):
                continue
            if role in ("entrusting_party", "evaluator"):
                # Firms evaluate and are not those who let evaluate.
                if bool(_regex(_data()["organisation"]["company"]).search(name)) == (role == "evaluator"):
                    return name
                continue
            if _regex(rules["part_before"]).search(re.split("[，。；：、,;:]", sentence[: m.start("name")])[-1]):
                continue
            if m.group()[0] in "由委交授" and not _of_whole(sentence[: m.start("name")], project):
                continue
            return name
    return None


def _of_whole(before: str, project: _Found | None) -> bool:
    """Whether the clause before 由某某局实施 speaks of all of the project: of nothing else, or by its name."""
    clause = re.split("[，。；：、,;:]", before)[-1]
    if _regex(_data()["prose"]["before_by"]).search(clause):
        return True
    subject = re.sub("(?:由|委托|交由|授权)$", "", clause).removeprefix("本")
    return bool(project and len(subject) >= 4 and subject in project.text)


def _in_full(document: Document, name: str, parties: dict[str, _Found | None]) -> str:
    """A short form in full: as the report introduces it, else 市水利局 with the place of who is named with one."""
    introduced = _data()["subject"]["in_full"].replace("{short}", re.escape(name))
    suffix = re.compile(_data()["organisation"]["suffix"] + "$")
    for _, paragraph in document.paragraphs():
        if (m := _regex(introduced).search(paragraph.text)) and suffix.search(m["name"]):
            full = _regex(_data()["organisation"]["lead"]).sub("", re.split("由|委托", m["name"])[-1])
            return full if _is_organisation(full) else name
    if name[0] not in "省市州盟区县旗":
        return name
    for found in parties.values():
        if found and (place := re.match(rf"[\u4e00-\u9fff]{{2,8}}?{name[0]}(?=[\u4e00-\u9fff]{{2}})", found.text)):
            return place.group() + name[1:]
    return name


def _addressee(document: Document, before: int) -> _Found | None:
    """The organisation that a report is addressed to: 某市财政局： on a line of its own."""
    for i, paragraph in document.paragraphs():
        line = squeeze(paragraph.text)
        if i < before and line.endswith(("：", ":")) and _is_organisation(line[:-1]):
            return _Found(line[:-1], text_evidence(document, i, 0, len(paragraph.text), (0, len(paragraph.text))))
    return None


def _signature(document: Document, role: str) -> _Found | None:
    """The organisation on a line of its own right above a date, or beside it: an evaluator has to be a company or the like."""
    company = _regex(_data()["organisation"]["company"])
    for i, paragraph in document.paragraphs():
        after = document.blocks[i + 1] if i + 1 < len(document.blocks) else None
        beside = _beside_date(paragraph.text) if role == "evaluator" else None
        if beside and _is_organisation(beside[1]) and company.search(beside[1]):
            return _Found(beside[1], text_evidence(document, i, 0, len(paragraph.text), (0, len(paragraph.text))))
        if not isinstance(after, Paragraph) or _labels(after.text) or not _date(squeeze(after.text)):
            continue
        name = _name(paragraph.text)
        if (
            name
            and len(name) <= _LONGEST_NAME
            and _is_organisation(name)
            and (role != "evaluator" or company.search(name))
        ):
            return _Found(name, text_evidence(document, i, 0, len(paragraph.text), (0, len(paragraph.text))))
    return None


def _parties_of(sentence: str) -> Iterator[tuple[str, str]]:
    """(role, name) for each party that a sentence names."""
    rules = _data()["organisation"]
    company, treasury, addressed = (_regex(rules[k]) for k in ("company", "treasury", "addressed"))
    for role, first, last, doc in sorted(matches("meta", sentence), key=lambda m: (m[1] - m[2], m[0])):
        tags = [doc[i].tag_ for i in range(first, last)]
        text = doc[first:last].text
        if role == "entrusting_party":
            at = tags.index("ENTRUST")
            name = _regex(rules["lead"]).sub("", doc[first + (tags[0] == "BY") : first + at].text.strip())
            said_so = tags[0] == "BY" or tags[-1] == "US" or treasury.search(name)
            if addressed.search(name) or (_is_organisation(name) and said_so):
                yield role, name
        elif role == "evaluator":
            if "评价" not in sentence or (tags[0] == "ENTRUST" and not treasury.search(sentence)):
                continue
            tail = _regex(rules["before_evaluator"]).sub("", text.partition("委托")[2] or text)
            found = _leading_organisation(tail)
            if found and company.search(found):
                yield role, found
        else:
            roles = [i for i, tag in enumerate(tags) if tag.startswith("ROLE_")]
            if tags[0] == "AGENT":
                found = _regex(_data()["prose"]["holder"]).sub("", doc[first + 1 : last - 1].text.strip())
                clause = re.split("[，。；：、,;:]", doc[:first].text)[-1]
                part = _regex(_data()["prose"]["part_before"]).search(clause)
                found = found if _is_organisation(found) and not part else None
            elif roles[0] == 0:
                found = _leading_organisation(doc[first + roles[-1] + 1 : last].text.lstrip("为是：: "))
            else:
                found = _regex(rules["lead"]).sub("", text[: text.index("为") if "为" in text else text.index("是")])
                found = found if _is_organisation(found) else None
            if found:
                yield role, found


def _leading_organisation(text: str) -> str | None:
    """The organisation that a text begins with."""
    rules = _data()["organisation"]
    m = re.match(rf"(?P<name>[^，。；、：:“”《》]{{2,40}}?{rules['suffix']}){rules['boundary']}", text)
    return m["name"] if m and _is_organisation(m["name"]) else None


def _unit_of_title(title: _Found | None) -> _Found | None:
    """The department that a title begins with: …局2021年度…项目."""
    if title and (m := _regex(_data()["title"]["department_in_title"]).match(title.text)):
        return _Found(m["unit"], title.evidence)
    return None


def _subject(document: Document, parties: dict[str, _Found | None]) -> _Found | None:
    """The unit that a report without a cover speaks of and that has no part in it yet: introduced with its short name,
    else named most often."""
    known = {found.text for found in parties.values() if found}
    rules = _data()["subject"]
    suffix = _data()["organisation"]["suffix"]
    introduced = re.compile(rules["introduced"].replace("{suffix}", suffix))
    named = re.compile(rf"[\u4e00-\u9fff]{{4,24}}?{suffix}")
    counted: Counter[str] = Counter()
    first: dict[str, Evidence] = {}
    for i, paragraph in document.paragraphs():
        for m in introduced.finditer(paragraph.text):
            name = _regex(_data()["organisation"]["lead"]).sub("", m["name"])
            if _is_subject(name) and name not in first and name not in known:
                return _Found(name, text_evidence(document, i, *m.span("name")))
        for m in named.finditer(paragraph.text):
            name = _regex(r"^(?:20\d\d年|年|根据|由|为|对|了解|充分|深入)+").sub("", m.group())
            if _is_subject(name) and name not in known:
                counted[name] += 1
                first.setdefault(name, text_evidence(document, i, *m.span()))
    if not counted:
        return None
    name, times = counted.most_common(1)[0]
    return _Found(name, first[name]) if times >= rules["fewest"] else None


def _is_subject(name: str) -> bool:
    return _is_organisation(name) and not _regex(_data()["subject"]["not_one"]).search(name)
