"""Annotated copies: what an auditor sees at the wrong number in a PDF viewer and in Word."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import docx
import pdfplumber
import pypdfium2
import pytest
from click.testing import CliRunner
from reportlab.pdfgen.canvas import Canvas

from extractor.cli import commands
from extractor.document import Evidence
from extractor.output import annotated_pdf
from extractor.pipeline import analyse
from extractor.readers import read
from extractor.result import Check, Finding, Operand
from tests.extractor.output.sample import sample

SAMPLES = Path(__file__).resolve().parents[3] / "corpus" / "samples" / "planted-errors"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(commands, [str(a) for a in arguments])
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """The annotated copy of the PDF file, and what the file was before."""
    copy = tmp_path_factory.mktemp("copied") / "copy.pdf"
    original = (SAMPLES / "report.pdf").read_bytes()
    code, output = run("export", SAMPLES / "report.pdf", "--pdf", copy)
    assert code == 0, output
    return copy, original


def alarms(path: Path) -> list[Finding]:
    return [f for result in analyse(path) for f in result.findings if f.severity != "info"]


def test_pdf_boxes_frame_the_wrong_number(copied: tuple[Path, bytes]) -> None:
    with pdfplumber.open(copied[0]) as pdf:
        leading = {}
        for page in pdf.pages:
            for annotation in page.annots:
                name, _, rest = annotation["contents"].partition("（")
                if rest and "相关" not in name:
                    box = tuple(annotation[key] for key in ("x0", "top", "x1", "bottom"))
                    leading[name] = (annotation["contents"], page.within_bbox(box).extract_text())
    found = alarms(SAMPLES / "report.pdf")
    assert sorted(leading) == [f"差错 {n}" for n in range(1, len(found) + 1)]
    for contents, framed in leading.values():
        # The explanation names the framed number.
        assert framed.strip() and framed.strip().rstrip("%分") in contents


def test_pdf_keeps_the_bytes_of_the_original(copied: tuple[Path, bytes]) -> None:
    copy, original = copied
    assert copy.read_bytes().startswith(original)
    assert (SAMPLES / "report.pdf").read_bytes() == original


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_of_turned_pages(tmp_path: Path, rotation: int) -> None:
    source, copy = tmp_path / "turned.pdf", tmp_path / "copy.pdf"
    canvas = Canvas(str(source), pagesize=(400, 600))
    canvas.setPageRotation(rotation)
    canvas.drawString(60, 500, "total 128.50")
    canvas.save()
    [paragraph] = read(source).blocks
    [line] = paragraph.lines
    evidence = Evidence("total 128.50", page=1, bbox=line.bbox, block=0)
    number = Operand(text="128.50", value=Decimal("128.50"), evidence=evidence)
    result = sample(
        checks=[Check(kind="sum", rule="table.total", verdict="inconsistent", severity="high", stated=number)],
        findings=[
            Finding(
                id="f1", fingerprint="0", severity="high", confidence=0.9, title="合计数不符", explanation="合计不符。",
                checks=[0], evidence=[evidence],
            )
        ],
    )  # fmt: skip
    annotated_pdf.write(copy, source, [result])
    with pdfplumber.open(copy) as pdf:
        [annotation] = pdf.pages[0].annots
        left, bottom, right, top = (float(v) for v in annotation["data"]["Rect"])
    page = pypdfium2.PdfDocument(copy)[0]
    for index in (0, len("total 128.50") - 1):
        x0, y0, x1, y1 = page.get_textpage().get_charbox(index)
        assert left <= x0 and x1 <= right and bottom <= y0 and y1 <= top
    assert (right - left) * (top - bottom) < 80 * 25


def test_word_comments_stand_at_their_paragraphs(tmp_path: Path) -> None:
    copy = tmp_path / "copy.docx"
    code, output = run("export", SAMPLES / "report.docx", "--docx", copy)
    assert code == 0 and "找不到位置" not in output
    document = docx.Document(str(copy))
    comments = {str(c.comment_id): c.text for c in document.comments}
    found = alarms(SAMPLES / "report.docx")
    assert sum("可信度" in text for text in comments.values()) == len(found)
    start = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}commentRangeStart"
    key = start.replace("commentRangeStart", "id")
    for mark in document.element.body.iter(start):
        text = comments[mark.get(key)]
        if "可信度" in text:
            row = next(mark.iterancestors(start.replace("commentRangeStart", "tr")), mark.getparent())
            here = "".join(row.itertext())
            finding = next(f for f in found if f.explanation in text)
            first = finding.evidence[0].quote.split(" | ")[-1]
            assert first[-8:].replace(" ", "") in here.replace(" ", "")


def test_what_cannot_be_annotated_is_said(tmp_path: Path) -> None:
    code, output = run("export", SAMPLES / "report.docx", "--pdf", tmp_path / "copy.pdf")
    assert code == 2 and "请用 --docx" in output and not (tmp_path / "copy.pdf").exists()
    code, output = run("export", SAMPLES / "report.pdf", "--pdf", SAMPLES / "report.pdf")
    assert code == 2 and "原文件" in output
    code, output = run("export", SAMPLES / "report.pdf")
    assert code == 2 and "--xlsx" in output


def test_several_files_go_into_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    other = SAMPLES.parent
    pdfs = sorted(other.glob("*/report.pdf"))[:2]
    code, output = run("export", *pdfs, "--pdf", folder)
    assert code == 0, output
    assert len(list(folder.glob("*.pdf"))) == 2
