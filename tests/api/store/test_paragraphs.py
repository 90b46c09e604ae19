"""What of a report is searched."""

from __future__ import annotations

from pathlib import Path

from api.store import paragraphs_of
from extractor.pipeline import read_reports

REPORT = """# 湖滨县农村道路养护项目绩效评价报告

一、项目概况

项目预算100万元，实际支出96万元。

<table><tr><td>指标</td><td>分值</td><td>得分</td></tr><tr><td>产出数量</td><td>10</td><td>8</td></tr></table>

二、存在的问题

资料归档不完整。
"""


def test_paragraphs_headings_and_table_rows_are_told_with_their_sections(tmp_path: Path) -> None:
    path = tmp_path / "报告.md"
    path.write_text(REPORT, encoding="utf-8")
    [report] = read_reports(path)
    found = paragraphs_of(report.document)
    texts = {paragraph.text: paragraph.section for paragraph in found}
    assert texts["项目预算100万元，实际支出96万元。"] == "一、项目概况"
    assert texts["产出数量 | 10 | 8"] == "一、项目概况"
    assert texts["资料归档不完整。"] == "二、存在的问题"
    assert "二、存在的问题" in texts
    assert [p.position for p in found] == sorted(p.position for p in found)
    assert report.result.source.name == "报告.md"
