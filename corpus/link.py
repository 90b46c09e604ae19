"""Learning which numbers of a report state one fact (extractor/checks/linking.py) from annotated relations.

Two models are fitted. One tells by the words around two numbers whether they state one fact: numbers that the annotation
calls equal, true or false, do; candidates that differ and that it does not mention do not; what agrees without being
annotated is left out. The other tells whether linked numbers that differ are an error. Each is judged leaving one report
out; the second then sees only links of a first model that has not seen the report either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from corpus.evaluate import Gold, read_gold
from corpus.logistic import fit, record
from extractor.checks.engine.logistic import Logistic, chance
from extractor.checks.sources.linking import Features, Link, confirmations, difference, differences, links
from extractor.checks.sources.occurrence import Occurrence, occurrences, same_value
from extractor.checks.sources.reading import read as read_together
from extractor.facts import extract
from extractor.layout import lay_out
from extractor.readers import read

THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
REGULARISATION = {"link": 0.5, "error": 0.5}
FOLDS = 9
INVENTED = 0.2
"""What an invented difference weighs beside a real one."""
TELLING = 4
"""Digits that two facts do not share by chance."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sample:
    """Features with whether they tell of what the model is to find."""

    told: Features
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Annotated:
    """A report's candidate links, each with whether the annotation links the two, and how many links it has."""

    name: str
    found: list[Link]
    linked: list[bool]
    missed: int


def annotated(folder: Path) -> Annotated:
    """The candidates of a report as text."""
    [document, *_] = lay_out(read(folder / "report.txt"))
    numbers = occurrences(read_together(document, extract(document)))
    found = links(numbers)
    gold = _linked(read_gold(folder), numbers)
    known = {frozenset((id(a), id(b))) for a, b in gold}
    here = [frozenset((id(link.a), id(link.b))) in known for link in found]
    candidates = {id(o) for link in found for o in (link.a, link.b)}
    missed = {key for key in known if key <= candidates}
    return Annotated(folder.name, found, here, len(missed) - sum(here))


def _linked(gold: Gold, numbers: Sequence[Occurrence]) -> Iterator[tuple[Occurrence, Occurrence]]:
    """The pairs that the annotation calls equal, one fact's numbers all with each other where it holds."""
    by_digits: dict[str, list[Occurrence]] = defaultdict(list)
    for o in numbers:
        by_digits[o.term.text.replace(",", "")].append(o)

    def at(anchor: dict[str, Any]) -> Occurrence | None:
        same = by_digits.get(str(anchor["token"]).replace(",", "").rstrip("%％"), [])
        here = [o for o in same if gold.quoted(anchor, o.term.evidence.quote)]
        return here[0] if here else None

    groups: dict[int, set[int]] = {}
    places: dict[int, Occurrence] = {}
    for relation in gold.data["relations"]:
        if relation["type"] != "equal":
            continue
        stated = [o for o in map(at, (relation["y"], *relation["a"])) if o is not None]
        places.update((id(o), o) for o in stated)
        merged = {id(o) for o in stated}.union(*(groups.get(id(o), set()) for o in stated))
        for key in merged:
            groups[key] = merged
    for group in {id(members): members for members in groups.values()}.values():
        members = sorted(group)
        yield from ((places[a], places[b]) for i, a in enumerate(members) for b in members[i + 1 :])


# --- fitting ----------------------------------------------------------------------------------------------------------


def link_samples(report: Annotated) -> Iterator[Sample]:
    for link, linked in zip(report.found, report.linked, strict=True):
        alike = link.agree and min(link.a.precise, link.b.precise) >= TELLING
        if linked or alike or not link.agree:
            yield Sample(link.told, linked or alike)


def error_samples(report: Annotated, model: Logistic) -> Iterator[tuple[Link, Sample]]:
    """The links that differ, as a model sees them."""
    found = [replace(link, odds=model.odds(link.told)) for link in report.found]
    wrong = {_values(link) for link, known in zip(found, report.linked, strict=True) if known and not link.agree}
    for link, told in differences(found):
        yield link, Sample(told, _values(link) in wrong)
    confirmed = confirmations(found)
    for number, (link, known) in enumerate(zip(found, report.linked, strict=True)):
        if known and link.agree and link.a.term.places == link.b.term.places:
            other = _slipped(link.b, number)
            slip = replace(link, b=other, agree=same_value(link.a, other))
            others = max(confirmed[id(link.a)] - 1, 0)
            yield link, Sample(difference(slip, others, 0, 0), True, INVENTED)


def _slipped(o: Occurrence, number: int) -> Occurrence:
    """The number as a slip of the pen might have it: small counts a little more or less; of others two digits swapped,
    one changed, or another value near."""
    small = o.base < 100 and not o.term.places
    text = str(int(o.base.scaleb(o.term.places)))
    at = [i for i in range(len(text) - 1) if text[i] != text[i + 1] and text[i + 1] != "0"]
    if small or not at or number % 5 == 0:
        step = Decimal(1 + number % 2) if small else (o.base * Decimal("0.04")).quantize(o.step)
        base = o.base + step * (1 if number % 3 else -1)
    elif number % 5 < 4:
        i = at[number % len(at)]
        base = Decimal(text[:i] + text[i + 1] + text[i] + text[i + 2 :]).scaleb(-o.term.places)
    else:
        i = at[number % len(at)]
        base = Decimal(text[:i] + str((int(text[i]) + 1) % 9 + 1) + text[i + 1 :]).scaleb(-o.term.places)
    return replace(o, base=base)


def _values(link: Link) -> frozenset[object]:
    return frozenset((link.a.base, link.b.base, link.a.kind))


@dataclass(frozen=True, slots=True)
class Judged:
    """A sample with the chance that a model gives it which has not seen its report."""

    report: str
    chance: float
    right: bool
    link: Link | None = None


def held_out(reports: Sequence[Annotated]) -> tuple[list[Judged], list[Judged]]:
    """The links and the errors of each report, judged by models of all others."""
    links_judged, errors_judged = [], []
    folds = [reports[i::FOLDS] for i in range(FOLDS)]
    models = {r.name: m for fold in folds for m in [_fit_links([o for o in reports if o not in fold])] for r in fold}
    errors = {r.name: list(error_samples(r, models[r.name])) for r in reports}
    for report in reports:
        model = models[report.name]
        for sample in link_samples(report):
            links_judged.append(Judged(report.name, chance(model.odds(sample.told)), sample.right))
        others = [s for name, found in errors.items() if name != report.name for _, s in found]
        model = fit(others, REGULARISATION["error"])
        for link, sample in errors[report.name]:
            if sample.weight < 1:
                continue
            errors_judged.append(Judged(report.name, chance(model.odds(sample.told)), sample.right, link))
    return links_judged, errors_judged


def _fit_links(reports: Sequence[Annotated]) -> Logistic:
    return fit([s for r in reports for s in link_samples(r)], REGULARISATION["link"])


def table(judged: Sequence[Judged], missed: int) -> Iterator[str]:
    """Precision and recall by threshold as lines of a Markdown table; `missed` were no candidates."""
    reports = len({j.report for j in judged})
    wanted = sum(j.right for j in judged) + missed
    yield "| threshold | precision | recall | wrong a report |"
    yield "| --- | --- | --- | --- |"
    for threshold in THRESHOLDS:
        told = [j for j in judged if j.chance >= threshold]
        right = sum(j.right for j in told)
        precision = right / len(told) if told else 1.0
        wrong = (len(told) - right) / max(reports, 1)
        yield f"| {threshold} | {precision:.2f} | {right / max(wanted, 1):.2f} | {wrong:.2f} |"


def learn(reports: Sequence[Path], jobs: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Fits both models on every NAME/gold.json of the folders and tells how good they are on reports unseen."""
    folders = [gold.parent for root in reports for gold in sorted(root.glob("*/gold.json"))]
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(annotated, folders))
    links_judged, errors_judged = held_out(found)
    tell("Numbers of one fact:")
    for line in table(links_judged, sum(r.missed for r in found)):
        tell(line)
    tell("Linked numbers that differ:")
    for line in table(errors_judged, 0):
        tell(line)
    model = _fit_links(found)
    errors = fit([s for r in found for _, s in error_samples(r, model)], REGULARISATION["error"])
    return {"link": record(model), "error": record(errors)}
