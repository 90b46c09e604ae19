"""Numbers of scans that arithmetic shows to be misread."""

from __future__ import annotations

from extractor.checks import misreadings, run
from extractor.document import Cell, Document, Line, Paragraph, Table, reread
from extractor.facts import extract
from extractor.layout import lay_out
from extractor.result import Check, Finding, Severity

SURE = 0.99


def lines(text: str, doubts: dict[int, float], page: int = 1) -> tuple[Line, ...]:
    sure = tuple(doubts.get(index, SURE) for index in range(len(text)))
    return (Line(0, len(text), page, (0.0, 0.0, 100.0, 10.0), (), sure),)


def cell(text: str, row: int, column: int) -> Cell:
    """A cell; ? follows a character that was read with doubt."""
    plain, doubts = "", {}
    for character in text:
        if character == "?":
            doubts[len(plain) - 1] = 0.6
        else:
            plain += character
    return Cell(plain, row, column, lines=lines(plain, doubts))


def scanned(*rows: str, text: str = "") -> Document:
    grid = [[cell(c.strip(), r, k) for k, c in enumerate(row.split("|"))] for r, row in enumerate(rows)]
    blocks: list[Paragraph | Table] = [Paragraph("表1 资金情况（单位：万元）", lines("表1 资金情况（单位：万元）", {}))]
    blocks.append(Table(grid, first_page=1))
    if text:
        blocks.append(Paragraph(text, lines(text, {})))
    [document] = lay_out(Document("pdf", blocks, [(595.0, 842.0)], ocr_pages=[1]))
    return document


def examined(document: Document) -> tuple[list[Check], list[Finding]]:
    reread(document, misreadings(document, extract(document)))
    return run(document, extract(document))


def severities(findings: list[Finding]) -> list[Severity]:
    return [finding.severity for finding in findings]


HEAD, FIRST = "单位 | 预算 | 支出", "甲镇 | 120.50 | 100.25"
LAST = "合计 | 500.75 | 401.50"


def test_a_doubtful_digit_is_put_right_where_one_reading_makes_all_checks_hold() -> None:
    document = scanned(HEAD, FIRST, "乙镇 | 36?0.25 | 301.25", LAST)
    checks, findings = examined(document)
    assert all(c.verdict == "consistent" for c in checks)
    [hint] = findings
    assert hint.severity == "info" and "“380.25”" in hint.explanation and "“360.25”" in hint.explanation
    [evidence] = hint.evidence
    assert evidence.read_as == "360.25" and "380.25" in evidence.quote and evidence.page == 1
    told = [o for c in checks for o in (c.stated, *c.operands) if o and o.text == "380.25"]
    assert told and all(o.evidence.read_as == "360.25" for o in told)
    assert [checks[i].verdict for i in hint.checks] == ["consistent"] * len(hint.checks) != []


def test_a_lost_point_is_put_back() -> None:
    document = scanned(HEAD, FIRST, "乙镇 | 3802?5 | 301.25", LAST)
    _, findings = examined(document)
    assert severities(findings) == ["info"]
    assert document.misread[0].meant == "380.25"


def test_what_was_read_without_doubt_stays_an_alarm() -> None:
    document = scanned(HEAD, FIRST, "乙镇 | 360.25 | 301.25", LAST)
    _, findings = examined(document)
    assert "info" not in severities(findings) != []
    assert not document.misread


def test_a_reading_that_breaks_another_check_is_not_taken() -> None:
    """The total of all three would agree, that of the two places would not."""
    rows = (HEAD, FIRST, "乙镇 | 36?0.25 | 301.25", "小计 | 480.75 | 401.50", "丙镇 | 10.00 | 5.00")
    document = scanned(*rows, "合计 | 510.75 | 406.50")
    assert misreadings(document, extract(document)) == []


def test_two_numbers_that_could_be_wrong_leave_the_alarm() -> None:
    document = scanned(HEAD, "甲镇 | 130?.50 | 100.25", "乙镇 | 380?.25 | 301.25", "合计 | 516.75 | 401.50")
    assert misreadings(document, extract(document)) == []
    _, findings = examined(document)
    assert severities(findings) != [] and set(severities(findings)) != {"info"}


def test_a_file_with_a_text_layer_is_never_reread() -> None:
    document = scanned(HEAD, FIRST, "乙镇 | 36?0.25 | 301.25", LAST)
    document.ocr_pages = []
    assert misreadings(document, extract(document)) == []
