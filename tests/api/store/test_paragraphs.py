"""What of a report is searched."""

from __future__ import annotations

from pathlib import Path

from docx import Document

from api.store import paragraphs_of
from extractor.pipeline import read_reports


def test_paragraphs_headings_and_table_rows_are_told_with_their_sections(tmp_path: Path) -> None:
    written = Document()
    for text in ("湖滨县农村道路养护项目绩效评价报告", "一、项目概况", "项目预算100万元，实际支出96万元。"):
        written.add_paragraph(text)
    table = written.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, (("指标", "分值", "得分"), ("产出数量", "10", "8")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for text in ("二、存在的问题", "资料归档不完整。"):
        written.add_paragraph(text)
    path = tmp_path / "报告.docx"
    written.save(str(path))

    [report] = read_reports(path)
    found = paragraphs_of(report.document)
    sections = {paragraph.text: paragraph.section for paragraph in found}
    assert sections["项目预算100万元，实际支出96万元。"] == "一、项目概况"
    assert sections["产出数量 | 10 | 8"] == "一、项目概况"
    assert sections["资料归档不完整。"] == "二、存在的问题"
    assert "二、存在的问题" in sections
    assert [paragraph.position for paragraph in found] == sorted(paragraph.position for paragraph in found)
