"""Statements of deficiencies outside the lists of problems, found by the classifier, and the category of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast, get_args

from extractor.data import pattern
from extractor.document import Document
from extractor.facts.clauses import Stretch, ends_sentence, stretches
from extractor.facts.restating import restated
from extractor.facts.untitled import add_untitled
from extractor.language import squeeze
from extractor.result import Category, Defect, Facts
from models import Classifier, Clause, Judgement

THRESHOLD = 0.25
_CARRIED = 0.14
"""How likely a clause is to state a deficiency where it does, and where it belongs to one beside it that does. By models on
reports of agencies that they had not seen recall is 0.84 and precision 0.75; at 0.2 0.85 and 0.71, at 0.3 0.79 and 0.77.
Chances are reliable, but one clause alone says less than the statement that several make."""
_LONGEST = 80
"""Characters of one statement; CATEGORIES.md."""
_FEWEST_LETTERS = 4
_OUTER = " ，,。；;：:、\n\t\u3000"
_LEAD, _EMPTY = pattern("defects", "lead"), pattern("defects", "empty")


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


def classify(document: Document, facts: Facts, classifier: Classifier) -> Facts:
    """The facts with lists that no title announces, the category of each problem and row, and `defects`: what the
    analysis of indicators, the conclusion and the score sheet's reasons state, in the order of the document, the same
    words once."""
    facts, untitled = add_untitled(document, facts, classifier)
    found = _once(find_deficiencies(stretches(document, facts, untitled), classifier))
    judged = classifier.categories(
        [
            *(Clause(problem.heading, place="problem") for problem in facts.problems),
            *(Clause(row.text, place="list") for row in facts.problem_list),
            *(statement.clause() for statement in found),
        ]
    )
    categories = iter([_category(one) for one in judged])
    problems = [problem.model_copy(update={"category": next(categories)}) for problem in facts.problems]
    rows = [row.model_copy(update={"category": next(categories)}) for row in facts.problem_list]
    defects = [_defect(document, statement, next(categories)) for statement in found]
    for defect, told in zip(defects, restated(defects, problems), strict=True):
        defect.restates = told
    return facts.model_copy(update={"problems": problems, "problem_list": rows, "defects": defects})


def _once(found: Iterator[Found]) -> list[Found]:
    """The statements, of several in the same words, whatever their marks, the first."""
    said: dict[str, Found] = {}
    for statement in found:
        said.setdefault("".join(filter(str.isalnum, statement.text)), statement)
    return list(said.values())


def _category(judged: Judgement) -> Category | None:
    """What the model names, nothing where it was trained on other categories."""
    return cast(Category, judged.label) if judged.label in get_args(Category) else None


def _defect(document: Document, statement: Found, category: Category | None) -> Defect:
    evidence = statement.stretch.spot.evidence(document, statement.start, statement.end)
    confidence = round(statement.chance, 2)
    return Defect(text=squeeze(statement.text), category=category, confidence=confidence, evidence=evidence)


def find_deficiencies(texts: Iterable[Stretch], classifier: Classifier) -> Iterator[Found]:
    """The statements of each stretch: neighbouring clauses of a sentence that state deficiencies, joined."""
    told = [(stretch, stretch.judged()) for stretch in texts]
    # All at once, since an encoder is the faster the more it is given.
    chances = iter(classifier.deficiencies([clause for _, clauses in told for clause in clauses]))
    for stretch, clauses in told:
        for found in _joined(stretch, stretch.clauses(), list(islice(chances, len(clauses)))):
            trimmed = _trimmed(found)
            if found.chance >= THRESHOLD and trimmed.end - trimmed.start <= _LONGEST and _says_something(trimmed.text):
                yield trimmed


def _joined(stretch: Stretch, spans: Sequence[tuple[int, int]], chances: Sequence[float]) -> Iterator[Found]:
    """Neighbouring clauses of a sentence that may each belong to a statement, where one of them surely does."""
    held: Found | None = None
    for (start, end), chance in zip(spans, chances, strict=True):
        if held is not None and (
            chance < _CARRIED or end - held.start > _LONGEST or ends_sentence(stretch.text[held.start : held.end])
        ):
            yield held
            held = None
        if chance >= _CARRIED:
            held = replace(
                held or Found(stretch, start, end, 0.0), end=end, chance=max(held.chance, chance) if held else chance
            )
    if held is not None:
        yield held


def _says_something(text: str) -> bool:
    """Whether a statement is more than a day and points."""
    return len(_EMPTY.sub("", squeeze(text))) >= _FEWEST_LETTERS


def _trimmed(found: Found) -> Found:
    """Without the marks around it and the words that lead to it (但, 一是, 经检查)."""
    text = found.text.rstrip(_OUTER)
    end = found.start + len(text)
    lead = _LEAD.match(text)
    start = found.start + (lead.end() if lead else 0)
    while start < end and found.stretch.text[start] in _OUTER:
        start += 1
    return replace(found, start=start, end=end)
