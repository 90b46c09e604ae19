"""What pages are made of: numbers with their places, snippets, pages as pictures."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from api.pages import pictures
from api.pages.archive import cut
from api.pages.document import pages_of
from api.pages.numbers import Number, numbers_of, stretches
from api.store.blobs import Blobs, digest, open_blobs, put
from extractor.document import Evidence
from extractor.result import Operand
from tests.conftest import REPOSITORY
from tests.extractor.output.sample import sample


def number(text: str, quote: str, unit: str | None = None, row: int | None = None) -> Number:
    return Number(
        "n0", Operand(text=text, value=1, unit=unit, evidence=Evidence(quote, block=0, row=row)), (0,), "right"
    )


def test_each_number_is_met_once_with_all_its_checks() -> None:
    first = sample().checks[0]
    again = first.model_copy(update={"stated": first.operands[0], "operands": [first.stated], "verdict": "consistent"})
    found = {one.operand.text: one for one in numbers_of(sample(checks=[*sample().checks, again]))}
    assert (found["88.07"].checks, found["88.07"].state) == ((0, 3), "wrong")
    assert (found["12"].checks, found["12"].state) == ((0, 3), "right")
    assert found["91.66"].state == "right"


@pytest.mark.parametrize(
    ("text", "numbers", "marked"),
    [
        ("预算12万元，支出112万元。", [number("12", "预算12万元，支出112万元。", "万元")], ["12"]),
        ("得4分。另得4分。", [number("4", "另得4分。", "分")], ["4"]),
        ("4%，4分", [number("4", "4%，4分", "%")], ["4"]),
        ("没有", [number("7", "没有")], []),
        ("合计 12.5", [number("12.5", "别的行 | 合计 12.5", row=3)], ["12.5"]),
    ],
)
def test_numbers_are_found_in_their_sentence(text: str, numbers: list[Number], marked: list[str]) -> None:
    pieces = stretches(text, numbers)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.number] == marked


def test_a_sentence_that_is_met_twice_is_marked_in_its_own_place() -> None:
    pieces = stretches("得4分。另得4分。", [number("4", "另得4分。", "分")])
    assert [piece.text for piece in pieces] == ["得4分。另得", "4", "分。"]


def test_boxes_lie_on_the_pages_of_their_report() -> None:
    pages = pages_of(sample(), numbers_of(sample()), [(600.0, 800.0)] * 31)
    assert [page.number for page in pages] == list(range(1, 32))
    assert {(mark.left, mark.top, mark.width) for mark in pages[2].marks} == {(88.5, 98.5, 313.0)}


def test_a_snippet_shows_what_was_looked_for() -> None:
    text = "前" * 300 + "满意度" + "后" * 300
    pieces = cut(text, [(300, 303)])
    assert [piece for piece, marked in pieces if marked] == ["满意度"]
    assert sum(len(piece) for piece, _ in pieces) < 100
    assert cut("短", []) == [("短", False)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Blobs, str]:
    blobs = open_blobs(str(tmp_path_factory.mktemp("originals")))
    path = REPOSITORY / "corpus/samples/self-evaluation/report.pdf"
    put(blobs, path, digest(path))
    return blobs, digest(path)


def test_a_page_becomes_a_picture(kept: tuple[Blobs, str]) -> None:
    image = Image.open(io.BytesIO(pictures.picture(*kept, 1)))
    page = pypdfium2.PdfDocument(REPOSITORY / "corpus/samples/self-evaluation/report.pdf")[0]
    assert image.size == tuple(round(side * pictures.SCALE) for side in page.get_size())
    assert image.convert("L").getextrema() == (0, 255)
    for wrong in (0, -1, 1000):
        with pytest.raises((IndexError, pypdfium2.PdfiumError)):
            pictures.picture(*kept, wrong)


def test_fonts_that_are_there_are_not_announced(kept: tuple[Blobs, str]) -> None:
    assert pictures.unseen(*kept, [1, 2, 99]) == []


def test_characters_without_a_picture_are_announced(kept: tuple[Blobs, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without any Chinese font: PDFium then has no outline for them, and their boxes are flat."""
    monkeypatch.setattr(pypdfium2.PdfTextPage, "get_charbox", lambda *_: (72.0, 700.0, 88.0, 700.016))
    assert pictures.unseen(*kept, [1]) == [1]


def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"not a PDF")
    blobs = open_blobs(str(tmp_path / "originals"))
    put(blobs, path, digest(path))
    with pytest.raises(pypdfium2.PdfiumError):
        pictures.picture(blobs, digest(path), 1)
