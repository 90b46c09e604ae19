"""Fills a store with made-up reports, rows straight into the tables: what lookups and searches are measured on.

    python -m tests.benchmarks.big_store URL [REPORTS]

Ten thousand reports of 100 paragraphs, 100 checks, 5 findings and 5 problems each take a few minutes. Words come as often
as in texts (Zipf over the field's lexicon, and over the words of jieba's dictionary as often as it says), a third of the
paragraphs are rows of tables. The results' bodies are those of a few reports, and fit their rows no further.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

import numpy as np
from sqlalchemy import Connection, insert, text

from api.store import Store, index, open_store, tables
from api.store.folding import fold
from api.store.rows import Row, body
from extractor.data import load
from extractor.result import Category
from tests.extractor.output.sample import sample

REPORTS, PARAGRAPHS, CHECKS, FINDINGS, PROBLEMS = 10_000, 100, 100, 5, 5
WORDS = 22  # of a paragraph, with its marks some 60 characters
BATCH = 100  # reports of a transaction
LEXICON_SHARE, PLAIN_WORDS = 0.4, 20_000
MOMENT, VERSION = "2025-01-01T00:00:00.000000Z", "1"
RULES = [
    "table.total", "table.column", "score.rollup", "score.text", "score.rule", "text.enumeration", "text.rate",
    "text.product", "cross.mention", "grade.band", "survey", "count.claim", "date.order", "text.residue",
]  # fmt: skip
GRADES = [(90.0, "优"), (80.0, "良"), (60.0, "中"), (0.0, "差")]
PLACES = "东西南北上下中前后新大小长平安永宁江河山云青白金石清和泰昌丰"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words, common ones first, and how far the odds of all up to each add up."""

    words: list[str]
    odds: np.ndarray

    def draw(self, chance: np.random.Generator, count: int) -> list[str]:
        return [self.words[at] for at in np.searchsorted(self.odds, chance.random(count), side="right")]


@cache
def vocabulary() -> Vocabulary:
    lexicon = dict.fromkeys(term for terms in load("lexicon")["terms"].values() for term in terms if len(term) < 7)
    counts = {term: 1 / rank for rank, term in enumerate(sorted(lexicon, key=_shuffled), 1)}
    share = LEXICON_SHARE / sum(counts.values())
    weights = {term: count * share for term, count in counts.items()}
    lines = files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    plain = [(word, int(count)) for word, count, *_ in map(str.split, lines) if len(word) > 1 and word == fold(word)]
    plain = sorted(plain, key=lambda pair: -pair[1])[:PLAIN_WORDS]
    share = (1 - LEXICON_SHARE) / sum(count for _, count in plain)
    for word, count in plain:
        weights[word] = weights.get(word, 0.0) + count * share
    ordered = sorted(weights, key=lambda word: -weights[word])
    odds = np.cumsum([weights[word] for word in ordered])
    return Vocabulary(ordered, odds / odds[-1])


def _shuffled(term: str) -> bytes:
    return hashlib.md5(term.encode()).digest()


@cache
def names(kind: str) -> list[str]:
    """Names of regions, departments and agencies, the same on every machine."""
    chance = np.random.default_rng(len(kind))
    draw = lambda: "".join(chance.choice(list(PLACES), 2))  # noqa: E731
    if kind == "region":
        return list(dict.fromkeys(f"{draw()}市{draw()}{chance.choice(['区', '县'])}" for _ in range(80)))
    if kind == "department":
        offices = [
            "财政局",
            "教育局",
            "水务局",
            "农业农村局",
            "民政局",
            "交通运输局",
            "卫生健康局",
            "文化和旅游局",
            "城市管理局",
        ]
        return [region + office for region in names("region")[:40] for office in offices]
    return list(
        dict.fromkeys(f"{draw()}{chance.choice(['会计师事务所', '咨询有限公司', '评估有限公司'])}" for _ in range(150))
    )


def fill(store: Store, reports: int = REPORTS, seed: int = 1) -> None:
    """Adds reports to an empty store."""
    made = made_up(reports, seed)
    for start in range(0, reports, BATCH):
        rows: dict[str, list[Row]] = {table.name: [] for table in tables.metadata.sorted_tables}
        entries: list[tuple[int, index.Searched]] = []
        for number, report in zip(range(start + 1, min(start + BATCH, reports) + 1), made, strict=False):
            for name, found in report.items():
                rows[name] += found
            entries.append((number, index.searched(report, _words)))
        with store.writing() as connection:
            for table in tables.metadata.sorted_tables:
                if rows[table.name]:
                    connection.execute(insert(table), rows[table.name])
            for number, texts in entries:
                index.add(connection, number, texts)
    with store.writing() as connection:
        _settle(connection)


def _words(text: str) -> list[str]:
    """As many as there would be, found faster; what a search costs does not depend on which they are."""
    return [text[at : at + 2] for at in range(0, len(text), 2)]


def _settle(connection: Connection) -> None:
    """What the databases do by themselves sooner or later: numbers go on behind the last, statistics are gathered."""
    if connection.dialect.name == "postgresql":
        for name in ("reports", "documents", "results"):
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
    connection.execute(text("ANALYZE"))


def made_up(reports: int, seed: int) -> Iterator[dict[str, list[Row]]]:
    """The rows of one report after the other, by table; reports are numbered from 1."""
    bodies = [_body(variant) for variant in range(20)]
    for number in range(1, reports + 1):
        chance = np.random.default_rng((seed, number))
        yield _report(number, chance, bodies[number % len(bodies)])


def _report(number: int, chance: np.random.Generator, content: bytes) -> dict[str, list[Row]]:
    words = vocabulary()
    region, department, agency = (_common(chance, names(kind)) for kind in ("region", "department", "agency"))
    year, score = int(chance.integers(2015, 2025)), round(float(np.clip(chance.normal(84, 8), 20, 100)), 2)
    project = "".join(words.words[at] for at in chance.integers(200, 3000, 2)) + "项目"
    title = f"{region}{year}年度{project}绩效评价报告"
    sha256 = hashlib.sha256(title.encode() + number.to_bytes(8)).hexdigest()
    own = {"report_id": number}
    findings = [own | row for row in _findings(number, chance)]
    alarms = sum(row["severity"] != "info" for row in findings)
    document = number - 1 if number % 20 == 0 else number  # one of twenty is another version
    columns = {
        "title": title,
        "kind": "项目支出",
        "project_name": project,
        "year": year,
        "region": region,
        "department": department,
        "unit": department,
        "agency": agency,
        "report_date": f"{year + 1}-06",
        "grade": next(grade for least, grade in GRADES if score >= least),
        "score": None if number % 25 == 0 else score,
        "alarms": alarms,
        "hints": FINDINGS - alarms,
        "problems": PROBLEMS,
        "checks": CHECKS,
    }
    stored = {"sha256": sha256, "added_at": MOMENT, "added_by": None}
    return {
        "originals": [stored | {"format": "docx", "size": 100_000, "place": f"{sha256[:2]}/{sha256}"}],
        "original_names": [stored | {"name": f"{title}.docx"}],
        "reports": [{"id": number, "sha256": sha256, "part": 1, "version": VERSION, "saved_at": MOMENT} | columns],
        "results": [own | {"version": VERSION, "saved_at": MOMENT, "body": content}],
        "documents": [{"id": number, "title_key": title, "year": year}] if document == number else [],
        "versions": [own | {"document_id": document, "sketch": chance.bytes(1024)}],
        "problems": [own | row for row in _problems(chance)],
        "findings": findings,
        "checks": [own | row for row in _checks(chance)],
        "paragraphs": [own | row for row in _paragraphs(chance, [title, project])],
    }


def _common(chance: np.random.Generator, values: Sequence[str]) -> str:
    """One of the values, the first ones oftener."""
    return values[int(len(values) * chance.random() ** 2)]


def _paragraphs(chance: np.random.Generator, own: list[str]) -> Iterator[Row]:
    drawn = vocabulary().draw(chance, PARAGRAPHS * WORDS)
    figures = chance.integers(1, 999_999, PARAGRAPHS * WORDS)
    for at in range(PARAGRAPHS):
        words = drawn[at * WORDS : (at + 1) * WORDS]
        if at % 20 == 0:
            words[1] = own[at // 20 % 2]
        numbers = [f"{figure / 100:.2f}" for figure in figures[at * WORDS : at * WORDS + 3]]
        row = {"position": at, "page": at // 10 + 1, "section": f"{at // 25 + 1}、{drawn[at // 25]}"}
        if at % 3 == 2:
            cells = ["".join(words[:2]), *numbers, "".join(words[3:9])]
            yield row | {"text": " | ".join(cells)}
        else:
            yield row | {"text": "".join([*words[:6], "，", *words[6:11], numbers[0], "万元，", *words[11:], "。"])}


def _problems(chance: np.random.Generator) -> Iterator[Row]:
    for at in range(PROBLEMS):
        words = vocabulary().draw(chance, 16)
        heading, content = "".join(words[:4]), "".join(words[4:]) + "。"
        yield {
            "origin": "problems" if at < 3 else "defects",
            "position": at,
            "heading": heading,
            "category": _common(chance, get_args(Category)),
            "unit": None,
            "page": 20 + at,
            "text": content,
        }


def _findings(number: int, chance: np.random.Generator) -> Iterator[Row]:
    severities = chance.choice(["high", "medium", "low", "info"], FINDINGS, p=[0.1, 0.2, 0.3, 0.4])
    for at, severity in enumerate(severities):
        words = vocabulary().draw(chance, 24)
        title, explanation = "".join(words[:3]) + "不符", "".join(words[3:]) + "。"
        yield {
            "position": at,
            "fingerprint": hashlib.sha256(f"{number}.{at}".encode()).hexdigest()[:16],
            "rule": _common(chance, RULES),
            "severity": str(severity),
            "confidence": round(float(chance.uniform(0.5, 1)), 3),
            "title": title,
            "explanation": explanation,
            "evidence": [{"quote": explanation[:30], "page": 3 + p, "bbox": None, "section": None} for p in range(2)],
        }


def _checks(chance: np.random.Generator) -> Iterator[Row]:
    verdicts = chance.choice(["consistent", "inconsistent", "unverifiable"], CHECKS, p=[0.93, 0.04, 0.03])
    figures = chance.integers(100, 99_999, (CHECKS, 3)) / 100
    for at, (verdict, (a, b, c)) in enumerate(zip(verdicts, figures, strict=True)):
        yield {
            "position": at,
            "kind": "sum",
            "rule": RULES[int(len(RULES) * (at / CHECKS) ** 2)],
            "verdict": str(verdict),
            "severity": "high" if verdict == "inconsistent" else "info",
            "confidence": 0.95,
            "expression": f"{a} + {b} + {c} = {a + b + c:.2f}",
            "page": at // 5 + 1,
        }


def _body(variant: int) -> bytes:
    """A result with as many checks as its report's rows."""
    result: Any = sample(f"report{variant}.docx")
    return body(result.model_copy(update={"checks": (result.checks * CHECKS)[:CHECKS]}))


def main(arguments: Sequence[str]) -> None:
    store = open_store(arguments[0])
    fill(store, int(arguments[1]) if len(arguments) > 1 else REPORTS)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
