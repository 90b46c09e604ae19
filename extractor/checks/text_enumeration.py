"""Rule text.enumeration: totals, parts and differences in sentences and lists."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Literal

from extractor.checks.engine.digits import slip
from extractor.checks.engine.evaluate import holds
from extractor.checks.engine.proposal import Proposal
from extractor.checks.sources.clause import Quantity, has_role, quantities
from extractor.checks.sources.reading import Reading
from extractor.data import load
from extractor.language import squeeze

RULE = "text.enumeration"
_SETTINGS = load("text_enumeration")
_CONFIDENCE = load("confidence")["text_enumeration"]
_OPENER = re.compile(_SETTINGS["opener"])
_CLOSED = re.compile(_SETTINGS["closed"])
_TOTAL = re.compile(_SETTINGS["total"])
_WHOLE = re.compile(_SETTINGS["whole"])
_CLOSING = re.compile(_SETTINGS["closing"])
_COUNTED = re.compile(_SETTINGS["counted"])
_LEAD = re.compile(_SETTINGS["lead"])
_BRACKETED = re.compile(_SETTINGS["bracketed"])
_ATTRIBUTE = re.compile(_SETTINGS["attribute"])
_REST = re.compile(_SETTINGS["rest"])
_PERSONS = re.compile(_SETTINGS["persons"])
_NAMED_OPENER = re.compile(_SETTINGS["named_opener"])
_BETWEEN = re.compile(_SETTINGS["between"])
_USED_BETWEEN = re.compile(_SETTINGS["used_between"])
_DATED = re.compile(_SETTINGS["dated"])
_TAGGED = re.compile(_SETTINGS["tagged"])
_TAIL_TAGGED = re.compile(_SETTINGS["tail_tagged"])
_MARKER = re.compile(_SETTINGS["marker"])
_SEVERAL = re.compile(_SETTINGS["several"])
_OF_OTHERS = re.compile(_SETTINGS["of_others"])
_BY_NAME = re.compile(_SETTINGS["by_name"])
_PARTED = re.compile(_SETTINGS["parted_names"])
_OTHERS = re.compile(_SETTINGS["others"])
_POINTS = re.compile(_SETTINGS["points"])
_COMPARED = re.compile(_SETTINGS["compared"])
_GAP = re.compile(_SETTINGS["gap"])
_TAKEN_OFF = re.compile(_SETTINGS["taken_off"])
_OF_BOTH = re.compile(_SETTINGS["of_both"])
_FULL_MARKS = re.compile(_SETTINGS["full_marks"])
_USED_FOR = re.compile(_SETTINGS["used_for"])
_PART_OF = re.compile(_SETTINGS["part_of"])
_HUNDRED = Decimal(100)
_POINT_UNITS = ("个百分点", "百分点")
_WHOLES = ("arrived", "adjusted", "budget")
_DELTA = frozenset({"more", "less", "over", "gap", "saved"})
_NAMED_REACH = 40  # numbers above a list that may be the total that it names
_SHORTEST_NAME = 4  # characters of a total's name
_MOST_ALIKE = 6
_MOST_PARTS = 30
_MOST_TOTALS = 4  # numbers before an opener that may be its total
_MOST_TRIED = 24  # pairs of a difference
_NEAREST = 10  # numbers before a difference
_ROLES_REACH = 24  # amounts and counts above a balance whose words say what they are
_RATES_REACH = 4  # rates before the percentage points between them
_LIST_REACH = 60  # passages that a list of paragraphs may span
_FEWEST = 3  # a total and two parts
_FEWEST_UNTOLD = 3  # parts before a total that no word calls one
_FEWEST_CLOSED = 3
_MOST_OVER = Decimal("1.6")
_LEAST_COVERED = Decimal("0.85")
_RATES = frozenset({"分", "个百分点", "百分点", "倍", "%", "‰"})
_WEIGHTS = frozenset({"分", "%"})
_SHORTEST_PART = 2  # characters of the name of a part
_LONGEST_NAMES = 40
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九十")}

Part = tuple[Quantity, ...]


def propose(reading: Reading) -> Iterator[Proposal]:
    """Sums with their parts behind, before, or in the paragraphs below; what was added, taken or left."""
    everything = quantities(reading)
    found = [tuple(q for q in qs if q.figure.unit not in _RATES) for qs in everything]
    scores = [tuple(q for q in qs if q.figure.unit == "分") for qs in everything]
    previous: list[Quantity] = []
    named: deque[Quantity] = deque(maxlen=_NAMED_REACH)
    told: deque[Quantity] = deque(maxlen=_ROLES_REACH)
    for number, qs in enumerate(found):
        if not everything[number]:
            continue
        yield from _in_passage(qs)
        yield from _points(everything[number])
        yield from _of_names([q for q in everything[number] if q.figure.unit in _WEIGHTS])
        yield from _of_scores(scores[number])
        yield from _of_shortfall(qs)
        yield from _parallel(qs)
        yield from _more_than_whole(qs)
        yield from _score_gaps(scores[number])
        yield from _of_named(qs, named)
        named.extend(q for q in qs if len(_LEAD.sub("", q.words)) >= _SHORTEST_NAME)
        if qs and qs[0].source.cell is None:
            yield from _of_paragraphs(reading, found, number)
        context = previous if qs and qs[0].source.cell is None else []
        yield from _movements(qs, context, told)
        if qs and qs[0].source.cell is None:
            yield from _whole_sentences(qs, previous)
            told.extend(q for q in qs if q.role in (*_WHOLES, "spent", "plan", "done"))
            previous = [*previous, *qs][-_NEAREST:]


# --- parts in one paragraph ---------------------------------------------------------------------------------------


def _in_passage(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """The right sums of each number of a passage; where there is none, the wrong one that its structure proves."""
    if len(qs) < _FEWEST:
        return
    right: set[int] = set()
    used: dict[int, int] = {}  # parts, with the sentence of the last total that they add up to
    for q in qs:
        behind = _right_behind(q, qs)
        told = not behind or has_role(q.words, ("adjusted", "budget")) or _CLOSING.search(q.words)
        for parts in (behind, _right_before(q, qs) if told else ()):
            if parts:
                right.add(q.order)
                used.update({p.order: max(q.sentence, used.get(p.order, 0)) for p in parts})
                yield _sum(q, parts, _CONFIDENCE["closed"])
    for q in qs:
        if q.order not in right:
            wrong = _closed_behind(q, qs) or _closed_before(q, qs) or _named_alike(q, qs)
            above = [used[p.order] for p in wrong if p.order in used]
            if wrong and (not above or max(above) < q.sentence and _is_slipped(q, wrong)):
                yield _miss(q, wrong)


def _is_slipped(total: Quantity, parts: Part) -> bool:
    return _tells(total) and _slipped(total, parts, sum((p.base for p in parts), Decimal(0)))


def _of_scores(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """A score with those of its parts, where they add up: what does not is judged by the roll-up of the scores, but for
    full marks whose parts are a hundred."""
    for q in qs if len(qs) > _FEWEST_UNTOLD else ():
        following = [p for p in qs if p.sentence == q.sentence + 1]
        parts = _right_behind(q, qs) or _prefix(q, following)
        if not parts and _FULL_MARKS.search(q.words):
            parts = _closed_behind(q, qs)
            parts = parts if sum(p.base for p in parts) == _HUNDRED else ()
        if len(parts) >= _FEWEST_UNTOLD:
            yield _sum(q, parts, _CONFIDENCE["closed"])


def _sum(total: Quantity, parts: Sequence[Quantity], confidence: float) -> Proposal:
    return Proposal(RULE, "sum", "enumeration", tuple(p.term() for p in parts), total.term(), confidence)


def _right_behind(total: Quantity, qs: Sequence[Quantity]) -> Part:
    """The parts that follow a total and add up to it."""
    after = [q for q in qs if q.order > total.order and q.kind == total.kind]
    text = total.source.text
    if not after:
        return ()
    opened = _OPENER.search(text[total.figure.stop : after[min(2, len(after) - 1)].figure.start])
    if not opened and not _TOTAL.search(total.words) and not _WHOLE.search(total.words):
        parts = _prefix(total, [q for q in after if q.sentence == total.sentence])
        return parts if len(parts) >= _FEWEST_UNTOLD else ()
    return next((parts for run in _runs(total, after) if (parts := _prefix(total, run))), ())


def _runs(total: Quantity, after: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """The readings of what follows: those of the bracket that opens, those of one depth, those of one tag, all; each
    also without the first few."""
    first = after[0]
    depth = first.depth
    if depth > total.depth:
        inside = []
        for q in after:
            if q.depth < depth:
                break
            inside.append(q)
        yield inside
        after = [q for q in after if q.depth <= total.depth]
    for skipped in range(min(3, len(after))):
        rest = list(after[skipped:])
        level = [q for q in rest if q.depth == rest[0].depth]
        tagged = [q for q in level if (q.role in _DELTA) == (rest[0].role in _DELTA)]
        same = [q for q in level if (q.role in _DELTA) == (total.role in _DELTA)]
        named = [q for q in level if q.role == rest[0].role]
        yield from (level, tagged, same, named, rest)


def _prefix(total: Quantity, run: Sequence[Quantity]) -> Part:
    """The leading parts, two at least, that add up to the total."""
    left = total.base
    slack = total.slack
    for n, q in enumerate(run[:_MOST_PARTS], 1):
        left -= q.base
        slack += q.slack
        if n >= 2 and abs(left) <= slack and holds(_sum(total, run[:n], 0)):
            return tuple(run[:n])
        if left < -slack:
            return ()
    return ()


def _right_before(total: Quantity, qs: Sequence[Quantity]) -> Part:
    """The parts that stand before a total and add up to it, the nearest first. A number that no word calls a total
    needs more of them, in its own sentence."""
    before = [q for q in reversed(qs[: _position(total, qs)]) if q.kind == total.kind and q.kind]
    told = _TOTAL.search(total.words) or has_role(total.words, ("adjusted", "budget"))
    if not told:
        before = [q for q in before if q.sentence == total.sentence]
    given = [q for q in before if _is_given(q)]
    for run in (
        before,
        given,
        [q for q in before if q.depth == total.depth],
        [q for q in before if q.role not in _DELTA],
    ):
        parts = _prefix(total, run)
        if parts and (told or len(parts) >= _FEWEST_UNTOLD):
            return parts[::-1]
    return _right_counted(total, before)


def _is_given(q: Quantity) -> bool:
    """Whether a formula gives the number: 98,400人次×30元=295.20万元."""
    return q.source.text[: q.figure.start].rstrip()[-1:] in ("=", "＝") if q.words == "" or "=" in q.words else False


def _right_counted(total: Quantity, before: Sequence[Quantity]) -> Part:
    """三项投入合计X: the nearest numbers but one, and one from further above."""
    told = _COUNTED.search(total.words)
    n = _count_of(told["n"]) if told else 0
    if n < 2:
        return ()
    nearest = before[: n - 1]
    for other in before[n - 1 :]:
        parts = (other, *nearest[::-1])
        if len(parts) == n and holds(_sum(total, parts, 0)):
            return parts
    return ()


def _count_of(text: str) -> int:
    return int(text) if text.isdigit() else 2 if text == "两" else _DIGITS.get(text, 0)


def _position(q: Quantity, qs: Sequence[Quantity]) -> int:
    return next(n for n, other in enumerate(qs) if other is q)


def _of_names(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """决策20%、过程20%、产出30%、效益30%，其中产出与效益合计60%: the sum of the numbers that it names."""
    for total in qs if len(qs) >= _FEWEST else ():
        start = total.source.sentences[total.sentence][0]
        m = _BY_NAME.search(total.source.text[max(start, total.figure.start - _LONGEST_NAMES) : total.figure.start])
        names = [name for name in _PARTED.split(m["names"]) if name] if m else []
        named = [_called(name, total, qs) for name in names]
        parts = tuple(q for q in named if q)
        if len(parts) == len(names) >= 2 and len({q.order for q in parts}) == len(parts):
            yield _sum(total, parts, _CONFIDENCE["closed"])


def _called(name: str, total: Quantity, qs: Sequence[Quantity]) -> Quantity | None:
    """The one number before a total, in its unit, that is called so."""
    before = [q for q in qs if q.order < total.order and q.figure.unit == total.figure.unit]
    found = [q for q in before if _LEAD.sub("", q.words).endswith(name)]
    return found[0] if len(found) == 1 and len(name) >= _SHORTEST_PART else None


# --- lists that are closed ----------------------------------------------------------------------------------------


def _closed_behind(total: Quantity, qs: Sequence[Quantity]) -> Part:
    """The parts of a plain list that opens right behind its total (共计X，其中：A a、B b、C c。) and is all that the
    sentence says in that unit; empty where there is more than one way to read it."""
    at = _position(total, qs)
    rest = [q for q in qs[at + 1 :] if q.sentence == total.sentence or q.depth > total.depth]
    if len(rest) < 2 or total.role in _DELTA or total.role in ("limit", "per"):
        return ()
    text = total.source.text
    gap = text[total.figure.stop : rest[0].figure.start]
    opened = gap[: len(gap) - len(rest[0].words)] if rest[0].words else gap
    if not (
        _CLOSED.match(opened)
        or any(_CLOSED.match(gap[:n]) for n in range(2, len(gap) + 1) if gap[n - 1] in "中括含为是由：:，,（(")
    ):
        return ()
    return _plain_list(total, rest)


def _plain_list(total: Quantity, rest: Sequence[Quantity]) -> Part:
    """The numbers as parts, if they are one after another, in the unit of the total, and nothing but names between;
    what brackets behind a part say is not looked at."""
    text = rest[0].source.text
    level = [q for q in rest if q.depth == rest[0].depth]
    parts = level[:1]
    for q in level[1:]:
        between = _BRACKETED.sub("", text[parts[-1].figure.stop : q.figure.start])
        used = _USED_FOR.match(parts[-1].tail) and _USED_BETWEEN.match(between)
        if q.kind != total.kind or not (used or _BETWEEN.match(between)):
            break
        parts.append(q)
    others = [q for q in level[len(parts) :] if q.kind == total.kind]
    if others or len(parts) < 2 or any(_odd(total, q) for q in parts):
        return ()
    return tuple(parts)


def _odd(total: Quantity, part: Quantity) -> bool:
    """Whether a number may be no part of the total: of another unit, or told to be something else."""
    own = part.figure.unit == total.figure.unit and part.kind == total.kind and bool(part.kind)
    told = _TAGGED.search(_LEAD.sub("", part.words)) or (part.tail != total.tail and _TAIL_TAGGED.search(part.tail))
    named = part.words or _USED_FOR.match(part.tail)
    return not own or not named or bool(told)


def _closed_before(total: Quantity, qs: Sequence[Quantity]) -> Part:
    """The parts of a plain list that a total closes: A a、B b，合计X."""
    if not _CLOSING.search(total.words) or total.role in _DELTA:
        return ()
    at = _position(total, qs)
    before = [q for q in qs[:at] if q.sentence == total.sentence and q.kind == total.kind]
    told = _COUNTED.search(total.words)
    if told:
        before = before[-max(_count_of(told["n"]), 2) :]
    if len(before) < 2 or any(q.figure.unit != total.figure.unit or _TAGGED.search(q.words) for q in before):
        return ()
    text = total.source.text
    for a, b in zip(before, [*before[1:], total], strict=True):
        between = text[a.figure.stop : b.figure.start]
        if not _BETWEEN.match(between) and not _BETWEEN.match(_DATED.sub("", _BRACKETED.sub("", between))):
            return ()
    return tuple(before)


def _named_alike(total: Quantity, qs: Sequence[Quantity]) -> Part:
    """Parts that are called the same, all that follows a total in its unit (补助资金…，补助资金…), where a slip of the
    pen explains the miss."""
    after = [q for q in qs if q.order > total.order and q.kind == total.kind]
    names = {q.words for q in after}
    if not 2 <= len(after) <= _MOST_ALIKE or len(names) != 1 or not total.kind or any(_odd(total, q) for q in after):
        return ()
    parts = tuple(after)
    return parts if _slipped(total, parts, sum((p.base for p in parts), Decimal(0))) else ()


def _miss(total: Quantity, parts: Part) -> Proposal:
    """A closed list that does not add up: how sure, by what explains the miss and how much of the total is there."""
    added = sum((p.base for p in parts), Decimal(0))
    proposal = _sum(total, parts, _CONFIDENCE["hint"])
    if _may_overlap(parts):
        return proposal
    if _slipped(total, parts, added) and _tells(total):
        confidence = _CONFIDENCE["slip"]
    elif total.base < added < total.base * _MOST_OVER:
        confidence = _CONFIDENCE["over"]
    elif _is_closed(total, parts) and total.base * _LEAST_COVERED < added < total.base:
        confidence = _CONFIDENCE["closed"]
    else:
        return proposal
    return Proposal(RULE, "sum", "enumeration", proposal.operands, proposal.stated, confidence)


def _is_closed(total: Quantity, parts: Part) -> bool:
    """Whether a list leaves nothing out: of counts one says 其中 of some as well as of all, unless it names the rest."""
    return len(parts) >= _FEWEST_CLOSED and (total.is_money or any(_REST.search(p.words) for p in parts))


def _may_overlap(parts: Part) -> bool:
    """Whether the parts may share people or leave some out: 女性、党员, unless one part is the rest of them."""
    people = any(_PERSONS.search(p.kind) for p in parts)
    some = any(_ATTRIBUTE.search(p.words) for p in parts)
    return people and some and not any(_REST.search(p.words) for p in parts)


def _tells(total: Quantity) -> bool:
    """Whether the total has digits enough that a slip does not explain just any miss."""
    return total.is_money or len(total.figure.text.replace(",", "").replace(".", "")) > _FEWEST_CLOSED


def _slipped(total: Quantity, parts: Part, added: Decimal) -> bool:
    scale = _scale(total)
    missing = (total.base - added) / scale
    if slip(total.figure.value, added / scale, total.figure.places):
        return True
    return any(slip(p.figure.value, p.figure.value + missing, p.figure.places) for p in parts)


def _parallel(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """788万元，减少300万元；其中甲109万元，减少5万元，乙600万元，减少70万元，丙79万元，减少225万元: two lists in one, of which
    the one that adds up shows that the other should."""
    for whole, change in zip(qs, qs[1:], strict=False):
        if not _is_changed(whole, change) or whole.sentence != change.sentence:
            continue
        rest = list(_told_together([q for q in qs if q.order > change.order and q.depth == whole.depth]))
        pairs = list(zip(rest[::2], rest[1::2], strict=False))
        alike = len(rest) == 2 * len(pairs) and all(_is_changed(a, b) and b.role == change.role for a, b in pairs)
        between = whole.source.text[change.figure.stop : rest[0].figure.start] if rest else ""
        if len(pairs) < _FEWEST_CLOSED or not alike or not _OPENER.search(between):
            continue
        amounts, changes = zip(*pairs, strict=True)
        sums = [_sum(whole, amounts, _CONFIDENCE["closed"]), _sum(change, changes, _CONFIDENCE["closed"])]
        if sum(map(holds, sums)) == 1:
            yield from sums


def _told_together(qs: Sequence[Quantity]) -> Iterator[Quantity]:
    """The leading numbers of one sentence, or of several that semicolons join."""
    for before, q in zip([*qs[:1], *qs], qs, strict=False):
        text, starts = q.source.text, [start for start, _ in q.source.sentences]
        joined = (text[: starts[n]].rstrip()[-1:] in "；;" for n in range(before.sentence + 1, q.sentence + 1))
        if not all(joined):
            return
        yield q


def _is_changed(amount: Quantity, change: Quantity) -> bool:
    """Whether a number is told with how much more or less it is than another."""
    same = amount.kind == change.kind and amount.figure.unit == change.figure.unit and bool(amount.kind)
    return same and amount.role not in _DELTA and change.role in ("more", "less")


def _more_than_whole(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """600万元（其中甲690万元）: a part that exceeds its whole."""
    for whole, part in zip(qs, qs[1:], strict=False):
        text = whole.source.text
        opened = _PART_OF.match(text[whole.figure.stop : part.figure.start])
        same = part.kind == whole.kind and part.figure.unit == whole.figure.unit and bool(part.kind)
        if opened and same and part.base > whole.base and not _odd(whole, part):
            yield Proposal(
                RULE, "rule", "enumeration", (part.term(),), whole.term(), _CONFIDENCE["closed"],
                holds=False, expression=f"{part.figure.text} ≤ {whole.figure.text}",
                reason=f"而其中一项为{part.figure.text}{part.figure.unit or ''}，超过其总数",
            )  # fmt: skip


def _whole_sentences(qs: Sequence[Quantity], previous: Sequence[Quantity]) -> Iterator[Proposal]:
    """A sentence that only lists, and the number above that its parts add up to."""
    for sentence, own in groupby(qs, lambda q: q.sentence):
        rest = list(own)
        if len(rest) < _FEWEST_CLOSED:
            continue
        above = [q for q in [*previous, *qs] if q.kind == rest[0].kind and (q.passage, q.sentence) < _at(rest[0])]
        for total in reversed(above[-_NEAREST:]):
            parts = _prefix(total, rest) if total.kind and _tells(total) else ()
            if len(parts) >= _FEWEST_CLOSED and all(q.sentence == sentence for q in parts):
                yield _sum(total, parts, _CONFIDENCE["closed"])
                break


def _at(q: Quantity) -> tuple[int, int]:
    return q.passage, q.sentence


# --- lists that name a total stated above --------------------------------------------------------------------------


def _of_named(qs: Sequence[Quantity], named: Iterable[Quantity]) -> Iterator[Proposal]:
    """在新增债券使用方面，其中水利A、市政B、其他C: a list that opens its sentence, of what another paragraph totals."""
    above = list(named)
    for sentence, own in groupby(qs, lambda q: q.sentence):
        rest = list(own)
        if len(rest) < _FEWEST_CLOSED or not above:
            continue
        start = rest[0].source.sentences[sentence][0]
        before = rest[0].source.text[start : rest[0].figure.start]
        opener = _NAMED_OPENER.search(before)
        head = squeeze(before[: opener.start()]) if opener else ""
        for total in reversed(above):
            if total.kind != rest[0].kind or _LEAD.sub("", total.words)[-_SHORTEST_NAME:] not in head:
                continue
            parts = _plain_list(total, rest)
            proposal = _sum(total, parts, _CONFIDENCE["slip"]) if parts else None
            if proposal and (holds(proposal) or _slipped(total, parts, sum((p.base for p in parts), Decimal(0)))):
                yield proposal
                break


# --- parts in the paragraphs below --------------------------------------------------------------------------------


def _of_paragraphs(reading: Reading, found: Sequence[Sequence[Quantity]], number: int) -> Iterator[Proposal]:
    """A total whose parts are the first amounts of the numbered paragraphs below it."""
    qs = found[number]
    text = reading.passages[number].text
    if not text.rstrip().endswith(("：", ":", "。", "中", "下")) and len(qs) > 2:
        return
    items = list(_items(reading, number))
    if len(items) < 2:
        items = list(_items(reading, number, mixed=True))
    if len(items) < 2:
        return
    for total in qs:
        leading = [[q for q in found[n] if q.kind == total.kind and q.kind] for n in items]
        parts = [own[0] for own in leading if own]
        if len(parts) < 2:
            continue
        right = _prefix(total, parts)
        if right:
            yield _sum(total, right, _CONFIDENCE["listed"])
            return
        announced = text.rstrip().endswith(("：", ":"))
        if announced and len(parts) == len(items) >= _FEWEST_CLOSED and not any(_odd(total, q) for q in parts):
            yield _miss(total, tuple(parts))
            return


def _items(reading: Reading, number: int, mixed: bool = False) -> Iterator[int]:
    """The passages below that are numbered 1, 2, 3 … in one style, those of deeper lists skipped. `mixed` takes 1、and
    一、for the same, as authors slip from the one into the other."""
    own = _marker(reading.passages[number].text, mixed)
    style = ""
    count = 0
    for n in range(number + 1, min(number + 1 + _LIST_REACH, len(reading.passages))):
        passage = reading.passages[n]
        if passage.cell is not None:
            continue
        marker = _marker(passage.text, mixed)
        if marker is None:
            if not count:
                return
            continue
        if own and marker[0] == own[0]:
            return
        if not style and marker[1] == 1:
            style = marker[0]
        if marker[0] == style:
            if marker[1] != count + 1:
                return
            count += 1
            yield n
        elif not style:
            return


def _marker(text: str, mixed: bool) -> tuple[str, int] | None:
    m = _MARKER.match(text)
    if m is None or m.lastgroup is None:
        return None
    mark = m[m.lastgroup]
    style = "digit" if mixed and m.lastgroup == "han" else m.lastgroup
    if style == "circled":
        return style, ord(mark) - ord("①") + 1
    if mark.isdigit():
        return style, int(mark)
    tens, _, ones = mark.rpartition("十")
    value = _DIGITS.get(mark) or (_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
    return style, value


def _of_shortfall(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """计划资金X，其中：A、B、C；到位资金Y，其中C到位c: what arrived is the parts of the plan with one of them replaced."""
    lists = [(q, parts) for q in qs if q.role in _WHOLES and q.is_money and (parts := _right_behind(q, qs))]
    for plan, parts in lists:
        last = max(p.order for p in parts)
        behind = [q for q in qs if q.order > last and q.is_money][:_NEAREST]
        for total in behind:
            if total.role != "arrived" or total.base >= plan.base:
                continue
            for part in parts:
                kept = [p for p in parts if p is not part]
                own = part.base - (plan.base - total.base)
                replaced = next((q for q in behind if q is not total and q.base == own), None)
                proposal = _sum(total, (*kept, replaced), _CONFIDENCE["closed"]) if replaced else None
                if proposal and holds(proposal):
                    yield proposal
                    break


# --- what was added, taken or left --------------------------------------------------------------------------------


def _points(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """由18.4%提高到23.6%，提高5.2个百分点: the difference of two rates beside it; where it is not, only if those two are
    all that the sentence says before it, and it compares them."""
    for q in qs:
        if q.figure.unit not in _POINT_UNITS or not _POINTS.search(q.words) or not q.figure.value:
            continue
        own = [r for r in qs if r.is_rate and r.sentence == q.sentence]
        close = [r for r in own if abs(r.order - q.order) <= _RATES_REACH]
        pairs = [(a, b) for n, a in enumerate(close) for b in close[n + 1 :] if a.base != b.base]
        readings = [_minus(q, *((a, b) if a.base > b.base else (b, a)), _CONFIDENCE["left"]) for a, b in pairs]
        right = next((p for p in readings if holds(p)), None)
        before = [r for r in own if r.order < q.order]
        if right:
            yield right
        elif len(before) == 2 and before[1].order == q.order - 1 == before[0].order + 1:
            start = q.source.sentences[q.sentence][0]
            compared = _COMPARED.search(q.source.text[start : q.figure.start])
            gap = abs(before[0].base - before[1].base)
            if compared and gap and (len(own) == 2 or slip(q.figure.value, gap, q.figure.places)):
                yield from (p for p in readings if {t.place for t in p.operands} == {r.term().place for r in before})


def _score_gaps(qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """最高93.40分，最低76.50分，相差16.90分: two scores and what is between them."""
    for a, b, gap in zip(qs, qs[1:], qs[2:], strict=False):
        if _GAP.search(gap.words) and a.base != b.base and gap.sentence - a.sentence <= 1:
            proposal = _minus(gap, *((a, b) if a.base > b.base else (b, a)), _CONFIDENCE["left"])
            if holds(proposal) or a.sentence == gap.sentence and _is_between(gap):
                yield proposal


def _is_between(gap: Quantity) -> bool:
    """Whether a gap is said to be that of the two before it: 二者相差, 两者差距."""
    return bool(_OF_BOTH.search(gap.words))


def _movements(qs: Sequence[Quantity], previous: Sequence[Quantity], told: Iterable[Quantity]) -> Iterator[Proposal]:
    pool = [*previous, *qs]
    offset = len(previous)
    for n, q in enumerate(qs):
        before = [p for p in pool[: offset + n] if p.kind == q.kind and q.kind][-_NEAREST:]
        if q.role == "adjusted" or (q.role in ("budget", "spent") and has_role(q.words, ("adjusted",))):
            yield from _adjusted(q, before)
        if q.role in ("left", "gap", "over", "saved", "more", "less", "minus"):
            behind = [p for p in qs[n + 1 :] if p.kind == q.kind and p.sentence == q.sentence][:2]
            proposals = list(_difference(q, before + behind))
            yield from proposals or list(_far_difference(q, told, qs[:n])) or _compared(q, qs)
        elif _OTHERS.search(q.words):
            yield from _difference(q, before, only_right=True)
        elif _TAKEN_OFF.search(q.source.text, max(0, q.figure.start - _LONGEST_NAMES), q.figure.start):
            yield from _difference(q, before, only_right=True, swapped=True)


def _adjusted(after: Quantity, before: Sequence[Quantity]) -> Iterator[Proposal]:
    """年初预算A，追加B（调减C），调整后预算D."""
    close = [q for q in before if q.passage == after.passage and after.sentence - q.sentence <= 1] or list(before[-3:])
    starts = [q for q in close if q.role == "budget"]
    moved = [q for q in close if q.role in ("plus", "minus", "more", "less")]
    if not starts or not moved:
        return
    start = starts[-1]
    moved = [q for q in moved if (q.passage, q.order) > (start.passage, start.order)]
    if len(moved) != 1:
        return
    [change] = moved
    kind: Literal["sum", "difference"] = "sum" if change.role in ("plus", "more") else "difference"
    yield Proposal(RULE, kind, "movement", (start.term(), change.term()), after.term(), _CONFIDENCE["moved"])


def _difference(
    stated: Quantity, pool: Sequence[Quantity], only_right: bool = False, swapped: bool = False
) -> Iterator[Proposal]:
    """结余 = 预算 - 支出, 超出预算, 节约, 缺口: the nearest two numbers whose difference it is; where there are none,
    those that the words name, if they are in the same sentence or the one before."""
    others = [q for q in reversed(pool) if q is not stated and q.kind == stated.kind and q.figure.value > 0]
    if _is_excess_of_two(stated, others):
        others = others[:2]
    tried = 0
    for i, a in enumerate(others):
        for b in others[i + 1 :]:
            tried += 1
            if tried > _MOST_TRIED * 2:
                break
            large, small = (a, b) if a.base >= b.base else (b, a)
            if abs(large.base - small.base - stated.base) <= large.slack + small.slack + stated.slack:
                proposal = _minus(stated, large, small, _CONFIDENCE["left"])
                if stated.base and holds(proposal):
                    yield proposal
                    return
    if not only_right and stated.is_money:
        yield from _wrong_difference(stated, pool)


def _is_excess_of_two(stated: Quantity, before: Sequence[Quantity]) -> bool:
    """Whether an excess stands right behind what was spent and what there was for it, in one sentence: 预算118万元，实际支出
    127.77万元，超出预算9.77万元. It is theirs, however other amounts differ."""
    if stated.role != "over" or len(before) < 2:
        return False
    spent, whole = before[0], before[1]
    close = [(q.passage, q.sentence, q.order) for q in (whole, spent)]
    beside = [(stated.passage, stated.sentence, stated.order - n) for n in (2, 1)]
    return close == beside and spent.role == "spent" and whole.role in _WHOLES and spent.base > whole.base


def _far_difference(stated: Quantity, told: Iterable[Quantity], own: Sequence[Quantity]) -> Iterator[Proposal]:
    """A balance or a gap of what was stated above with words that say what it is: right, or wrong by one slip."""
    if stated.role not in ("left", "gap", "over") or _SEVERAL.search(stated.words) or not stated.kind:
        return
    alike = [q for q in (*told, *own) if q.kind == stated.kind and q is not stated]
    wholes = list({q.base: q for q in alike if q.role in (*_WHOLES, "plan")}.values())
    used = list({q.base: q for q in alike if q.role in ("spent", "done", "arrived")}.values())
    moved = {q.base for q in alike}
    pairs = [(a, b) for a in reversed(wholes) for b in reversed(used) if a.base > b.base]
    if stated.role == "over":
        pairs = [(b, a) for a in reversed(wholes) for b in reversed(used) if b.base > a.base]
    right = next((p for a, b in pairs if holds(p := _minus(stated, a, b, _CONFIDENCE["left"]))), None)
    if right:
        yield right
        return
    slipped = [
        (a, b)
        for a, b in pairs
        if abs(a.base - b.base - stated.base) not in moved
        and _tells(stated)
        and slip(stated.figure.value, (a.base - b.base) / _scale(stated), stated.figure.places)
    ]
    if len(slipped) == 1 and stated.is_money and stated.figure.places:
        yield _minus(stated, *slipped[0], _CONFIDENCE["left"])


def _compared(stated: Quantity, qs: Sequence[Quantity]) -> Iterator[Proposal]:
    """送审1,860.00万元，审定1,795.20万元，核减68.40万元: the two amounts of a sentence and what one is more than the other,
    where a slip of the pen explains the miss."""
    before = [q for q in qs if q.sentence == stated.sentence and q.order < stated.order and q.kind == stated.kind]
    if stated.role not in _DELTA | {"minus", "gap", "left"} or len(before) != 2 or _SEVERAL.search(stated.words):
        return
    large, small = sorted(before, key=lambda q: q.base, reverse=True)
    gap = (large.base - small.base) / _scale(stated)
    if stated.kind and gap and slip(stated.figure.value, gap, stated.figure.places):
        yield _minus(stated, large, small, _CONFIDENCE["left"])


def _wrong_difference(stated: Quantity, pool: Sequence[Quantity]) -> Iterator[Proposal]:
    """A balance, or what exceeds a budget, beside the one amount that was spent and the one that there was."""
    sentence = [
        q
        for q in pool
        if q.passage == stated.passage and 0 <= stated.sentence - q.sentence <= 1 and q.order < stated.order
    ]
    if _SEVERAL.search(stated.words):
        return
    spent = [q for q in sentence if q.role == "spent"][-1:]
    wholes = list({q.base: q for q in sentence if q.role in ("arrived", "adjusted", "budget")}.values())
    if not spent or not wholes:
        return
    left = stated.role == "left"
    slipped = [
        q
        for q in wholes
        if slip(stated.figure.value, abs(q.base - spent[0].base) / _scale(stated), stated.figure.places)
    ]
    chosen = slipped or wholes
    if len(chosen) != 1:
        return
    large, small = (chosen[0], spent[0]) if left else (spent[0], chosen[0])
    rest = abs(large.base - small.base - stated.base)
    if any(abs(q.base - rest) <= q.slack for q in pool):
        return  # 结余12万元结转下年，20万元收回: what is left is in two parts
    none_left = left and large.base == small.base and not _OF_OTHERS.search(stated.words)
    below = stated.role == "over" and large.base < small.base and _is_misstated(small, large.base - stated.base)
    if stated.role in ("left", "over") and (large.base > small.base or none_left or below):
        yield _minus(stated, large, small, _CONFIDENCE["left"])


def _is_misstated(q: Quantity, right: Decimal) -> bool:
    """Whether a slip of the pen parts an amount from the right one."""
    return right > 0 and slip(q.figure.value, right / _scale(q), q.figure.places)


def _scale(q: Quantity) -> Decimal:
    return q.scale if q.figure.value else Decimal(1)


def _minus(stated: Quantity, large: Quantity, small: Quantity, confidence: float) -> Proposal:
    return Proposal(RULE, "difference", "balance", (large.term(), small.term()), stated.term(), confidence)
