"""criteria: texts of scoring criteria as formulas, and the scores that they give for a measured rate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.checks.sources.criteria import losses, outcomes, parse, parts, rounds
from extractor.quantity import exact, rounding_interval

WEIGHT = Decimal(5)
HALF_CENT = Decimal("0.005")


def allows(text: str, measured: str, score: str, weight: Decimal = WEIGHT) -> bool | None:
    """Whether some reading of the criteria gives the score, None where they do not say."""
    places = len(measured.partition(".")[2])
    found = outcomes(parse(text), weight, rounding_interval(Decimal(measured), places))
    if not found:
        return None
    return any(a.low - HALF_CENT <= Decimal(score) <= a.high + HALF_CENT for a in found)


STEPS = [
    "执行率达到100%得满分，每低于1个百分点扣0.2分，扣完为止。",
    "执行率为100%的，得5分；每降低1%，扣0.2分，扣完为止。",
    "预算执行率=（实际支出/预算数）×100%。达到100%得满分，每减少一个百分点扣0.2分，直至扣完为止",
    "该指标分值5分，执行率100%得5分，每下降1个百分点扣减0.2分，扣完为止",
    "本项满分5分。执行率达100%，得满分；每少1个百分点，扣0.2分，扣至0分为止。",
    "完成率≥100%得满分，否则每低1个百分点扣0.2分",
    "覆盖率达到100%计5分，每降低1个百分点扣权重分的4%，扣完为止。",
    "兑现率100%得满分，每低于目标值1个百分点扣4%权重分，扣完为止",
    "到位率每低于100%1个百分点，扣0.2分，扣完为止。",
    "资金到位率等于100%得5分，每低5个百分点扣1分，不足5个百分点按5个百分点计算。",
    "执行率 100% 得 5 分， 每 低 于 1 个 百 分 点 扣 0.2 分 。",
    "完成率１００％得５分，每低１个百分点扣０.２分。",
]


@pytest.mark.parametrize("text", STEPS)
def test_steps_below_full_marks(text: str) -> None:
    assert parse(text).complete, parse(text)
    assert allows(text, "100", "5")
    assert allows(text, "90.00", "3")
    assert allows(text, "90.00", "4.5") is False
    assert allows(text, "90.00", "5") is False
    assert allows(text, "60.00", "0")
    assert allows(text, "60.00", "1") is False


@pytest.mark.parametrize(
    "text",
    [
        "满意度≥90%得满分，每降低1个百分点扣0.5分，扣完为止",
        "满意度在90%（含）以上得5分，每低1%扣0.5分，扣完为止。",
        "受益对象满意度达到90%及以上的得满分；低于90%的，每低于1个百分点，扣0.5分。",
        "满意度不低于90%，得5分，每降低1个百分点，扣10%的权重分，扣完为止",
        "满意度大于等于90%得满分，每降低2个百分点扣1分",
    ],
)
def test_steps_below_a_threshold(text: str) -> None:
    assert allows(text, "95.20", "5")
    assert allows(text, "95.20", "4") is False
    assert allows(text, "86.00", "3")
    assert allows(text, "86.00", "4.3") is False


def test_steps_in_both_directions() -> None:
    text = "预算执行率在95%-105%（含95%和105%）内得满分，每低于或高于一个百分点扣0.5分，扣完为止。"
    assert allows(text, "100.00", "5")
    assert allows(text, "93.00", "4")
    assert allows(text, "107.00", "4")
    assert allows(text, "107.00", "5") is False


def test_steps_above_a_limit() -> None:
    text = "变动率≤5%得满分，每超过1个百分点扣0.5分，扣完为止"
    assert allows(text, "3.20", "5")
    assert allows(text, "8.00", "3.5")
    assert allows(text, "8.00", "5") is False


def test_only_full_steps_count_where_the_text_says_so() -> None:
    text = "执行率达到100%得满分，每满10%扣1分，扣完为止"
    assert allows(text.replace("每满", "每低满"), "85.00", "4")
    assert allows(text.replace("每满", "每低满"), "85.00", "3.5") is False


@pytest.mark.parametrize("score", ["3.95", "4", "3.5"])
def test_authors_count_parts_full_steps_or_begun_steps(score: str) -> None:
    text = "执行率达到100%得满分，每低于1个百分点扣0.5分，扣完为止。"
    assert allows(text, "97.89", score)


@pytest.mark.parametrize("score", ["4.5", "3.8", "3", "5"])
def test_no_reading_gives_other_scores(score: str) -> None:
    text = "执行率达到100%得满分，每低于1个百分点扣0.5分，扣完为止。"
    assert allows(text, "97.89", score) is False


@pytest.mark.parametrize(
    "text",
    [
        "得分=完成率×权重",
        "得分=预算执行率×分值",
        "指标得分=执行率*指标分值*100%",
        "指标得分=5*满意度（百分比）",
        "完成率×分值",
        "该项分值5分，指标分值=资金到位率*指标满分5分，指标得分不超过5分。",
        "根据预算执行率与本指标标准分的乘积作为最终得分。",
        "执行率=（实际支出/预算数）×100%。得分=执行率×指标分值。",
        "得分=（实际完成数/计划完成数）×权重分",
        "按实际完成率乘以分值计算得分",
        "得分＝资金到位率✕标准分值",
        "以实际到位率*5分计算分值",
    ],
)
def test_in_proportion(text: str) -> None:
    assert parse(text).complete, parse(text)
    assert allows(text, "87.30", "4.37")
    assert allows(text, "87.30", "4.36")
    assert allows(text, "87.30", "5") is False
    assert allows(text, "103.00", "5")


@pytest.mark.parametrize(
    "text",
    [
        "完成率达到100%得满分，否则按比例得分。",
        "达到100%得5分，未达到的按实际完成比例得分",
        "完成率100%得满分，其余按照完成率计分",
    ],
)
def test_in_proportion_in_words(text: str) -> None:
    assert allows(text, "100", "5")
    assert allows(text, "80.00", "4")
    assert allows(text, "80.00", "5") is False


def test_proportion_of_a_target() -> None:
    text = "满意度≥90%得满分，否则得分=满意度/90%×5分"
    assert allows("满意度≥90%得满分，否则按比例得分", "81.00", "4.5")
    assert allows(text, "95", "5") is not False


def test_linear_from_the_lowest_rate() -> None:
    text = "执行率低于60%不得分；得分=（执行率-60%）/（100%-60%）×权重。"
    assert parse(text).complete, parse(text)
    assert allows(text, "80.00", "2.5")
    assert allows(text, "80.00", "4") is False
    assert allows(text, "58.00", "0")
    assert allows(text, "58.00", "1") is False


@pytest.mark.parametrize(
    "text",
    [
        "根据执行率与标准分的乘积作为得分。若执行率≤80%，该指标不得分。",
        "得分=执行率×权重，执行率低于80%不得分",
        "执行率小于80%的，不得分；否则得分=执行率×分值",
        "执行率未达到80%得0分，其余得分=执行率×权重",
        "得分=执行率×分值。执行率在80%以下的不得分。",
    ],
)
def test_nothing_below_a_limit(text: str) -> None:
    assert parse(text).complete, parse(text)
    assert allows(text, "62.50", "0")
    assert allows(text, "62.50", "3.13") is False
    assert allows(text, "92.00", "4.6")
    assert allows(text, "92.00", "0") is False


@pytest.mark.parametrize(
    "text",
    [
        "满意度≥90%得5分，80%（含）-90%得3分，60%（含）-80%得1分，60%以下不得分",
        "满意度90%及以上得5分；80%至90%得3分；60%至80%得1分；低于60%得0分。",
        "满意度大于等于90%得满分，满意度小于90%且大于等于80%得3分，满意度小于80%且大于等于60%得1分，小于60%不得分。",
        "满意度≥90%，得100%权重分；80%≤满意度<90%，得60%权重分；60%≤满意度<80%，得20%权重分；满意度<60%，不得分",
        "满意度[90%,100%]得5分，[80%,90%)得3分，[60%,80%)得1分，[0,60%)得0分",
        "满意度达90%以上（含90%）得5分，80%以上得3分，60%以上得1分，否则不得分",
    ],
)
def test_tiers(text: str) -> None:
    assert parse(text).complete, parse(text)
    for measured, score in (("93.10", "5"), ("84.00", "3"), ("71.90", "1"), ("55.00", "0")):
        for other in ("5", "3", "1", "0"):
            assert allows(text, measured, other) is (other == score), (measured, other)
    # At the border the text may mean either.
    assert allows(text, "80", "3")


def test_all_or_nothing() -> None:
    for text in (
        "合格率达到100%得满分，否则不得分",
        "验收合格率100%得5分，否则得0分。",
        "合格率=100%，得满分；反之不得分",
    ):
        assert allows(text, "100", "5")
        assert allows(text, "98.00", "0")
        assert allows(text, "98.00", "4.9") is False


@pytest.mark.parametrize(
    "text",
    [
        "达到90%得满分，否则酌情扣分",
        "亮灯率≥98%得3分，设施完好率≥95%得2分",
        "效果显著得满分，效果一般酌情扣分",
        "完成年度计划得满分",
        "执行率较高得4分，另加13倍分",
        "执行率达到序时进度得满分，每低于序时进度1个百分点扣0.2分",
        "执行率100%得满分。若20%以上资金被挪用，不得分",
    ],
)
def test_what_gives_no_exact_score(text: str) -> None:
    assert allows(text, "85.00", "3") is None


def test_a_definition_is_no_threshold() -> None:
    parsed = parse("执行率=（实际支出数/预算数）×100%。每降低1%扣0.2分，扣完为止。")
    assert [c.kind for c in parsed.clauses] == ["step"]
    assert parsed.complete


def test_what_is_left_unread_is_told() -> None:
    assert not parse("得满3，较好的2分").complete
    assert not parse("超出部分乘以3.5倍扣分，基数为80%").complete


# --- points -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("①有目标得1分；②目标可衡量得1分；③与任务对应得2分。", ["1", "1", "2"]),
        ("①有目标（1分）；②目标可衡量（1分）；③与任务对应（2分）。", ["1", "1", "2"]),
        ("制度健全1.5分；合法、合规、完整1.5分", ["1.5", "1.5"]),
        ("1.程序规范得 1 分；2.材料齐全得 0.5 分", ["1", "0.5"]),
        ("依据充分，得2分。分配合理，得1分，每发现一处不合理扣0.5分。", ["2", "1"]),
        ("有预算得1分，否则得0.5分", ["1"]),
        ("台账健全得1分，核算规范得1分，共2分", ["1", "1"]),
    ],
)
def test_points_of_parts(text: str, points: list[str]) -> None:
    assert [str(c.amount.value) for c in parts(parse(text)) if c.amount] == points


def test_parts_of_two_projects_fill_the_weight_twice() -> None:
    clauses = parts(parse("申请规范得1分；材料齐全得2分。申请规范得1.5分；材料齐全得1.5分。"))
    assert [len(group) for group in rounds(clauses, Decimal(3))] == [2, 2]
    assert rounds(clauses, Decimal(4)) == []


# --- deductions ---------------------------------------------------------------------------------------------------


def test_losses_that_fixed_deductions_can_make() -> None:
    each = losses(parse("资料齐全得1分，每发现一处缺失扣0.3分，扣完为止。"), Decimal(1))
    assert set(each or ()) == {Decimal(v) for v in ("0", "0.3", "0.6", "0.9", "1")}
    once = losses(parse("目标明确得2分；如指标不全，扣0.5分，指标值未量化，扣0.2分。"), Decimal(2))
    assert set(once or ()) == {Decimal(v) for v in ("0", "0.5", "0.2", "0.7")}


@pytest.mark.parametrize(
    "text",
    [
        "资料齐全得1分，每缺一项扣0.3分，情节轻微的酌情扣分。",
        "①资料齐全得1分；②归档及时得1分，每缺一项扣0.3分。",
        "执行率达100%得满分，每低1个百分点扣0.3分，每发现一处违规扣1分。",
        "符合规定得满分",
    ],
)
def test_losses_that_the_text_leaves_open(text: str) -> None:
    assert losses(parse(text), Decimal(2)) is None


# --- properties ---------------------------------------------------------------------------------------------------

hundredths = st.decimals(min_value=50, max_value=100, places=2)


@given(
    measured=hundredths,
    step=st.sampled_from(["0.1", "0.2", "0.25", "0.5"]),
    weight=st.integers(2, 10),
    base=st.sampled_from([85, 90, 95, 100]),
)
def test_what_steps_give_is_accepted_and_what_is_off_is_not(
    measured: Decimal, step: str, weight: int, base: int
) -> None:
    text = f"完成率达到{base}%得满分，每低于1个百分点扣{step}分，扣完为止。"
    lost = max(Decimal(base) - measured, Decimal(0)) * Decimal(step)
    score = max(weight - lost, Decimal(0))
    found = outcomes(parse(text), Decimal(weight), exact(measured))
    assert any(score in a for a in found)
    # Beyond the next whole step by every reading, the relative one of a base below 100 % included.
    far = lost * 100 / base + Decimal(step) * 2
    if far < weight:
        assert not any(weight - far in a for a in found)
    if lost > 2 * Decimal(step):
        assert not any(Decimal(weight) in a for a in found)


@given(measured=hundredths, weight=st.integers(2, 10))
def test_what_proportion_gives_is_accepted_and_what_is_off_is_not(measured: Decimal, weight: int) -> None:
    found = outcomes(parse("得分=完成率×权重"), Decimal(weight), rounding_interval(measured, 2))
    score = measured * weight / 100
    assert any(score in a for a in found)
    assert not any(score + Decimal("0.05") in a or score - Decimal("0.05") in a for a in found)


@given(
    measured=hundredths,
    limits=st.lists(st.integers(51, 99), min_size=2, max_size=2, unique=True),
    weight=st.integers(3, 10),
)
def test_the_score_of_a_tier_is_accepted_and_those_of_the_others_are_not(
    measured: Decimal, limits: list[int], weight: int
) -> None:
    low, high = sorted(limits)
    text = f"完成率≥{high}%得{weight}分，{low}%-{high}%得{weight - 1}分，{low}%以下不得分。"
    found = outcomes(parse(text), Decimal(weight), exact(measured))
    right = Decimal(weight if measured >= high else weight - 1 if measured >= low else 0)
    assert any(right in a for a in found)
    # At the border itself authors are careless with which tier it belongs to.
    if measured not in limits:
        assert not any(
            other in a for a in found for other in {Decimal(weight), Decimal(weight - 1), Decimal(0)} - {right}
        )


@given(text=st.text(alphabet="得扣分满0123456789.%每一处低于达到否则不，。；（）-×率完成", max_size=60))
def test_any_text_is_read(text: str) -> None:
    parsed = parse(text)
    losses(parsed, Decimal(5))
    outcomes(parsed, Decimal(5), exact(Decimal(80)))


@pytest.mark.parametrize(
    ("text", "weight", "measured", "right", "wrong"),
    [
        ("满意度每低于90%一个百分点，扣权重的5%", "10", "88.00", "9", "8"),
        ("每低于目标值（95%）1个百分点扣0.2分", "5", "92.00", "4.4", "3.4"),
        ("覆盖率达100%得标准分；每差1%，扣标准分的10%", "5", "98.00", "4", "4.8"),
        ("及时率≥98%计满分；每下降一个百分点，扣减1分，不足1个百分点不扣", "5", "95.40", "3", "2"),
        ("及时率≥98%计满分；每下降一个百分点，扣减1分，不足1个百分点按1个百分点计", "5", "95.40", "2", "3"),
        ("知晓率达到80%以上，得满分4分；每低5个百分点扣1分", "4", "70.00", "2", "3"),
        ("达标率高于95%得3分，介于85%至95%得2分，其余不得分", "3", "90.00", "2", "1"),
        ("执行率低于60%不得分；60%以上按比例得分", "5", "80.00", "4", "4.5"),
        ("5分×完成率", "5", "64.00", "3.2", "3.6"),
        ("得分=指标权重×完成率", "4", "90.00", "3.6", "3.2"),
    ],
)
def test_more_ways_to_word_a_rule(text: str, weight: str, measured: str, right: str, wrong: str) -> None:
    assert allows(text, measured, right, Decimal(weight)) is True
    assert allows(text, measured, wrong, Decimal(weight)) is False


@pytest.mark.parametrize(
    "text",
    [
        "得分=5-（100-到位率）×0.2",
        "到位率低于100%的，得分=满分-（100-到位率）×0.2",
        "得分=5-(100%-到位率)×20",
        "得分=5-（1-到位率）×20",
        "得分=5-（100%-到位率）×100×0.2",
    ],
)
def test_points_for_what_is_missing_of_a_rate(text: str) -> None:
    assert parse(text).complete, parse(text)
    assert allows(text, "90.00", "3")
    assert allows(text, "90.00", "4.5") is False
    assert allows(text, "100", "5")


def test_a_formula_that_was_not_read_gives_no_score() -> None:
    assert allows("得分=5-（计划数-实际数）×0.2", "90.00", "3") is None


def test_every_so_many_points_that_were_found_to_be_wrong() -> None:
    text = "抽查每发现1%不符合条件扣0.5分"
    assert allows(text, "2.00", "4")
    assert allows(text, "98.00", "4")
    assert allows(text, "2.00", "3") is False


def test_tiers_that_are_worth_a_part_of_the_points_give_no_score() -> None:
    text = "台账齐全2分，覆盖率80%以上2分、70%以上1分，公开及时1分"
    assert allows(text, "72.00", "4") is None
    assert allows("覆盖率80%以上5分、70%以上3分", "72.00", "4") is False
