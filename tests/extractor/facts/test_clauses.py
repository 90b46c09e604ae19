"""Which passages of a report may state a deficiency, how they are cut, and what is known of where they stand."""

from __future__ import annotations

import pytest

from extractor.document import Document, Paragraph
from extractor.facts import extract
from extractor.facts.clauses import Stretch, clause_spans, stretches
from extractor.layout import lay_out
from extractor.readers import read
from extractor.result import Facts

REPORT = """云垭县灌区维修项目绩效评价报告

一、项目概况

本项目维修干渠12公里。

二、绩效指标分析

（一）立项程序规范性

该指标4分，得3分。渠道选线没有经过集体研究，扣1分。

（二）完工及时性

该指标6分，得6分。工程按期完工。

三、存在的问题

（一）巡渠记录不全。部分月份没有记录。

四、有关建议

（一）补齐巡渠记录。今后应按月归档。
"""
SHEET = """

附件1 评分表

一级指标\t二级指标\t三级指标\t分值\t评分标准\t得分\t评分理由
决策\t项目立项\t立项程序规范性\t40\t程序规范得满分，每缺一项扣10分\t30\t渠道选线没有经过集体研究，扣10分
产出\t产出时效\t完工及时性\t60\t按期完工得满分，晚于计划扣30分\t60\t按期完工
合计\t\t\t100\t\t90\t
"""


def of(text: str, tmp_path_factory: pytest.TempPathFactory) -> list[Stretch]:
    path = tmp_path_factory.mktemp("report") / "report.txt"
    path.write_text(text, encoding="utf-8")
    (document,) = lay_out(read(path))
    return list(stretches(document, extract(document)))


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("渠道老化，未及时维修；", ["渠道老化，", "未及时维修；"]),
        ("共支出1,234,500元，结余2，300元。", ["共支出1,234,500元，", "结余2，300元。"]),
        ("经检查：台账缺失。", ["经检查：", "台账缺失。"]),
        ("，。；", []),
        ("", []),
    ],
)
def test_a_text_is_cut_into_clauses_but_not_inside_a_number(text: str, clauses: list[str]) -> None:
    assert [text[a:b] for a, b in clause_spans(text)] == clauses


def test_lists_of_problems_and_suggestions_are_told_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = [stretch.text for stretch in of(REPORT, tmp_path_factory)]
    assert any("集体研究" in text for text in texts)
    assert not any("巡渠记录" in text or "部分月份" in text or "归档" in text for text in texts)


def test_a_paragraph_knows_its_indicator_and_whether_that_lost_points(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = {s.heading: s.mark for s in of(REPORT + SHEET, tmp_path_factory) if s.kind == "text"}
    assert found["立项程序规范性"] == "less"
    assert found["完工及时性"] == "full"


def test_of_a_score_sheet_the_reasons_are_looked_at_and_not_the_criteria(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    cells = [s for s in of(REPORT + SHEET, tmp_path_factory) if s.spot.table is not None]
    reasons = [(s.text, s.heading, s.mark) for s in cells if s.kind == "reason"]
    assert reasons == [
        ("渠道选线没有经过集体研究，扣10分", "立项程序规范性", "less"),
        ("按期完工", "完工及时性", "full"),
    ]
    assert not any("每缺一项" in s.text for s in cells)


def test_a_clause_sees_its_neighbours_and_its_sentence() -> None:
    document = Document(format="txt", blocks=[Paragraph("渠道老化，未及时维修。水量充足。")])
    (stretch,) = stretches(document, Facts())
    middle = stretch.judged()[1]
    assert (middle.text, middle.before, middle.after) == ("未及时维修。", "渠道老化，", "水量充足。")
    assert middle.sentence == "渠道老化，未及时维修。"


def test_a_sentence_without_end_and_one_without_chinese_are_cut_in_linear_time() -> None:
    document = Document(format="txt", blocks=[Paragraph("没有记录，" * 10_000), Paragraph("no records, none at all")])
    long, foreign = stretches(document, Facts())
    assert len(long.judged()) == 10_000
    assert [clause.text for clause in foreign.judged()] == ["no records,", "none at all"]
