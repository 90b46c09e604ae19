"""Prices by quantities, averages, and amounts in another unit."""

from __future__ import annotations

import pytest

from extractor.result import Check, Finding
from tests.extractor.checks.building import alarms, check, of_rule


def _of(*items: str) -> tuple[list[Check], list[Finding]]:
    checks, findings = check(*items)
    own = of_rule(checks, "text.product")
    return own, [f for f in alarms(findings) if any(c.verdict == "inconsistent" for c in own)]


@pytest.mark.parametrize(
    "sentence",
    [
        "奖励示范企业6家，每家20万元，共计发放120万元。",
        "给予创业者每人2000元补贴，全年享受补贴人数为1315人，补贴资金263.00万元。",
        "全年兑现租房补贴2,638.80万元，受益人才2,199人，人均补贴1.20万元。",
        "2020-2022年经营利润合计为-83.10万元，年均利润为-27.70万元。",
        "全年轮换储备粮12,480,000千克，约为1.25万吨。",
        "网格协管员320人（补贴标准2,400元/年）。2023年1月至3月网格协管员补贴19.20万元。",
    ],
)
def test_right_products_hold(sentence: str) -> None:
    own, wrong = _of(sentence)
    assert any(c.verdict == "consistent" for c in own)
    assert wrong == []


@pytest.mark.parametrize(
    "sentence",
    [
        "奖励示范企业6家，每家20万元，共计发放130万元。",
        "2020-2022年经营利润合计为96.60万元，年均利润为36.20万元。",
        "全年轮换储备粮12,480,000千克，约为1.35万吨。",
        "以每盏2,400元的标准估算，当年更换路灯160盏，需要资金34.80万元。",
        "采购单价按每台（套）36,000元的标准确定，全年配备25台（套），所需资金90.60万元。",
        "网格协管员320人（补贴标准2,400元/年）。2023年1月至3月网格协管员补贴25.60万元。",
    ],
)
def test_wrong_products_are_alarms(sentence: str) -> None:
    assert len(_of(sentence)[1]) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "奖励示范企业6家，每家每年20万元，连续三年共计发放360万元。",
        "补贴标准为每人1000元，全年培训820人，项目总支出93.50万元。",
        "以每盏2,400元的标准估算，当年更换路灯160盏，每盏安装2天，需要资金76.80万元。",
        "2020年、2021年、2022年分别支出120万元、150万元和180万元，合计450万元，年均150万元。",
        "人均补助1.31万元，成本控制较好，涉及农户1,786户，支出2,187.65万元。",
    ],
)
def test_further_factors_and_other_amounts_are_no_alarm(sentence: str) -> None:
    assert _of(sentence)[1] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "评价机构组成4个工作组，每组5人，共20人。",
        "流动服务车全年行驶9,600公里，到访村庄64个，平均每个150公里。",
        "全校在校生1,530人，专任教师102人，生师比15.0:1。",
        "全年应组织例会12次，实际9次，按“每少1次扣0.5分”的规定扣1.5分。",
        "例会制度（5分）：应召开例会12次，实际召开10次，每少一次扣0.5分，得4分。",
        "核对记录260条，异常8条；每出现4条异常扣1分，扣2分。",
    ],
)
def test_groups_averages_and_deductions_hold(sentence: str) -> None:
    checks, wrong = _of(sentence)
    assert "consistent" in {c.verdict for c in checks}
    assert wrong == []


@pytest.mark.parametrize(
    "sentence",
    [
        "评价机构组成4个工作组，每组5人，共25人。",
        "流动服务车全年行驶9,600公里，到访村庄64个，平均每个510公里。",
        "全年应组织例会12次，实际9次，按“每少1次扣0.5分”的规定扣2.5分。",
        "核对记录260条，异常8条；每出现4条异常扣1分，扣3分。",
    ],
)
def test_groups_averages_and_deductions_that_are_off(sentence: str) -> None:
    assert len(_of(sentence)[1]) == 1


def test_deduction_with_a_limit_is_no_alarm() -> None:
    assert _of("应报送简报12期，实际报送2期，每少1期扣0.5分，扣完为止，本项扣3分。")[1] == []


def test_total_of_two_statements_is_no_product_of_the_second() -> None:
    assert _of("一类改造64户，每户2.5万元；二类改造90户，每户1.5万元，合计295.00万元。")[1] == []
