"""How good a model is at what it had not seen: per label, mistaken for what, how reliable its probabilities are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.linear import softmax
from models.training import Judged

RESAMPLED = 1000
_SHARES = (0.025, 0.975)  # of the resampled scores: an interval that holds 95 %
_TENTHS = 10

Confusion = Counter[tuple[str, str]]
"""How often the first label was taken for the second."""


@dataclass(frozen=True, slots=True)
class LabelScore:
    label: str
    count: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """A score with the interval that holds 95 % of the scores of reports drawn anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Judgements of like confidence: how many, how sure on average, and how often right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    count: int
    accuracy: Share
    macro_f1: Share
    labels: tuple[LabelScore, ...]
    confusion: Confusion
    bins: tuple[Bin, ...]

    @property
    def calibration_error(self) -> float:
        """By how much confidence misses the share that is right, on average."""
        return sum(b.count * abs(b.confidence - b.right) for b in self.bins) / max(1, self.count)


def evaluate(labels: Sequence[str], judged: Sequence[Judged], slope: float, seed: int = 0) -> Evaluation:
    """Of judgements by models that had not seen the agency of the example. Reports are drawn anew for the intervals, not
    sentences: those of one report are alike."""
    by_report: dict[str, Confusion] = {}
    sure: list[tuple[float, bool]] = []
    for example, scores in judged:
        chances = softmax([slope * score for score in scores])
        best = max(range(len(labels)), key=chances.__getitem__)
        by_report.setdefault(example.report, Counter())[example.label, labels[best]] += 1
        sure.append((chances[best], labels[best] == example.label))
    whole = _sum(by_report.values())
    drawn = list(_drawn_anew(by_report, seed))
    return Evaluation(
        count=len(judged),
        accuracy=_interval(accuracy, whole, drawn),
        macro_f1=_interval(macro_f1, whole, drawn),
        labels=tuple(label_scores(whole)),
        confusion=whole,
        bins=tuple(_bins(sure)),
    )


def accuracy(confusion: Confusion) -> float:
    return sum(n for (right, given), n in confusion.items() if right == given) / max(1, confusion.total())


def macro_f1(confusion: Confusion) -> float:
    """The mean over the labels that occur."""
    scores = [score.f1 for score in label_scores(confusion) if score.count]
    return sum(scores) / max(1, len(scores))


def label_scores(confusion: Confusion) -> Iterator[LabelScore]:
    due, given, right = Counter[str](), Counter[str](), Counter[str]()
    for (true, told), n in confusion.items():
        due[true] += n
        given[told] += n
        right[true] += n if true == told else 0
    for label in sorted(due | given):
        yield LabelScore(label, due[label], right[label] / max(1, given[label]), right[label] / max(1, due[label]))


def _drawn_anew(by_report: Mapping[str, Confusion], seed: int) -> Iterator[Confusion]:
    chance = random.Random(seed)
    reports = sorted(by_report)
    for _ in range(RESAMPLED):
        yield _sum(by_report[name] for name in chance.choices(reports, k=len(reports)))


def _sum(confusions: Iterable[Confusion]) -> Confusion:
    total: Confusion = Counter()
    for confusion in confusions:
        total.update(confusion)
    return total


def _interval(score: Callable[[Confusion], float], whole: Confusion, drawn: Sequence[Confusion]) -> Share:
    scores = sorted(map(score, drawn))
    low, high = (scores[round(share * (len(scores) - 1))] for share in _SHARES)
    return Share(score(whole), low, high)


def _bins(sure: Sequence[tuple[float, bool]]) -> Iterator[Bin]:
    for tenth in range(_TENTHS):
        held = [(c, right) for c, right in sure if min(int(c * _TENTHS), _TENTHS - 1) == tenth]
        if held:
            yield Bin(len(held), sum(c for c, _ in held) / len(held), sum(right for _, right in held) / len(held))


def confusion_table(confusion: Confusion) -> list[str]:
    """Lines of the matrix: right labels down, given ones across by the number of their line."""
    labels = sorted({label for pair in confusion for label in pair})
    wide = max(map(len, labels), default=0)
    lines = ["　" * wide + "   " + "".join(f"{i:>5}" for i in range(1, len(labels) + 1))]
    for i, right in enumerate(labels, 1):
        counts = "".join(f"{confusion[right, given] or '·':>5}" for given in labels)
        lines.append(f"{right}{'　' * (wide - len(right))} {i:>2}{counts}")
    return lines
