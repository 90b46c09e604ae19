"""Headline figures as agencies of different habits state them; all reports here are invented."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from extractor.facts import extract
from extractor.layout import lay_out
from extractor.readers import read
from extractor.result import Headline

COVER = "2022年度海棠市{}绩效评价报告\n\n委托单位：海棠市财政局\n\n评价机构：华岳会计师事务所有限公司\n\n2023年6月\n\n"
OPENING = (
    COVER.format("公园养护项目")
    + "一、项目基本情况\n\n（一）项目资金情况\n\n{}\n\n二、评价结论\n\n{}\n\n三、存在的问题\n\n（一）档案不全。\n"
)


def headline(tmp_path: Path, text: str) -> Headline:
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    (document,) = lay_out(read(path))
    return extract(document).headline


def figures(found: Headline) -> dict[str, tuple[Decimal, str | None]]:
    """The figures found, without those that are None and without the grade."""
    out = {}
    for name in Headline.model_fields:
        value = getattr(found, name)
        if value is not None and name != "grade":
            out[name] = (value.value, value.unit)
    return out


MONEY = [
    # What closes an indicator's paragraph is no criterion.
    (
        "本项目预算资金846.32万元，累计支出846.32万元，预算执行率100.00%，按评分标准，该项得满分。",
        {"budget": ("846.32", "万元"), "expenditure": ("846.32", "万元"), "execution_rate": ("100.00", "%")},
    ),
    # A standard per household is none, what a project plans to put in is one.
    (
        "项目计划投入资金8640.00万元，其中市级配套2160.00万元。预算按照户均1.27万元的标准测算，依据充分。",
        {"budget": ("8640.00", "万元")},
    ),
    # What is added to a budget is none.
    (
        "本项目年初预算480.00万元，2022年8月追加预算50.00万元，全年预算530.00万元，全年支出493.48万元。",
        {
            "budget": ("480.00", "万元"),
            "adjusted_budget": ("530.00", "万元"),
            "expenditure": ("493.48", "万元"),
        },
    ),
    (
        "2022年9月，市财政局追加预算指标50万元。项目年初预算为480万元。",
        {"budget": ("480", "万元")},
    ),
    (
        "2022年预算较上年增加50万元，2022年预算为480万元。",
        {"budget": ("480", "万元")},
    ),
    (
        "该项目2022年年初预算数为1,234.56万元，实际执行数1,200.00万元，预算执行率97.20%。",
        {"budget": ("1234.56", "万元"), "expenditure": ("1200.00", "万元"), "execution_rate": ("97.20", "%")},
    ),
    (
        "2022年市财政共安排专项资金1.2亿元，资金已全部到位，到位率100%；截至2022年底，实际支出1.08亿元，执行率90%。",
        {
            "budget": ("1.2", "亿元"),
            "funds_arrived": ("1.2", "亿元"),
            "arrival_rate": ("100", "%"),
            "expenditure": ("1.08", "亿元"),
            "execution_rate": ("90", "%"),
        },
    ),
    (
        "项目年初预算1000万元，年中追加200万元，调整后预算数为1200万元，实际到位资金1200万元，实际支出1100万元，预算执行率91.67%。",
        {
            "budget": ("1000", "万元"),
            "adjusted_budget": ("1200", "万元"),
            "funds_arrived": ("1200", "万元"),
            "expenditure": ("1100", "万元"),
            "execution_rate": ("91.67", "%"),
        },
    ),
    (
        "项目批复预算500万元，其中中央资金300万元、市级资金200万元。截至2022年12月31日，项目累计支出498.2万元，"
        "其中购置设备支出301.7万元。",
        {"budget": ("500", "万元"), "expenditure": ("498.2", "万元")},
    ),
    (
        "单位申报预算860万元，经财政部门审核，批复预算720万元。2021年度项目预算650万元，实际支出640万元；"
        "2022年实际支出705.5万元。",
        {"budget": ("720", "万元"), "expenditure": ("705.5", "万元")},
    ),
    (
        "本项目预算资金12,345,678.90元，实际支付12,000,000.00元，预算执行率=12,000,000.00/12,345,678.90×100%=97.20%。",
        {"budget": ("12345678.90", "元"), "expenditure": ("12000000.00", "元"), "execution_rate": ("97.20", "%")},
    ),
    (
        "预算执行率＝（585.2÷770）×100%＝76%。本项目预算安排770万元，用于绿地养护；实际使用资金585.2万元。",
        {"budget": ("770", "万元"), "expenditure": ("585.2", "万元"), "execution_rate": ("76", "%")},
    ),
    (
        "2022年本项目财政预算安排430万元，实际到位430万元，到位率为100.00%。资金支出412.8万元，资金使用率96.00%，结余17.2万元。",
        {
            "budget": ("430", "万元"),
            "funds_arrived": ("430", "万元"),
            "arrival_rate": ("100.00", "%"),
            "expenditure": ("412.8", "万元"),
            "execution_rate": ("96.00", "%"),
        },
    ),
    (
        "项目批复预算1500万元，2023年3月又追加80万元。截至2022年末，已完成支付1420.5万元，占批复预算的94.7%。",
        {"budget": ("1500", "万元"), "expenditure": ("1420.5", "万元"), "execution_rate": ("94.7", "%")},
    ),
    (
        "2022年中央补助资金50万元，市级配套资金30万元，共计80万元，已全部到位。截至2022年12月31日，支出资金76.4万元，执行率95.5%。",
        {
            "budget": ("80", "万元"),
            "funds_arrived": ("80", "万元"),
            "expenditure": ("76.4", "万元"),
            "execution_rate": ("95.5", "%"),
        },
    ),
    (
        "2022年年初部门预算5,345.67万元，调整后预算数为6,000.00万元，全年决算支出5,908.50万元，预算执行率98.48%。"
        "三公经费预算25万元，实际支出18.6万元。",
        {
            "budget": ("5345.67", "万元"),
            "adjusted_budget": ("6000.00", "万元"),
            "expenditure": ("5908.50", "万元"),
            "execution_rate": ("98.48", "%"),
        },
    ),
    (
        "2022年补助资金360万元（市级资金），2022年8月资金全部到位。截至2023年6月30日，支出324.6万元，预算执行率为90.17%，"
        "尚有35.4万元未支付。",
        {
            "budget": ("360", "万元"),
            "funds_arrived": ("360", "万元"),
            "expenditure": ("324.6", "万元"),
            "execution_rate": ("90.17", "%"),
        },
    ),
    (
        "项目总预算为4,500万元，分三年实施，其中2022年预算1,500万元。2022年实际支付1,350万元，2021年实际支付1,480万元，"
        "累计支付2,830万元。2022年度预算执行率90%。",
        {"budget": ("1500", "万元"), "expenditure": ("1350", "万元"), "execution_rate": ("90", "%")},
    ),
    (
        "年初预算2,300.00万元，实际支出2,070.00万元，预算执行率90%。\n\n其中，管网工程预算1,500万元，支出1,400万元，执行率93.33%；"
        "设备采购预算800万元，支出670万元，执行率83.75%。",
        {"budget": ("2300.00", "万元"), "expenditure": ("2070.00", "万元"), "execution_rate": ("90", "%")},
    ),
    # Criteria, targets and shortfalls are no facts.
    ("预算执行率达到100%得满分，每降低1个百分点扣0.2分，扣完为止。资金到位率不低于95%。", {}),
    ("项目资金拨付及时，资金已足额到位，管理规范，共补助85户，每户补助2000元。", {}),
]


@pytest.mark.parametrize(("sentence", "wanted"), MONEY, ids=range(len(MONEY)))
def test_amounts_and_rates_in_prose(tmp_path: Path, sentence: str, wanted: dict[str, tuple[str, str]]) -> None:
    found = figures(headline(tmp_path, OPENING.format(sentence, "项目总体实施较好。")))
    assert found == {name: (Decimal(value), unit) for name, (value, unit) in wanted.items()}


CONCLUSIONS = [
    ("经综合评价，公园养护项目绩效评价得分86.72分，评价等级为“良”。", "86.72", "良"),
    ("根据评分标准，本项目总得分为91分，绩效级别为“优秀”。", "91", "优秀"),
    ("本次评价满分为100分，项目综合得分为85.34，等级为“良好”。", "85.34", "良好"),
    ("评价总分为100分，最终评价得分为72.5分，评价结果为中。", "72.5", "中"),
    (
        "评价结果分四档：90（含）-100分为优，80（含）-90分为良，60（含）-80分为中，其余为差。该项目综合评分为88.05分，属于“良”等级。",
        "88.05",
        "良",
    ),
    (
        "公园养护项目得分93.10分（优），其中：决策类指标得分14分，过程类指标得分19分，产出类指标得分32.1分，效益类指标得分28分。",
        "93.10",
        "优",
    ),
    ("综合得分：58分\n\n评价等级：差", "58", "差"),
    ("该项目绩效评价结果为：综合评价得分83.6分，绩效等级“良”。决策指标满分20分，得分17分，得分率85%。", "83.6", "良"),
    ("单位自评得分98分，自评等级为优。评价组复核后，项目综合得分79.9分，评价等级为“中”。", "79.9", "中"),
    ("江城市公园养护项目综合评分81.35分，评价级别为良（80分≤得分<90分）。", "81.35", "良"),
    ("单位自评得分98分，等级为优。经市财政局复评，得分为91.5分，等级为优。", "91.5", "优"),
    (
        "10个子项目平均得分86.4分。其中草坪补植综合得分92.1分，评价等级为优；设施维修综合得分79.3分，评价等级为中。",
        None,
        None,
    ),
    ("评价等级分为优、良、中、差。", None, None),
]


@pytest.mark.parametrize(("sentence", "score", "grade"), CONCLUSIONS, ids=range(len(CONCLUSIONS)))
def test_score_and_grade_in_prose(tmp_path: Path, sentence: str, score: str | None, grade: str | None) -> None:
    found = headline(tmp_path, OPENING.format("项目资金由财政承担。", sentence))
    assert (found.total_score.value if found.total_score else None) == (Decimal(score) if score else None)
    assert (found.grade.value if found.grade else None) == grade


def test_total_row_of_a_money_table_stands_for_the_project(tmp_path: Path) -> None:
    table = (
        "资金安排情况见表1。\n\n表1 资金明细表\n\n序号\t子项目\t预算金额（万元）\t到位资金（万元）\t实际支出（万元）\t执行率\n"
        "1\t草坪补植\t120\t120\t110.4\t92.00%\n2\t设施维修\t80\t80\t73.6\t92.00%\n合计\t\t200\t200\t184\t92.00%\n"
    )
    found = figures(headline(tmp_path, OPENING.format(table, "项目总体较好。")))
    assert found == {
        "budget": (Decimal(200), "万元"),
        "funds_arrived": (Decimal(200), "万元"),
        "expenditure": (Decimal(184), "万元"),
        "execution_rate": (Decimal("92.00"), "%"),
    }


def test_sums_of_parts_give_way_to_the_whole(tmp_path: Path) -> None:
    money = "草坪补植预算120万元，设施维修预算80万元，共计200万元。项目预算200万元，实际支出184万元。"
    found = figures(headline(tmp_path, OPENING.format(money, "项目总体较好。")))
    assert found["budget"] == (Decimal(200), "万元")


def test_score_table_lying_on_its_side(tmp_path: Path) -> None:
    table = "得分情况见下表。\n\n指标\t决策\t过程\t产出\t效益\t合计\n分值\t20\t20\t30\t30\t100\n得分\t18\t17.5\t26\t25\t86.5\n得分率\t90%\t87.5%\t86.67%\t83.33%\t86.5%\n"
    found = headline(tmp_path, OPENING.format("项目资金由财政承担。", table))
    assert found.total_score is not None and found.total_score.value == Decimal("86.5")


def test_total_of_one_dimension_is_not_the_score(tmp_path: Path) -> None:
    table = "产出指标得分情况见下表。\n\n指标\t分值\t得分\n完成数量\t10\t9\n完成质量\t20\t18\n合计\t30\t27\n"
    found = headline(tmp_path, OPENING.format("项目资金由财政承担。", table))
    assert found.total_score is None


def test_self_evaluation_form(tmp_path: Path) -> None:
    form = (
        "项目资金情况如下。\n\n项目资金（万元）\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
        "年度资金总额\t300\t280\t266\t10\t95.00%\t9.5\n其中：当年财政拨款\t300\t280\t266\t—\t95.00%\t—\n"
    )
    found = figures(headline(tmp_path, OPENING.format(form, "项目总体较好。")))
    assert found["budget"] == (Decimal(300), "万元")
    assert found["adjusted_budget"] == (Decimal(280), "万元")
    assert found["expenditure"] == (Decimal(266), "万元")
    assert found["execution_rate"] == (Decimal("95.00"), "%")


def test_money_part_inside_a_self_evaluation_form(tmp_path: Path) -> None:
    form = (
        "项目支出绩效自评表\n\n项目名称\t公园养护\t主管部门\t海棠市城市管理局\t实施单位\t海棠市园林中心\t\n"
        "项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\n"
        "\t年度资金总额：\t300\t280\t266\t10\t95.00%\n\t其中：财政拨款\t200\t180\t170\t—\t94.44%\n\t其他资金\t100\t100\t96\t—\t96.00%\n"
        "年度目标\t养护公园12座\t\t\t\t\t\n总分\t\t\t\t100\t\t97.5\n"
    )
    found = figures(headline(tmp_path, OPENING.format(form, "项目总体较好。")))
    assert found["budget"] == (Decimal(300), "万元")
    assert found["expenditure"] == (Decimal(266), "万元")
    assert found["execution_rate"] == (Decimal("95.00"), "%")


def test_all_mentions_are_kept_in_any_unit(tmp_path: Path) -> None:
    money = "项目预算资金300万元，实际支出284.5万元。\n\n（二）资金使用情况\n\n2022年项目实际支出2,845,000.00元。"
    found = headline(tmp_path, OPENING.format(money, "项目总体较好。"))
    assert found.expenditure is not None
    quotes = {mention.quote for mention in found.expenditure.mentions}
    assert len(quotes) == 2 and any("2,845,000.00元" in quote for quote in quotes)
    assert found.expenditure.evidence in found.expenditure.mentions


def test_a_document_that_evaluates_nothing_has_no_headline(tmp_path: Path) -> None:
    text = "2022年度一般公共预算支出情况的说明\n\n一、支出情况\n\n2022年全区预算安排80000万元，实际支出79000万元，执行率98.75%。\n"
    assert headline(tmp_path, text) == Headline()
