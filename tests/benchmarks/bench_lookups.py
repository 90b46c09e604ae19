"""How long lookups and searches of a big store take, called as functions, one after the other.

    python -m tests.benchmarks.bench_lookups URL [TIMES]

The store is one of `big_store`. Words are drawn as they come in texts, and as they stand in the dictionary, where most are
rare; filters are made of one to three of a report's features. Milliseconds of the clock and of the processor (of this
process alone: a PostgreSQL has its own).
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from api.store import (
    CheckFilter,
    FindingFilter,
    ProblemFilter,
    ReportFilter,
    Store,
    facets,
    find_checks,
    find_findings,
    find_problems,
    find_report,
    find_reports,
    open_store,
    search,
    statistics,
)
from api.store.reports import ORDERS
from api.store.statistics import BYS
from tests.benchmarks.big_store import GRADES, RULES, fill, names, vocabulary

TIMES = 200
MOST_P95 = {"sqlite": 30.0, "postgresql": 40.0}  # milliseconds, of lookups and searches
SMALL = 300  # reports of the store that the test fills

Task = Callable[[], object]


def filters(chance: random.Random) -> ReportFilter:
    """One to three features of reports."""
    features: dict[str, Callable[[], object]] = {
        "years": lambda: [chance.randint(2015, 2024)],
        "regions": lambda: [chance.choice(names("region"))],
        "departments": lambda: [chance.choice(names("department"))],
        "agencies": lambda: [chance.choice(names("agency"))],
        "agency_has": lambda: chance.choice(names("agency"))[:2],
        "grades": lambda: [chance.choice([grade for _, grade in GRADES])],
        "score_from": lambda: chance.randint(60, 90),
        "has_alarms": lambda: chance.random() < 0.5,
        "categories": lambda: [chance.choice(["绩效目标", "采购与合同", "满意度"])],
    }
    chosen = chance.sample(sorted(features), chance.randint(1, 3))
    return ReportFilter(**{name: features[name]() for name in chosen})


def tasks(store: Store, times: int) -> dict[str, list[Task]]:
    """What is measured, by name; filtered lookups and searches first."""
    chance = random.Random(1)
    common = vocabulary().draw(np.random.default_rng(1), times)
    rare = [chance.choice(vocabulary().words) for _ in range(times)]
    parts = [word[at : at + 2] for word in rare for at in [chance.randrange(max(1, len(word) - 1))]]
    where = [filters(chance) for _ in range(times)]
    last = find_reports(store, limit=1).items[0].id
    numbers = [chance.randint(1, last) for _ in range(times)]
    every = [partial(search, store, word) for word in common]
    either = ["info", "high"]
    return {
        "search: a word of a text": every,
        "search: a word of the dictionary": [partial(search, store, word) for word in rare],
        "search: two characters": [partial(search, store, part) for part in parts],
        "search: a word, filtered": [partial(call, where=one) for call, one in zip(every, where, strict=True)],
        "reports": [partial(find_reports, store, one, order=chance.choice(ORDERS)) for one in where],
        "reports with a word": [
            partial(find_reports, store, ReportFilter(text=word), order=chance.choice(ORDERS)) for word in common
        ],
        "findings": [
            partial(find_findings, store, FindingFilter(rules=[chance.choice(RULES)], severities=either), one)
            for one in where
        ],
        "problems": [partial(find_problems, store, ProblemFilter(categories=["满意度"]), one) for one in where],
        "checks": [
            partial(find_checks, store, CheckFilter(rules=[chance.choice(RULES)], verdicts=["inconsistent"]), one)
            for one in where
        ],
        "checks of a report": [
            partial(find_checks, store, where=ReportFilter(reports=[number]), limit=100) for number in numbers
        ],
        "a report": [partial(find_report, store, number) for number in numbers],
        "search: two words": [partial(search, store, f"{a} {b}") for a, b in zip(common, rare, strict=True)],
        "statistics": [partial(statistics, store, by) for by in BYS],
        "statistics, filtered": [partial(statistics, store, by, one) for by, one in zip(BYS * 5, where, strict=False)],
        "facets": [partial(facets, store)] * 5,
    }


def measure(store: Store, times: int = TIMES) -> dict[str, float]:
    """Prints percentiles; the 95th of each."""
    told: dict[str, float] = {}
    print(f"\n{store.dialect:34}{'p50':>8}{'p95':>8}{'p99':>8}{'mean':>8}{'CPU':>8}  ms")
    for name, calls in tasks(store, times).items():
        calls[0]()
        clock, cpu = [], time.process_time()
        for call in calls:
            began = time.perf_counter()
            call()
            clock.append((time.perf_counter() - began) * 1000)
        cpu = (time.process_time() - cpu) * 1000 / len(calls)
        p50, p95, p99 = np.percentile(clock, [50, 95, 99])
        print(f"{name:34}{p50:8.2f}{p95:8.2f}{p99:8.2f}{np.mean(clock):8.2f}{cpu:8.2f}", flush=True)
        told[name] = float(p95)
    return told


@pytest.mark.benchmark
def test_lookups_of_a_small_store(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "archive.db"))
    fill(store, SMALL)
    times = measure(store, 50)
    store.close()
    slow = {name: ms for name, ms in times.items() if "statistics" not in name and ms > MOST_P95["sqlite"]}
    assert not slow


def main(arguments: Sequence[str]) -> None:
    store = open_store(arguments[0])
    measure(store, int(arguments[1]) if len(arguments) > 1 else TIMES)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
