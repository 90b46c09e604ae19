"""Rule text.residue: one document cited under two numbers, one number for two documents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from extractor.checks.engine.digits import changed, is_slip, swapped
from extractor.checks.engine.proposal import Proposal, Quote, Term
from extractor.checks.sources.likeness import alike
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze
from extractor.quantity import Figure

RULE = "text.residue"
_WORDS = load("document_number")
_CONFIDENCE = load("confidence")["text_residue"]
_NUMBER = re.compile(_WORDS["number"])
_WINDOW = 140
_SAME_TITLE, _OTHER_TITLE = 0.8, 0.3
_SHORTEST_DOCUMENT, _SHORTEST_LOCAL, _SHORTEST_PART = 10, 6, 8
_MOST_NUMBERS, _MOST_COPIES = 30, 5
_OPENING = "（(〔[【"


@dataclass(frozen=True, slots=True)
class Cited:
    """A document as cited: its number, and its title where it stands beside it. `issuer` and `subject` are what stands
    before and after 关于 in the title; `core` is the subject without its place and edition; `kind` is what the clause
    around a number without a title says that the document is."""

    title: str
    issuer: str
    subject: str
    core: str
    kind: str
    number: tuple[str, str, str]
    year: Term
    serial: Term
    quote: Quote

    @property
    def written(self) -> str:
        return f"{self.number[0]}〔{self.number[1]}〕{self.number[2]}号"


def propose(reading: Reading) -> Iterator[Proposal]:
    found = [cited for passage in reading.passages if "号" in passage.text for cited in _cited(passage)]
    by_number: dict[tuple[str, str, str], list[Cited]] = defaultdict(list)
    for cited in found:
        by_number[cited.number].append(cited)
    for group in by_number.values():
        yield from _two_titles([c for c in group if c.title])
    yield from _two_numbers(found, by_number)


# --- citations ----------------------------------------------------------------------------------------------------


def _cited(passage: Passage) -> Iterator[Cited]:
    text = passage.text
    for m in _NUMBER.finditer(text):
        before = text[max(0, m.start() - _WINDOW) : m.start()]
        title = re.search(_WORDS["before"], before) or re.search(_WORDS["after"], text[m.end() : m.end() + _WINDOW])
        opened = before.rstrip().endswith(tuple(_OPENING))
        issuer = squeeze(m["issuer"]) if opened else re.sub(_WORDS["lead"], "", squeeze(m["issuer"]))
        name = _bare(title["title"]) if title else ""
        from_office, _, subject = name.rpartition("关于") if "关于" in name else ("", "", name)
        subject = re.sub(_WORDS["issued"], "", subject)
        core = re.sub(_WORDS["edition"], "", re.sub(_WORDS["local"], "", subject))
        number = (issuer, m["year"], m["serial"].lstrip("0"))
        written = f"{number[0]}〔{number[1]}〕{number[2]}号"
        kind = "" if name else _kind(passage, m)
        label = f"《{name}》" if name else f"{kind}文件"
        start = m.start() - (len(before) - title.start() if title and title.string == before else 0)
        yield Cited(
            name, from_office, subject, core, kind, number,
            _term(passage, *m.span("year"), "年", f"{label}的文号{written}所写年份"),
            _term(passage, *m.span("serial"), "号", f"{label}的文号{written}，序号"),
            Quote(passage.evidence(start, m.end()), passage.place(start)),
        )  # fmt: skip


def _bare(title: str) -> str:
    return re.sub(_WORDS["wrapper"], "", re.sub(_WORDS["wrapper"], "", title))


def _term(passage: Passage, start: int, end: int, unit: str, label: str) -> Term:
    text = passage.text[start:end]
    return passage.term(Figure(text, Decimal(text), unit, 0, start, end, end), label)


def _kind(passage: Passage, number: re.Match[str]) -> str:
    """What the clause around a number says that the document is, empty where it says more than that."""
    text = passage.text
    before = re.split("[。；;，,、\n]", text[max(0, number.start() - _WINDOW) : number.start()])[-1]
    after = re.split("[。；;，,、\n]", text[number.end() : number.end() + _WINDOW])[0]
    kind = re.search(_WORDS["bare"]["kind"], before + after)
    lead = re.sub(_WORDS["lead"], "", number["issuer"])
    rest = before + number["issuer"].removesuffix(lead) + after
    return kind.group() if kind and not re.sub(_WORDS["bare"]["filler"], "", rest) else ""


# --- one number, two documents ------------------------------------------------------------------------------------


def _two_titles(group: list[Cited]) -> Iterator[Proposal]:
    """One number for documents of two issuers, or for two documents."""
    if not group:
        return
    first = group[0]
    for other in {c.title: c for c in group[1:] if c.title != first.title}.values():
        one, two = _places(first.issuer), _places(other.issuer)
        same = alike(first.subject, other.subject)
        quotes = tuple(c.quote for c in group if c.title in (first.title, other.title))
        expression = f"{first.written}：《{first.title}》，《{other.title}》"
        if same >= _SAME_TITLE and one and two and not one & two:
            yield _wrong(
                "number_issuer", expression,
                f"同一文号{first.written}既写作《{first.title}》，又写作《{other.title}》，发文机关不一致", quotes,
            )  # fmt: skip
        elif alike(first.title, other.title) < _OTHER_TITLE and not _part(first.subject, other.subject):
            yield _wrong(
                "number_title", expression,
                f"同一文号{first.written}用于两份文件《{first.title}》和《{other.title}》", quotes,
            )  # fmt: skip


def _wrong(confidence: str, expression: str, reason: str, quotes: tuple[Quote, ...]) -> Proposal:
    return Proposal(
        RULE, "text", "document_number", (), confidence=_CONFIDENCE[confidence], holds=False,
        expression=expression, reason=reason, quotes=quotes,
    )  # fmt: skip


def _part(one: str, other: str) -> bool:
    return one in other or other in one


def _places(issuer: str) -> frozenset[str]:
    return frozenset(re.findall(_WORDS["place"], re.sub("中共", "", issuer)))


# --- one document, two numbers ------------------------------------------------------------------------------------


def _two_numbers(found: list[Cited], by_number: dict[tuple[str, str, str], list[Cited]]) -> Iterator[Proposal]:
    """Citations of one document: whether all of them give one number."""
    for group in _alike_numbers(by_number):
        for one, other in combinations(group, 2):
            named = _same_document(by_number[one], by_number[other])
            if named:
                yield _differ(named, _about(named, by_number[one]), _about(named, by_number[other]))
    by_title: dict[str, list[Cited]] = defaultdict(list)
    for cited in found:
        if len(cited.title) >= _SHORTEST_DOCUMENT:
            by_title[cited.title].append(cited)
    for copies in by_title.values():
        most = Counter(c.number for c in copies).most_common(1)[0][0]
        same = [c.serial for c in copies if c.number == most]
        if len(same) > 1:
            yield _equal(same[0], same[1 : _MOST_COPIES + 1], _CONFIDENCE["title_number"], "", f"{copies[0].written}")


def _alike_numbers(by_number: dict[tuple[str, str, str], list[Cited]]) -> Iterator[list[tuple[str, str, str]]]:
    """The numbers that may be one number written differently: two of issuer, year and serial agree, or one title
    stands under both."""
    groups: dict[object, dict[tuple[str, str, str], None]] = defaultdict(dict)
    for number, copies in by_number.items():
        issuer, year, serial = number
        keys: list[object] = [(issuer[-2:], year), (issuer[-2:], "", serial), ("", year, serial)]
        for key in [*keys, *(c.subject for c in copies if len(c.subject) >= _SHORTEST_DOCUMENT)]:
            groups[key].setdefault(number)
    done: set[frozenset[tuple[str, str, str]]] = set()
    for group in groups.values():
        for pair in combinations(list(group)[:_MOST_NUMBERS], 2):
            if frozenset(pair) not in done:
                done.add(frozenset(pair))
                yield list(pair)


@dataclass(frozen=True, slots=True)
class Same:
    """A document that stands under two numbers, as it is called, with its titles; `confidence` names how sure that it
    is one."""

    name: str
    titles: frozenset[str]
    confidence: str


def _about(same: Same, copies: list[Cited]) -> list[Cited]:
    return [c for c in copies if c.title in same.titles]


def _same_document(first: list[Cited], other: list[Cited]) -> Same | None:
    """Whether citations under two numbers are of one document."""
    (issuer, year, serial), (issuer2, year2, serial2) = first[0].number, other[0].number
    one_issuer = issuer.endswith(issuer2) or issuer2.endswith(issuer)
    slip = one_issuer and year == year2 and slips(serial, serial2)
    titles = {c.title for c in first if c.title}
    for b in other:
        # One title is issued at several levels, unless it names its issuer.
        told = one_issuer or b.issuer or (year, serial) == (year2, serial2)
        if b.title in titles and told and len(b.subject) >= _SHORTEST_DOCUMENT:
            near = year == year2 or serial == serial2 or not one_issuer
            sure = near and (not re.search(_WORDS["repeated"], b.title) or (swapped(serial, serial2) and one_issuer))
            return Same(f"《{b.title}》", frozenset({b.title}), "title_number" if sure else "title_year")
    for a in first:
        for b in other:
            if not one_issuer:
                continue
            again = re.search(_WORDS["repeated"], a.core + b.core)
            if a.subject == b.subject and len(a.subject) >= _SHORTEST_DOCUMENT:
                sure = (year == year2 or serial == serial2) and not again
                return Same(f"《{a.subject}》", frozenset({a.title, b.title}), "title_number" if sure else "title_year")
            if slip and not again and _same_core(a.core, b.core):
                both = frozenset({a.title, b.title})
                return Same(f"《{max(both, key=len)}》", both, "title_number")
            if slip and not a.title and not b.title and a.kind and a.kind == b.kind:
                return Same(f"同一{a.kind}文件", frozenset({""}), "kind_number")
    return None


def _same_core(one: str, other: str) -> bool:
    """Whether two subjects without their places are one, the shorter perhaps without what it was limited to."""
    short, full = sorted((one, other), key=len)
    return (short == full and len(short) >= _SHORTEST_LOCAL) or (len(short) >= _SHORTEST_PART and full.endswith(short))


def slips(one: str, other: str) -> bool:
    """Whether a number is another with two digits swapped, a digit more or a digit wrong (not the last one, which tells
    the numbers of one day's documents apart)."""
    if changed(one, other):
        return len(one) > 2 and one[-1] == other[-1]
    return is_slip(one, other)


def _differ(named: Same, first: list[Cited], other: list[Cited]) -> Proposal:
    """The number that is written less often against the other; of two issuers there are no two numbers to compare."""
    less, more = (first, other) if len(first) < len(other) else (other, first)
    expression = f"{named.name}：{more[0].written}，{less[0].written}"
    reason = f"{named.name}的文号一处写作{more[0].written}，另一处写作{less[0].written}"
    (issuer, _, serial), (issuer2, _, serial2) = first[0].number, other[0].number
    by_serial = serial != serial2
    if not (issuer.endswith(issuer2) or issuer2.endswith(issuer)):
        return _wrong(named.confidence, expression, reason, tuple(c.quote for c in [*less, *more][: _MOST_COPIES + 1]))
    terms = [[c.serial if by_serial else c.year for c in side] for side in (less, more)]
    said = f"而另有{len(more)}处写作{more[0].written}" if len(more) > 1 else f"而另一处写作{more[0].written}"
    return _equal(terms[0][0], terms[1][:_MOST_COPIES], _CONFIDENCE[named.confidence], said, expression)


def _equal(stated: Term, others: list[Term], confidence: float, reason: str, expression: str) -> Proposal:
    return Proposal(
        RULE, "equal", "document_number", tuple(others), stated, confidence, expression=expression, reason=reason
    )
