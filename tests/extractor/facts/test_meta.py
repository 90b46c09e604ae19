"""Title, parties, project, year and date as covers and prose of different agencies give them; all invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.facts import extract
from extractor.layout import lay_out
from extractor.readers import read
from extractor.result import Meta

BODY = (
    "一、项目基本情况\n\n（一）项目背景\n\n为改善人居环境，实施公园养护项目。\n\n（二）资金情况\n\n2022年项目预算300万元。\n\n"
    "二、评价结论\n\n经综合评价，得分86.5分，评价等级为“良”。\n\n三、存在的问题\n\n（一）档案不全。\n"
)


def meta(tmp_path: Path, text: str) -> Meta:
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    (document,) = lay_out(read(path))
    return extract(document).meta


def words(found: Meta) -> dict[str, str | int]:
    """What was found, without what is None."""
    return {name: value.value for name in Meta.model_fields if (value := getattr(found, name)) is not None}


COVERS = [
    (
        "2022年度海棠市公园养护项目绩效评价报告\n\n委托单位：海棠市财政局\n\n主管部门：海棠市城市管理局\n\n"
        "实施单位：海棠市园林中心\n\n评价机构：华岳会计师事务所（特殊普通合伙）\n\n2023年6月",
        {
            "title": "2022年度海棠市公园养护项目绩效评价报告",
            "project_name": "2022年度海棠市公园养护项目",
            "evaluated_year": 2022,
            "entrusting_party": "海棠市财政局",
            "competent_department": "海棠市城市管理局",
            "implementing_unit": "海棠市园林中心",
            "evaluator": "华岳会计师事务所（特殊普通合伙）",
            "report_date": "2023-06",
        },
    ),
    # Labels with blanks inside, title on two lines, day in Chinese figures.
    (
        "海棠市2022年公园养护项目\n\n绩 效 评 价 报 告\n\n委 托 方：海棠市财政局\n\n预算部门：海棠市城市管理局\n\n"
        "项 目 单 位：海棠市园林中心\n\n第三方评价机构：华岳咨询有限公司\n\n二〇二三年九月二十八日",
        {
            "title": "海棠市2022年公园养护项目绩效评价报告",
            "project_name": "海棠市2022年公园养护项目",
            "entrusting_party": "海棠市财政局",
            "competent_department": "海棠市城市管理局",
            "implementing_unit": "海棠市园林中心",
            "evaluator": "华岳咨询有限公司",
            "report_date": "2023-09-28",
        },
    ),
    # Label and value on two lines, seals, a joint label.
    (
        "海棠市公园养护项目支出绩效评价报告\n（2022年度）\n\n评价委托单位：\n海棠市财政局\n\n项目主管部门及实施单位：海棠市城市管理局\n\n"
        "受托评价机构（盖章）：\n华岳咨询有限公司\n\n报告日期：2023年6月5日",
        {
            "project_name": "海棠市公园养护项目",
            "entrusting_party": "海棠市财政局",
            "competent_department": "海棠市城市管理局",
            "implementing_unit": "海棠市城市管理局",
            "evaluator": "华岳咨询有限公司",
            "report_date": "2023-06-05",
        },
    ),
    # Cells in pairs.
    (
        "2022年度海棠市公园养护专项资金绩效评价报告\n\n委托部门\t海棠市财政局\n主管单位\t海棠市城市管理局\n项目实施单位\t海棠市园林中心\n"
        "评价单位\t华岳咨询有限公司\n编制时间\t2023年6月",
        {
            "project_name": "2022年度海棠市公园养护专项资金",
            "entrusting_party": "海棠市财政局",
            "competent_department": "海棠市城市管理局",
            "implementing_unit": "海棠市园林中心",
            "evaluator": "华岳咨询有限公司",
            "report_date": "2023-06",
        },
    ),
    # The name is a line of its own under a general title.
    (
        "财政支出绩效评价报告\n\n项目名称：公园养护项目\n\n评价年度：2022年\n\n被评价单位：海棠市园林中心\n\n委托单位：海棠市财政局\n\n"
        "评价机构：华岳咨询有限公司\n\n二○二三年十二月",
        {
            "project_name": "公园养护项目",
            "evaluated_year": 2022,
            "implementing_unit": "海棠市园林中心",
            "entrusting_party": "海棠市财政局",
            "report_date": "2023-12",
        },
    ),
    # Numbers, secrecy and annex marks are no part of a title; years 2020-2022 end in 2022.
    (
        "附件1\n\n报告编号：华岳绩〔2023〕18号\n\n关于海棠市2020-2022年公园养护项目的绩效评价报告\n（终稿）\n\n委托单位：海棠市财政局\n\n2023.06",
        {"project_name": "海棠市2020-2022年公园养护项目", "evaluated_year": 2022, "report_date": "2023-06"},
    ),
]

SIGNED = [
    # No labels: the year under the title, the company above the date.
    (
        "海棠市公园养护项目\n绩效评价报告\n（2021年度）\n\n华岳管理咨询有限公司\n二〇二三年八月",
        {
            "project_name": "海棠市公园养护项目",
            "evaluated_year": 2021,
            "evaluator": "华岳管理咨询有限公司",
            "report_date": "2023-08",
        },
    ),
    # A general title with the project on a line below it, two labels on one line.
    (
        "2022年度市本级重点项目绩效评价报告\n——海棠市智慧停车项目\n\n委托单位：海棠市财政局    评价机构：华岳咨询有限公司\n2023年7月",
        {"project_name": "海棠市智慧停车项目", "entrusting_party": "海棠市财政局", "evaluator": "华岳咨询有限公司"},
    ),
]
COVERS += SIGNED


@pytest.mark.parametrize(("cover", "wanted"), COVERS, ids=range(len(COVERS)))
def test_covers(tmp_path: Path, cover: str, wanted: dict[str, str | int]) -> None:
    found = words(
        meta(tmp_path, f"{cover}\n\n\n目 录\n\n一、项目基本情况\t1\n二、评价结论\t3\n三、存在的问题\t4\n\n{BODY}")
    )
    assert {name: found.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(("cover", "wanted"), COVERS[:4], ids=range(4))
def test_covers_without_contents(tmp_path: Path, cover: str, wanted: dict[str, str | int]) -> None:
    found = words(meta(tmp_path, f"{cover}\n\n{BODY}"))
    assert {name: found.get(name) for name in wanted} == wanted


PROSE = [
    (
        "受海棠市财政局委托，华岳咨询有限公司对公园养护项目开展了绩效评价。",
        {"entrusting_party": "海棠市财政局", "evaluator": "华岳咨询有限公司"},
    ),
    (
        "我司（华岳会计师事务所有限公司）受海棠市财政局的委托，组成评价组开展绩效评价。",
        {"entrusting_party": "海棠市财政局", "evaluator": "华岳会计师事务所有限公司"},
    ),
    (
        "海棠市财政局委托华岳（海棠）管理咨询有限公司（下称“华岳咨询”）负责该项目的绩效评价。",
        {"entrusting_party": "海棠市财政局", "evaluator": "华岳（海棠）管理咨询有限公司"},
    ),
    (
        "本项目主管部门为海棠市城市管理局，负责统筹协调；项目实施单位是海棠市园林中心，负责日常管理。",
        {"competent_department": "海棠市城市管理局", "implementing_unit": "海棠市园林中心"},
    ),
    (
        "该项目由海棠市园林中心负责实施。我们接受海棠市财政局委托，对该项目进行评价。",
        {"entrusting_party": "海棠市财政局", "implementing_unit": "海棠市园林中心"},
    ),
    ("责任单位：海棠市园林中心。", {"implementing_unit": "海棠市园林中心"}),
    (
        "华岳管理咨询有限公司接受海棠市财政局委托，对公园养护项目开展评价。",
        {"entrusting_party": "海棠市财政局", "evaluator": "华岳管理咨询有限公司"},
    ),
    (
        "海棠市财政局通过公开招标确定华岳管理咨询有限公司为本次绩效评价的第三方机构。",
        {"entrusting_party": "海棠市财政局", "evaluator": "华岳管理咨询有限公司"},
    ),
    ("园林中心委托海棠市诚信土地评估有限公司对古树开展价值评估。", {}),
    # Who governs and who carries out, by what they do; 各镇 names nobody.
    (
        "规划明确由海棠市城市管理局牵头，各镇配合实施，海棠市城投集团所属海棠市绿野养护有限公司承担养护任务。",
        {"competent_department": "海棠市城市管理局", "implementing_unit": "海棠市绿野养护有限公司"},
    ),
    (
        "海棠市城市管理局为项目主管部门，海棠市园林中心为项目实施单位。",
        {"competent_department": "海棠市城市管理局", "implementing_unit": "海棠市园林中心"},
    ),
    (
        "项目由海棠市城市管理局（以下简称“市城管局”）归口管理，由海棠市园林中心具体实施。",
        {"competent_department": "海棠市城市管理局", "implementing_unit": "海棠市园林中心"},
    ),
    (
        "海棠市城市管理局负责项目的组织管理，海棠市园林中心、海棠市苗圃服务站负责具体实施。",
        {"competent_department": "海棠市城市管理局", "implementing_unit": "海棠市园林中心、海棠市苗圃服务站"},
    ),
    ("项目实施单位为海棠市园林中心、海棠市苗圃服务站。", {"implementing_unit": "海棠市园林中心、海棠市苗圃服务站"}),
    # A short form in full: with the place of who is named with it.
    (
        "受海棠市财政局委托开展评价。项目主管部门为市城市管理局。",
        {"entrusting_party": "海棠市财政局", "competent_department": "海棠市城市管理局"},
    ),
    # Part of the project, everybody, plans and the treasury's money name nobody.
    ("喷泉子项目由海棠市园林中心负责实施，其余由各镇实施。", {}),
    ("该项目由市政府统筹，市财政局牵头制定方案，各街道办事处负责实施。", {}),
    ("建议由海棠市城市管理局牵头管理。", {}),
    # The project's own contracts entrust, too: that is no evaluation.
    ("园区通过招标委托青禾检测有限公司承担水质检测。各实施单位是否按要求建立制度有待检查。", {}),
]


@pytest.mark.parametrize(("sentence", "wanted"), PROSE, ids=range(len(PROSE)))
def test_parties_in_prose(tmp_path: Path, sentence: str, wanted: dict[str, str]) -> None:
    text = f"2022年度公园养护项目绩效评价报告\n\n{BODY.replace('为改善人居环境', sentence + '为改善人居环境')}"
    found = words(meta(tmp_path, text))
    parties = ("entrusting_party", "competent_department", "implementing_unit", "evaluator")
    assert {name: found[name] for name in parties if name in found} == wanted


DATED_LINES = [
    ("（华岳会计师事务所有限公司  2023年7月）", "2023-07"),
    ("海棠市财政局（2023年7月5日）", "2023-07-05"),
    ("二〇二三年七月 华岳管理咨询有限公司", "2023-07"),
    ("中国·海棠  2023年7月", "2023-07"),
    ("（2023年7月）", "2023-07"),
    ("2023年7月编制", "2023-07"),
    ("（2022年1月—2022年12月）", None),
    ("（2022年度）", None),
    ("项目期截至2022年12月", None),
]


@pytest.mark.parametrize(("line", "date"), DATED_LINES)
def test_a_line_with_a_date_and_a_name(tmp_path: Path, line: str, date: str | None) -> None:
    found = meta(tmp_path, f"海棠市2022年公园养护项目\n绩效评价报告\n{line}\n\n{BODY}")
    assert (found.report_date.value if found.report_date else None) == date
    assert (found.evaluator is not None) == ("华岳" in line)


WHOLE_DEPARTMENTS = [
    # Entrusted: the title names the object; the department's own report names no project.
    (
        "海棠市城市管理局2022年度部门整体支出绩效评价报告\n\n被评价部门：海棠市城市管理局\n评价机构：华岳咨询有限公司\n",
        {
            "project_name": "海棠市城市管理局2022年度部门整体支出",
            "competent_department": "海棠市城市管理局",
            "implementing_unit": "海棠市城市管理局",
        },
    ),
    ("海棠市城市管理局关于2022年度部门整体支出绩效自评的报告\n", {"competent_department": "海棠市城市管理局"}),
    (
        "海棠市园林中心2022年单位整体支出绩效评价报告\n\n主管部门：海棠市城市管理局\n评价机构：华岳咨询有限公司\n",
        {
            "project_name": "海棠市园林中心2022年单位整体支出",
            "competent_department": "海棠市城市管理局",
            "implementing_unit": "海棠市园林中心",
        },
    ),
]


@pytest.mark.parametrize(("cover", "wanted"), WHOLE_DEPARTMENTS, ids=range(len(WHOLE_DEPARTMENTS)))
def test_a_whole_departments_spending(tmp_path: Path, cover: str, wanted: dict[str, str]) -> None:
    found = words(meta(tmp_path, f"{cover}\n{BODY}"))
    names = ("project_name", "competent_department", "implementing_unit")
    assert {name: found[name] for name in names if name in found} == wanted


def test_several_units_in_a_covers_table(tmp_path: Path) -> None:
    cover = "海棠市2022年设备购置项目\n绩效评价报告\n\n预算主管部门：\t海棠市卫生健康委员会\n项目实施单位：\t海棠市人民医院、海棠市妇幼保健院\n"
    found = words(meta(tmp_path, f"{cover}\n二〇二三年十月\n\n{BODY}"))
    assert found["implementing_unit"] == "海棠市人民医院、海棠市妇幼保健院"


def test_what_is_not_stated_is_none(tmp_path: Path) -> None:
    found = meta(tmp_path, f"项目支出绩效评价报告\n\n{BODY.replace('公园养护项目', '本项目')}我局将加强管理。\n")
    assert found.project_name is None and found.evaluator is None and found.report_date is None


def test_a_name_broken_over_two_lines(tmp_path: Path) -> None:
    cover = "2022年度公园养护项目绩效评价报告\n\n委托单位：海棠市财政局\n\n评价机构：华岳海棠（集团）工程管理咨询\n\n有限公司\n\n2023年6月"
    found = words(meta(tmp_path, f"{cover}\n\n{BODY}"))
    assert (found["evaluator"], found["report_date"]) == ("华岳海棠（集团）工程管理咨询有限公司", "2023-06")


def test_addressee_is_who_entrusted(tmp_path: Path) -> None:
    opening = "海棠市财政局：\n\n受贵局委托，华岳会计师事务所对公园养护项目进行了绩效评价，现将情况报告如下。"
    found = words(meta(tmp_path, f"关于2022年度公园养护项目\n绩效评价的报告\n\n{opening}\n\n{BODY}"))
    assert found["project_name"] == "2022年度公园养护项目"
    assert (found["entrusting_party"], found["evaluator"]) == ("海棠市财政局", "华岳会计师事务所")


def test_signature_at_the_end_dates_the_report(tmp_path: Path) -> None:
    found = meta(tmp_path, f"2022年度公园养护项目绩效评价报告\n\n{BODY}\n华岳咨询有限公司\n\n二〇二三年九月二十八日\n")
    assert found.report_date is not None and found.report_date.value == "2023-09-28"


def test_project_and_year_from_the_body(tmp_path: Path) -> None:
    text = (
        "一、项目概况\n\n（一）主要内容\n\n海棠市园林中心（以下简称“园林中心”）承担全市公园管理。\n\n（二）资金\n\n2023年公园养护费项目年初预算300万元，"
        "2023年实际支出280万元。\n\n二、评价结论\n\n经评价，海棠市2023年公园养护费项目的绩效评价总体评分为85分，评价结论为“良”。\n\n三、存在问题\n\n（一）档案不全。\n"
    )
    found = words(meta(tmp_path, text))
    assert found["project_name"] == "海棠市2023年公园养护费项目"
    assert found["evaluated_year"] == 2023
    assert found["implementing_unit"] == "海棠市园林中心"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2022年度公园养护项目绩效评价报告", "项目支出"),
        ("海棠市城市管理局2022年度部门整体支出绩效评价报告", "部门整体"),
        ("2022年度公园养护项目支出绩效自评报告", "部门自评"),
        ("2022年项目支出绩效部门评价报告", "部门自评"),
    ],
)
def test_kinds(tmp_path: Path, title: str, kind: str) -> None:
    found = meta(tmp_path, f"{title}\n\n{BODY}")
    assert found.kind is not None and found.kind.value == kind


def test_a_document_of_another_kind(tmp_path: Path) -> None:
    found = meta(
        tmp_path,
        "附件3\n2022年度政府采购情况的说明\n一、总体情况\n2022年全区政府采购支出800万元。\n二、分类情况\n货物类300万元。\n",
    )
    assert found.kind is not None and found.kind.value == "其他"
    assert found.project_name is None and found.evaluated_year is not None and found.evaluated_year.value == 2022


def test_evidence_is_where_it_stands(tmp_path: Path) -> None:
    found = meta(tmp_path, f"{COVERS[0][0]}\n\n{BODY}")
    assert found.evaluator is not None and found.evaluator.evidence is not None
    assert found.evaluator.evidence.quote.startswith("评价机构：")


def test_the_heads_of_a_list_are_no_labels(tmp_path: Path) -> None:
    rows = "乡镇\t项目名称\t批复资金（万元）\t完工情况\n石门乡\t冷库建设\t48.60\t完工\n洞口乡\t大棚改造\t12.80\t完工\n"
    found = words(meta(tmp_path, "2022年度海棠市公园养护项目绩效评价报告\n\n" + BODY + "\n附件：项目清单\n\n" + rows))
    assert "公园养护项目" in str(found["project_name"])
