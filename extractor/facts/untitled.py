"""Lists of problems and suggestions under titles that announce none, told by the roles of their blocks."""

from __future__ import annotations

from extractor.document import Document
from extractor.facts.clauses import blocks_of
from extractor.facts.passages import Passage, Topic, untitled
from extractor.facts.problems import problems_in
from extractor.facts.suggestions import first_made, link
from extractor.result import Facts
from models import Classifier, Judgement

_ROLES: dict[Topic, str] = {"problems": "问题", "suggestions": "建议"}


def add_untitled(document: Document, facts: Facts, classifier: Classifier) -> tuple[Facts, list[Passage]]:
    """The facts with the lists that titles did not tell, where there are such, and the passages that they stand in."""
    if facts.problems and facts.suggestions:
        return facts, []
    roles = classifier.roles(blocks_of(document))
    found: list[Passage] = []
    problems, suggestions = facts.problems, facts.suggestions
    if not problems and (passage := _passage(document, "problems", roles)):
        problems = problems_in(document, passage)
        found += [passage] * bool(problems)
    if not suggestions and (passage := _passage(document, "suggestions", roles)):
        suggestions = first_made(document, problems, [[passage]])
        found += [passage] * bool(suggestions)
    if found:
        links = link(suggestions, problems)
        suggestions = [s.model_copy(update={"addresses": to}) for s, to in zip(suggestions, links, strict=True)]
    return facts.model_copy(update={"problems": problems, "suggestions": suggestions}), found


def _passage(document: Document, topic: Topic, roles: list[Judgement]) -> Passage | None:
    return untitled(document, topic, [role.probabilities.get(_ROLES[topic], 0.0) for role in roles])
