"""Statements of deficiencies outside the lists of problems, found and sorted by the classifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.data import pattern
from extractor.document import Document
from extractor.facts.clauses import Stretch, ends_sentence, stretches
from extractor.language import squeeze
from extractor.result import Category, Defect, Facts
from models import Classifier, Clause

THRESHOLD = 0.35
_CARRIED = 0.6
"""A clause beside one that states a deficiency belongs to it from this share of the threshold on."""
_LONGEST = 80
"""Characters of one statement; CATEGORIES.md."""
_FEWEST_WORDS = 4
_OUTER = " ，,。；;：:、\n\t\u3000"
_LEAD = pattern("defects", "lead")


@dataclass(frozen=True, slots=True)
class Found:
    """Characters `start:end` of a stretch that state a deficiency, and how likely they do."""

    stretch: Stretch
    start: int
    end: int
    chance: float

    @property
    def text(self) -> str:
        return self.stretch.text[self.start : self.end]

    def clause(self) -> Clause:
        """The statement as its category is judged by."""
        return Clause(self.text, heading=self.stretch.heading, place=self.stretch.kind, mark=self.stretch.mark)


def read_defects(document: Document, facts: Facts, classifier: Classifier) -> list[Defect]:
    """The deficiencies that the analysis of indicators, the conclusion and the score sheet's reasons state, in the order
    of the document; the same words are listed once."""
    found = list(find_deficiencies(stretches(document, facts), classifier))
    judged = classifier.categories([statement.clause() for statement in found])
    said: set[str] = set()
    defects = []
    for statement, category in zip(found, judged, strict=True):
        words = squeeze(statement.text)
        if words not in said:
            said.add(words)
            evidence = statement.stretch.spot.evidence(document, statement.start, statement.end)
            label: Category = category.label  # type: ignore[assignment]
            defects.append(Defect(text=words, category=label, confidence=round(statement.chance, 2), evidence=evidence))
    return defects


def find_deficiencies(texts: Iterator[Stretch], classifier: Classifier) -> Iterator[Found]:
    """The statements of each stretch: neighbouring clauses of a sentence that state deficiencies, joined."""
    for stretch in texts:
        chances = classifier.deficiencies(stretch.judged())
        for found in _joined(stretch, stretch.clauses(), chances):
            trimmed = _trimmed(found)
            if trimmed.end - trimmed.start >= _FEWEST_WORDS:
                yield trimmed


def _joined(stretch: Stretch, spans: Sequence[tuple[int, int]], chances: Sequence[float]) -> Iterator[Found]:
    held: Found | None = None
    for (start, end), chance in zip(spans, chances, strict=True):
        goes_on = held is not None and end - held.start <= _LONGEST and not ends_sentence(held.text)
        if held is not None and goes_on and chance >= _CARRIED * THRESHOLD:
            held = replace(held, end=end, chance=max(held.chance, chance))
            continue
        if held is not None:
            yield held
        held = Found(stretch, start, end, chance) if chance >= THRESHOLD else None
    if held is not None:
        yield held


def _trimmed(found: Found) -> Found:
    """Without the marks around it and the words that lead to it (但, 一是, 经检查)."""
    text = found.text.rstrip(_OUTER)
    end = found.start + len(text)
    lead = _LEAD.match(text)
    start = found.start + (lead.end() if lead else 0)
    while start < end and found.stretch.text[start] in _OUTER:
        start += 1
    return replace(found, start=start, end=end)
