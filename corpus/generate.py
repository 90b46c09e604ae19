"""Folders of synthetic reports: report.txt with gold.json, and report.docx and report.pdf where asked for."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.compose import compose
from corpus.data_files import read, style, style_names
from corpus.gold import annotate
from corpus.invention import invent
from corpus.manuscript import finish
from corpus.mistakes import make_mistakes
from corpus.wear import wear

BOUND_REPORTS = 3
REQUIRES = {
    "band_table": "bands_stated",
    "repeated_paragraphs": "summary",
    "cut_header_repeated": "table_cut",
    "cut_running_header": "table_cut",
    "cut_continued": "table_cut",
    "cut_column_fewer": "table_cut",
    "cell_cut": "table_cut",
    "survey_table": "questionnaire",
    "answer_sheet": "survey_table",
}
"""Forms that can only occur in reports that have another one; their rates are among those."""
REQUIRES_CHOICE = {"cut_continued": ("row_merges", "blank"), "cut_column_fewer": ("row_merges", "blank")}
NOT_IN_SELF_EVALUATION = frozenset(
    {
        "summary", "contents", "spaced_labels", "bands_stated", "town_scores", "section_tables", "heading_points",
        "closing_sentence", "four_levels", "transposed_scores", "markdown_ruling", "total_row_shifted", "table_cut",
        "questionnaire", "problem_list", "problems_in_conclusion", "numbering_skip", "no_score_table", "source_table",
        "latex_residue", "inline_formula", "inner_spaces", "cover_table",
    }
)  # fmt: skip
NOT_WITHOUT_SHEET = frozenset({"section_tables", "four_levels", "markdown_ruling", "total_row_shifted", "table_cut"})


@dataclass(frozen=True, slots=True)
class Made:
    """A generated report: its text and its annotation."""

    text: str
    gold: dict[str, Any]


def draw_forms(seed: str, index: int) -> tuple[frozenset[str], dict[str, str]]:
    """The forms that occur in the report `index` of the run `seed`, by the rates of data/rates.toml, and its choices among
    alternatives. They are spread evenly over a run: sixty reports show each form about as often as its rate says."""
    rates = read("rates")
    roots = _irrationals(len(rates["forms"]) + len(rates["choices"]))

    def even(name: str) -> float:
        return (random.Random(f"{seed}:{name}").random() + index * next(roots)) % 1

    drawn = {form for form, rate in rates["forms"].items() if even(form) < rate} - {"bound"}
    choices = {name: _chosen(shares, even(name)) for name, shares in rates["choices"].items()}
    if "self_evaluation" in drawn:
        drawn -= NOT_IN_SELF_EVALUATION
    if "no_score_table" in drawn:
        drawn -= NOT_WITHOUT_SHEET
    for form, needed in REQUIRES.items():
        if needed not in drawn:
            drawn.discard(form)
    drawn -= {form for form, (name, value) in REQUIRES_CHOICE.items() if choices[name] != value}
    return frozenset(drawn), choices


def _irrationals(count: int) -> Iterator[float]:
    """Square roots of the first primes: their multiples, modulo 1, fill the unit interval evenly and independently
    (a Kronecker sequence)."""
    primes: list[int] = []
    number = 2
    while len(primes) < count:
        if all(number % prime for prime in primes):
            primes.append(number)
        number += 1
    return iter([math.sqrt(prime) for prime in primes])


def _chosen(shares: dict[str, float], place: float) -> str:
    """The alternative whose share of the unit interval holds `place`."""
    for name, share in shares.items():
        place -= share
        if place < 0:
            return name
    return name


def make_report(seed: str, index: int, errors: int = 0) -> Made:
    """The report `index` of the run `seed`, with `errors` wrong numbers planted and recorded."""
    rnd = random.Random(f"{seed}:{index}")
    forms, choices = draw_forms(seed, index)
    agency = style(rnd.choice(style_names()))
    report = invent(rnd, forms)
    script = compose(report, agency, forms, choices, rnd)
    wear(script, forms, rnd)
    mistakes = make_mistakes(script, errors, rnd) if errors else []
    done = finish(script)
    mistaken = frozenset(mistake.mention for mistake in mistakes)
    gold = {"name": f"{seed}:{index}", **annotate(report, script, done, agency, forms, mistaken), "choices": choices}
    gold["inconsistencies"] = [mistake.record(script, done, gold["relations"]) for mistake in mistakes]
    return Made("\n".join(done.lines), gold)


def write_report(folder: Path, made: Made) -> Path:
    """Write report.txt and gold.json of a report into the folder, gold's `name` being the folder's. Returns the text's path."""
    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "report.txt"
    text.write_text(made.text, encoding="utf-8")
    gold = {**made.gold, "name": folder.name}
    (folder / "gold.json").write_text(json.dumps(gold, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return text


def write_samples(out: Path, tell: Callable[[str], None] = lambda line: None) -> list[Path]:
    """The reports of data/samples.toml as text, Word and PDF. Returns their folders."""
    from corpus.render import render

    texts = []
    for name, sample in read("samples").items():
        texts.append(write_report(out / name, make_report(sample["seed"], sample["index"], sample["errors"])))
    render(texts, ["docx", "pdf"], tell=tell)
    return [text.parent for text in texts]


def generate(
    out: Path,
    count: int,
    seed: int,
    formats: Sequence[str],
    errors: int = 0,
    tell: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Write `count` report folders under `out`; some are bound together as well, three to a file, beside them.

    `formats` are of txt, docx, pdf, scan (report.txt is always written). Returns the folders; the same seed gives the same files.
    """
    folders = []
    for index in range(1, count + 1):
        name = f"s{seed}-{index:03d}"
        made = make_report(str(seed), index, errors)
        folders.append(write_report(out / name, made).parent)
        planted = len(made.gold["inconsistencies"])
        tell(f"{name}：{len(made.gold['relations'])} 条勾稽关系" + (f"，{planted} 处差错" if errors else ""))
    texts = [folder / "report.txt" for folder in folders]
    texts += _bind(out, folders, random.Random(f"bound:{seed}"))
    wanted = [kind for kind in formats if kind != "txt"]
    if wanted:
        from corpus.render import render

        render(texts, wanted, tell=tell)
    return folders


def _bind(out: Path, folders: list[Path], rnd: random.Random) -> list[Path]:
    """Files that hold several reports, with names.json telling which, at the rate `bound`."""
    files = []
    wanted = round(read("rates")["forms"]["bound"] * len(folders) / BOUND_REPORTS)
    if len(folders) >= BOUND_REPORTS and not wanted and rnd.random() < read("rates")["forms"]["bound"] * len(folders):
        wanted = 1
    for index in range(1, wanted + 1):
        parts = rnd.sample(folders, BOUND_REPORTS)
        folder = out / f"bound-{index:03d}"
        folder.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join((part / "report.txt").read_text(encoding="utf-8") for part in parts)
        (folder / "bound.txt").write_text(text, encoding="utf-8")
        (folder / "names.json").write_text(json.dumps([part.name for part in parts]), encoding="utf-8")
        files.append(folder / "bound.txt")
    return files
