"""Rule text.residue: a duty, or a department, that is none of this project's, left over from another report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.checks.engine.proposal import Proposal, Quote
from extractor.checks.sources import wording
from extractor.checks.sources.likeness import pairs_of
from extractor.checks.sources.reading import Passage, Reading
from extractor.data import load
from extractor.language import squeeze, tokens

RULE = "text.residue"
_WORDS = load("duties")
_CONFIDENCE = load("confidence")["text_residue"]
_FEWEST_DUTIES = 3
_SHORTEST_STRANGE = 4
_FEW = 0.5
_FEW_OF_A_DEPARTMENT = 0.2


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers for what, in one clause of a sentence that shares out the duties."""

    who: str
    what: str
    start: int
    end: int


def propose(reading: Reading) -> Iterator[Proposal]:
    meta = reading.facts.meta
    units = (meta.competent_department, meta.implementing_unit, meta.entrusting_party)
    own = [squeeze(v.value) for v in units if v]
    acting = [squeeze(v.value) for v in units[:2] if v]
    for passage in reading.passages:
        if passage.cell is not None or passage.zone == "cover":
            continue
        if own:
            yield from _evaluated(reading, passage, own)
        if "负责" not in passage.text and "承担" not in passage.text:
            continue
        shared = list(_duties(passage))
        if len(shared) < _FEWEST_DUTIES:
            continue
        at_work = not acting or any(_is_own(duty.who, acting) for duty in shared)
        for duty in shared:
            words = _strange_words(reading, duty)
            core = not at_work and re.search(_WORDS["core"], duty.what)
            # A duty in words that the report never uses, or a department never named that took the place of its own.
            if (len(words) > 1 and len("".join(words)) >= _SHORTEST_STRANGE) or (
                (words or core) and _is_named_once(reading, duty.who)
            ):
                about = "”“".join(words) or duty.who
                yield Proposal(
                    RULE, "text", "residue_duty", (), confidence=_CONFIDENCE["duty"], holds=False,
                    expression=f"“{about}” ∉ 本项目",
                    reason=f"职责分工写“{squeeze(passage.text[duty.start : duty.end]).strip('，；。')}”，"
                    f"报告其他地方没有提到“{about}”，与本项目无关，疑为套用其他报告未改",
                    quotes=(Quote(passage.evidence(duty.start, duty.end), passage.place(duty.start)),),
                )  # fmt: skip


def _duties(passage: Passage) -> Iterator[Duty]:
    for m in re.finditer(_WORDS["duty"], passage.text):
        who, what = m["who"] or m["who2"], m["what"] or m["what2"]
        start = m.start("who") if m["who"] else m.start("who2")
        yield Duty(squeeze(who), squeeze(what), start, m.end())


def _strange_words(reading: Reading, duty: Duty) -> list[str]:
    """The words of a duty, and of who has it unless that is a department, that occur nowhere else; none where they are
    few among the others."""
    known = re.search(_WORDS["organ"], duty.who) or _times(reading, duty.who) > 1
    text = duty.what if known else duty.who + duty.what
    here = Counter(pairs_of(text))
    telling = [w for w, _ in tokens(text) if len(w) > 1 and not re.search(_WORDS["plain"], w)]
    strange = [w for w in telling if all(reading.shared(wording.pairs)[p] <= here[p] for p in pairs_of(w))]
    share = sum(map(len, strange)) / max(1, sum(map(len, telling)))
    few = _FEW_OF_A_DEPARTMENT if known else _FEW
    return strange if share >= few else []


def _times(reading: Reading, name: str) -> int:
    return reading.shared(wording.whole).count(name)


def _is_named_once(reading: Reading, who: str) -> bool:
    """Whether a department, one that has no part in every project, is named nowhere else, of this place or another."""
    organ = re.search(_WORDS["organ"], who)
    if organ is None or re.search(_WORDS["common"], organ["field"]):
        return False
    return _times(reading, who[organ.start("field") :]) == 1


def _is_own(who: str, own: list[str]) -> bool:
    return any(who in unit or unit in who or who[1:] in unit for unit in own)


def _evaluated(reading: Reading, passage: Passage, own: list[str]) -> Iterator[Proposal]:
    """评价对象为县水利局…: a department that the report names nowhere else."""
    for m in re.finditer(_WORDS["object"], passage.text):
        who = squeeze(m["who"])
        if not _is_own(who, own) and _is_named_once(reading, who):
            yield Proposal(
                RULE, "text", "residue_duty", (), confidence=_CONFIDENCE["duty"], holds=False,
                expression=f"{who} ≠ {own[0]}",
                reason=f"评价对象写作“{who}”，而本项目单位为“{own[0]}”，报告其他地方没有提到“{who}”，疑为套用其他报告未改",
                quotes=(Quote(passage.evidence(*m.span()), passage.place(m.start())),),
            )  # fmt: skip
