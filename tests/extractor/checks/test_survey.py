"""survey: questionnaires in tables and sentences."""

from __future__ import annotations

import pytest

from extractor.checks import survey
from extractor.checks.engine.evaluate import evaluate
from extractor.checks.sources.reading import read
from extractor.document import Table
from extractor.facts import extract
from extractor.result import Facts
from tests.extractor.checks.building import alarms, check, of_rule, report, table

TITLE = "附件二 项目满意度问卷调查统计"
CLOSING = table("选项|小计|比例\n很好|60|50.00%\n一般|36|30.00%\n不好|24|20.00%\n本题有效填写人次|120|")


def verdicts(*items: object, kind: str | None = None) -> list[str]:
    """Of the family alone: another may check the same rate."""
    document = report(*items)  # type: ignore[arg-type]
    proposals = survey.propose(read(document, Facts(sheets=extract(document).sheets)))
    return [e.check.verdict for e in evaluate(list(proposals)) if kind in (None, e.check.kind)]


def found(*items: object) -> list[str]:
    _, findings = check(*items)  # type: ignore[arg-type]
    return [f.explanation for f in alarms(findings)]


def one_a_line(rows: str) -> Table:
    return table("选项|小计|比例\n" + rows)


def test_counts_and_shares_of_a_question_that_obeys() -> None:
    checks, findings = check(TITLE, "第1题 您对道路养护是否满意？[单选题]", CLOSING)
    assert {c.verdict for c in of_rule(checks, "survey")} == {"consistent"}
    assert "60 + 36 + 24 = 120" in {c.expression for c in checks}
    assert "60 ÷ 120 × 100% = 50.00%" in {c.expression for c in checks}
    assert alarms(findings) == []


def test_a_wrong_share_is_one_finding() -> None:
    rows = one_a_line("很好|60|50.00%\n较好|30|25.00%\n一般|18|15.00%\n不好|12|11.00%\n本题有效填写人次|120|")
    [text] = found(TITLE, "第1题 您对道路养护是否满意？[单选题]", rows)
    assert "11.00%" in text and "10%" in text


def test_a_wrong_count_breaks_sum_and_share_but_is_one_finding() -> None:
    rows = one_a_line("很好|60|50.00%\n较好|30|25.00%\n一般|18|15.00%\n不好|21|10.00%\n本题有效填写人次|120|")
    assert len(found(TITLE, "第1题 您对道路养护是否满意？[单选题]", rows)) == 1


@pytest.mark.parametrize("title", ["第2题 您从哪里得知补贴？[多选题]", "第2题 您从哪里得知补贴？"])
def test_several_answers_may_exceed_the_sample(title: str) -> None:
    rows = one_a_line("网站|90|75.00%\n电视|48|40.00%\n亲友|30|25.00%\n本题有效填写人次|120|")
    assert found(TITLE, title, rows) == []


def test_shares_cut_off_are_a_hint() -> None:
    rows = one_a_line("男|1|33.33%\n女|2|66.66%\n本题有效填写人次|3|")
    _, findings = check(TITLE, "第1题 您的性别 [单选题]", rows)
    assert [f.severity for f in findings] == ["info"]


def test_sample_of_one_question_against_its_counts() -> None:
    """Points in the head, counts above shares, the sample in the first cell."""
    head = "总样本/得分率|A（10分）|B（6分）|C（0分）\n"
    right = table(head + "20份|15|4|1\n87%|75%|20%|5%")
    wrong = table(head + "200份|16|4|0\n92%|80%|20%|0%")
    items = (TITLE, "1. 您对办理流程是否满意？", right, "2. 您认为发放是否及时？")
    assert found(*items, right) == []
    [text] = found(*items, wrong)
    assert "200份" in text and "20份" in text


def test_weighted_rate_by_the_points_of_the_options() -> None:
    wrong = table("总样本/得分率|A（10分）|B（6分）|C（0分）\n20份|15|4|1\n78%|75%|20%|5%")
    [text] = found(TITLE, "1. 您对办理流程是否满意？", wrong)
    assert "78%" in text and "87%" in text


def test_the_formula_of_the_satisfaction_is_that_of_the_other_questions() -> None:
    rows = "调查内容|满意|基本满意|不满意|合计|满意度\n住房|80|10|10|100|90%\n标准|70|15|15|100|85%\n及时|60|20|20|100|80%\n"
    assert found(TITLE, table(rows + "公示|50|30|20|100|80%")) == []
    [text] = found(TITLE, table(rows + "公示|50|30|20|100|88%"))
    assert "88%" in text and "80%" in text


def test_shares_alone_add_up_to_a_hundred() -> None:
    rows = "题目|非常满意|满意|一般|不满意\n办事效率|52.00%|30.00%|{}|6.00%"
    assert found(TITLE, table(rows.format("12.00%"))) == []
    assert "之和为97.00%" in found(TITLE, table(rows.format("9.00%")))[0]


def respondents(third: str, rate: str = "75.00%") -> object:
    head = "序号|1.您对环境是否满意? 4.非常满意 3.较满意 2.一般 1.不满意|2.您对服务是否满意? 4.非常满意 3.较满意 2.一般 1.不满意|平均满意度\n"
    rows = f"1|4|4|100.00%\n2|4|3|87.50%\n3|3|{third}|{rate}\n4|4|4|100.00%\n5|4|4|100.00%\n6|2|4|75.00%"
    return table(head + rows)


def test_marks_of_respondents() -> None:
    assert "consistent" in verdicts(TITLE, respondents("3"), kind="mean")
    assert found(TITLE, respondents("3")) == []
    [text] = found(TITLE, respondents("-3", "0.00%"))
    assert "超出该题1—4的评分范围" in text
    [text] = found(TITLE, respondents("3", "57.00%"))
    assert "57.00%" in text and "75%" in text


def test_ticks_are_counted() -> None:
    rows = "序号|您对服务是否满意|您对服务是否满意\n|A|B\n1|√|\n2|√|\n3||√\n合计|{}|1"
    assert verdicts(TITLE, table(rows.format(2))) == ["consistent", "consistent"]
    assert len(found(TITLE, table(rows.format(3)))) == 1


def test_score_by_the_points_of_a_note() -> None:
    rows = "序号|您对服务是否满意|您对服务是否满意\n|A|B\n1|√|\n2|√|\n3||√\n4|√|\n合计|3|1\n得分|{}|"
    note = "注：选A得100分，选B得60分"
    assert found(TITLE, note, table(rows.format("90"))) == []
    [text] = found(TITLE, note, table(rows.format("95")))
    assert "95" in text and "90" in text


def test_more_sheets_back_than_were_sent() -> None:
    [text] = found("本次共发放调查问卷150份，回收问卷157份。")
    assert "多于发放份数150" in text


def test_sample_of_one_question_unlike_all_others() -> None:
    several = "第{}题 您参加过哪些活动？[多选题]"
    rows = "选项|小计|比例\n培训|80|80.00%\n讲座|45|45.00%\n参观|15|15.00%\n本题有效填写人次|{}|"
    [text] = found(
        TITLE, several.format(1), table(rows.format(100)), several.format(2), table(rows.format(100)),
        several.format(3), table(rows.format(180)),
    )  # fmt: skip
    assert "180" in text


def test_rate_of_a_sentence_against_its_question() -> None:
    head = "总样本/得分率|A（10分）|B（6分）|C（0分）\n"
    questions = (
        "1. 请问您对补助资金申报流程是否满意？", table(head + "20份|15|4|1\n87%|75%|20%|5%"),
        "2. 请问您认为奖补资金对设备改造升级是否有效？", table(head + "20份|18|2|0\n96%|90%|10%|0%"),
        "3. 请问您认为项目对带动周边就业是否明显？", table(head + "20份|10|10|0\n80%|50%|50%|0%"),
    )  # fmt: skip
    said = "问卷显示，补助资金申报流程满意度为87%，设备改造升级得分率为96%，带动周边就业得分率为{}%。"
    assert found(said.format(80), TITLE, *questions) == []
    [text] = found(said.format(90), TITLE, *questions)
    assert "90%" in text and "80%" in text


def test_rates_of_return_in_a_sentence() -> None:
    text = "本次面向受益企业发放问卷150份，回收{}份，回收率96.00%，其中有效问卷140份，有效率97.22%。"
    assert verdicts(text.format(144)) == ["consistent", "consistent"]
    assert verdicts(text.format(141)) == ["inconsistent", "inconsistent"]
    assert len(found(text.format(141))) == 1


def test_satisfied_by_the_valid_sheets() -> None:
    text = "共发放农户问卷240份，回收有效问卷225份，表示满意的207份，满意度{}%。"
    assert verdicts(text.format("92.00"), kind="ratio") == ["consistent"]
    assert len(found(text.format("93.00"))) == 1


def shares(*pairs: tuple[int, str]) -> list[str]:
    names = ("非常满意", "比较满意", "一般", "不满意")
    parts = [f"{name}的有{n}人，占{p}%" for name, (n, p) in zip(names, pairs, strict=True)]
    return ["满意度问卷调查情况", "本次共回收有效问卷175份。", "调查结果显示，" + "；".join(parts) + "。"]


def test_shares_in_sentences_by_the_sample_before() -> None:
    right = shares((120, "68.57"), (40, "22.86"), (10, "5.71"), (5, "2.86"))
    assert set(verdicts(*right)) == {"consistent"}
    [text] = found(*shares((120, "68.57"), (40, "22.86"), (10, "7.51"), (5, "2.86")))
    assert "7.51%" in text and "5.71%" in text


def test_one_wrong_base_is_one_finding() -> None:
    first = shares((120, "68.57"), (40, "22.86"), (10, "5.71"), (5, "2.86"))
    second = (
        "对服务态度很满意的有130人，占74.29%；较满意的有31人，占17.82%；一般的有8人，占4.60%；不满意的有6人，占3.45%。"
    )
    _, findings = check(*first, second)
    [finding] = alarms(findings)
    assert "174" in "".join(finding.diagnosis)
    assert len(finding.checks) == 3


def test_levels_add_up_to_the_sample() -> None:
    text = "有效问卷308份中，很满意{}人、满意95人、一般28人、不满意9人。"
    assert verdicts(text.format(176), kind="sum") == ["consistent"]
    assert len(found("群众满意度问卷：" + text.format(167))) == 1


def test_sentence_against_several_questionnaires() -> None:
    def part(title: str, n: int, rest: int) -> tuple[str | Table, ...]:
        rows = f"是|{n - rest}|{(n - rest) * 100 / n:.2f}%\n否|{rest}|{rest * 100 / n:.2f}%\n本题有效填写人次|{n}|"
        return title, "第1题 您是否知晓政策？[单选题]", one_a_line(rows)

    items = (*part("附件1 养殖户调查问卷", 200, 40), *part("附件2 合作社调查问卷", 80, 20))
    text = "参加养殖户和合作社问卷调查的人数总共为{}人。"
    assert found(text.format(280), *items) == []
    assert "260人" in found(text.format(260), *items)[0]


def test_tables_of_scores_and_money_are_no_questionnaires() -> None:
    scores = table("指标|分值|得分|比例\n决策|20|18|90.00%\n过程|30|27|90.00%")
    assert verdicts("满意度问卷另附", scores) == []


def test_several_groups_in_one_sentence_hide_the_base_of_the_rate() -> None:
    text = "共发放问卷300份，其中干部问卷100份，群众问卷200份，回收干部问卷98份、群众问卷195份，回收率97.67%。"
    assert verdicts(text) == []


LEVELED = (
    "事项|很满意|满意|一般|不满意|满意率\n候诊时间|120|60|15|5|90.00%\n检查收费|110|50|30|10|80.00%\n"
    "药品供应|130|50|16|4|90.00%"
)


@pytest.mark.parametrize(
    "sentence",
    [
        "对检查收费“很满意”和“满意”合计160人，占80.00%；“不满意”10人，占5.00%。",
        "选择“很满意”和“满意”的比例，候诊时间为90.00%，检查收费为80.00%。",
        "患者对候诊时间满意率较高（90.00%），对检查收费满意率最低，为80.00%。",
        "全部事项平均满意率为86.67%。",
    ],
)
def test_what_sentences_say_of_a_question(sentence: str) -> None:
    assert found("患者满意度调查（有效问卷200份）", table(LEVELED), sentence) == []


@pytest.mark.parametrize(
    "sentence, right",
    [
        ("对检查收费“很满意”和“满意”合计160人，占88.00%。", "80%"),
        ("对检查收费“不满意”12人，占6.00%。", "10"),
        ("选择“很满意”和“满意”的比例，候诊时间为90.00%，检查收费为82.00%。", "80%"),
        ("患者对药品供应满意率较高（90.00%），对检查收费满意率最低，为81.00%。", "80.00"),
    ],
)
def test_what_sentences_say_wrongly_of_a_question(sentence: str, right: str) -> None:
    texts = found("患者满意度调查（有效问卷200份）", table(LEVELED), sentence)
    assert texts and right in texts[0]


def test_the_caption_states_the_sample() -> None:
    assert found("表2 患者满意度（有效问卷200份）", table(LEVELED)) == []
    wrong = LEVELED.replace("15|5|", "25|5|")
    [text] = found("表2 患者满意度（有效问卷200份）", table(wrong))
    assert "200" in text


def test_shares_that_no_number_of_answers_gives() -> None:
    text = "收回有效问卷200份。就诊原因（多选）：体检占{}%，配药占40.50%，慢病随访占22.00%，转诊占12.50%，其他占8.00%。"
    assert found(text.format("31.50")) == []
    [explanation] = found(text.format("31.20"))
    assert "31.20" in explanation and "没有整数份数" in explanation
    assert found(text.format("31.20").replace("200份", "20000份")) == []


def test_how_many_of_a_group_answered() -> None:
    items = (
        "患者发放问卷80份，收回有效问卷76份。医护人员发放20份，收回有效问卷18份。",
        "本次共回收有效问卷76份，经统计，患者综合满意度为93.20%。",
        "本次共回收有效问卷{}份，经统计，患者综合满意度为{}%。",
    )
    assert found(*(i.format(76, "93.20") for i in items)) == []
    [text] = found(*(i.format(67, "93.20") for i in items))
    assert "67" in text and "76" in text


def test_groups_that_add_up_confirm_the_number_of_each() -> None:
    items = (
        "共收回有效问卷160份。其中面向农户发放70份，收回有效问卷64份。面向商户发放50份，收回有效问卷48份。"
        "面向学生发放50份，收回有效问卷48份。",
        "本次共回收有效问卷{}份，经统计，农户综合满意度为91.20%。",
    )
    assert found(*(i.format(64) for i in items)) == []
    [text] = found(*(i.format(84) for i in items))
    assert "84" in text and "64" in text


def test_satisfaction_of_one_group_told_twice() -> None:
    items = (
        "本次共回收有效问卷60份，经统计，租户综合满意度为95.50%。",
        "本次共回收有效问卷60份，经统计，租户综合满意度为{}%。",
    )
    assert found(*(i.format("95.50") for i in items)) == []
    [text] = found(*(i.format("15.50") for i in items))
    assert "15.50" in text and "95.50" in text


def test_a_question_without_sample_has_that_of_the_others() -> None:
    rows = "题目|选项|人数|占比\n" + "".join(
        f"{n}.您对第{n}项服务是否满意？|满意|{a}|{share}%\n{n}.您对第{n}项服务是否满意？|一般|{b}|{other}%\n"
        f"{n}.您对第{n}项服务是否满意？|不满意|10|5.00%\n"
        for n, a, share, b, other in (
            (1, 150, "75.00", 40, "20.00"),
            (2, 120, "60.00", 70, "35.00"),
            (3, 130, "65.00", 60, "30.00"),
            (4, 140, "70.00", 59, "25.00"),
        )
    )
    stated = table("调查对象|有效问卷数（份）\n居民|200")
    [text] = found(TITLE, table(rows.strip()), "调查样本情况", stated)
    assert "59" in text


WEIGHTED = (
    "序号|调查内容|非常满意|比较满意|一般|不满意|合计|满意度\n1|水质|40|15|4|1|60|90.67%\n2|水压|45|9|5|1|60|92.00%\n"
)


def test_two_rates_prove_a_formula_that_a_slip_breaks_in_the_third() -> None:
    right, wrong = table(WEIGHTED + "3|收费|38|12|8|2|60|87.33%"), table(WEIGHTED + "3|收费|38|12|8|2|60|83.73%")
    assert verdicts(TITLE, right, kind="weighted") == ["consistent"] * 3
    assert verdicts(TITLE, wrong, kind="weighted").count("inconsistent") == 1
    other = table(WEIGHTED + "3|收费|30|15|10|5|60|75.00%")  # 满意 of both kinds: another formula
    assert "inconsistent" not in verdicts(TITLE, other, kind="weighted")


def test_a_sample_above_the_rates_of_its_line_is_one() -> None:
    head = "样本数/满意度|A.很满意|B.满意|C.一般|D.不满意\n"
    counts = "80份|{}|20|8|2\n91.00%|62.50%|25.00%|10.00%|2.50%"
    assert "inconsistent" not in verdicts(TITLE, "1.您对水质是否满意？", table(head + counts.format(50)), kind="sum")
    assert "inconsistent" in verdicts(TITLE, "1.您对水质是否满意？", table(head + counts.format(56)), kind="sum")


def test_two_places_that_tell_one_rate_in_the_same_words_have_to_agree() -> None:
    told = "本次共回收有效问卷40份，经统计，参训农户综合满意度为{}%。"
    sheet = "二级指标|三级指标|分值|得分|评价说明\n满意度|参训农户满意度|9|9|{}"
    body = ("三、满意度分析", told.format("95"), "附件 评分表")
    assert "inconsistent" not in verdicts(*body, table(sheet.format(told.format("95"))))
    assert "inconsistent" in verdicts(*body, table(sheet.format(told.format("85"))))
    other = told.format("85").replace("参训", "周边")
    assert "inconsistent" not in verdicts(*body, table(sheet.format(other)))


def test_satisfaction_that_was_aimed_at_is_not_what_was_found() -> None:
    found_out = "本次共回收有效问卷60份，经统计，租户综合满意度为93.50%。"
    assert found("一、项目概况", "完成改造320户，回收有效问卷60份以上，租户综合满意度90%以上。", found_out) == []


@pytest.mark.parametrize(("sent", "valid", "wrong"), [(40, 38, ""), (400, 38, "400"), (40, 83, "83"), (48, 38, "48")])
def test_sheets_of_groups_add_up(sent: int, valid: int, wrong: str) -> None:
    text = (
        "本次问卷共发出160份，收回有效问卷152份。其中面向商户发放120份，收回有效问卷114份。"
        f"其中面向街道干部发放{sent}份，收回有效问卷{valid}份。"
    )
    assert [wrong in explanation for explanation in found(text)] == [True] * bool(wrong)


def test_groups_of_which_some_are_not_told_need_not_add_up() -> None:
    assert found("本次问卷共发出160份，收回有效问卷152份。其中面向商户发放80份，面向干部发放30份。") == []


def test_sheets_of_one_group_told_twice() -> None:
    items = (
        "本次共回收有效问卷42份，经统计，租户综合满意度为93.45%。",
        "本次共回收有效问卷{}份，经统计，租户综合满意度为{}%。",
    )
    [text] = found(*(i.format(46, "93.45") for i in items))
    assert "46" in text and "42" in text
    assert found(*(i.format(46, "91.20") for i in items)) == []


def test_satisfaction_told_twice_in_the_same_words() -> None:
    items = (
        "本次共回收有效问卷 60 份，经统计，租户综合满意度为{}%。得分 5 分。",
        "本次共回收有效问卷60份，经统计，租户综合满意度为92.10%。",
    )
    [text] = found(*(i.format("95.50") for i in items))
    assert "95.50" in text and "92.10" in text


def test_a_weighted_rate_whose_point_was_moved() -> None:
    rows = "样本数/满意度|A.非常满意|B.比较满意|C.一般|D.不满意\n59份|45|13|0|1\n{}%|76.27%|22.03%|0.00%|1.69%"
    others = [
        "样本数/满意度|A.非常满意|B.比较满意|C.一般|D.不满意\n59份|42|14|2|1\n92.20%|71.19%|23.73%|3.39%|1.69%",
        "样本数/满意度|A.非常满意|B.比较满意|C.一般|D.不满意\n59份|40|16|2|1\n91.53%|67.80%|27.12%|3.39%|1.69%",
    ]

    def told(rate: str) -> list[str]:
        texts = [rows.format(rate), *others]
        return found(
            TITLE, *(item for n, text in enumerate(texts, 1) for item in (f"{n}.您对第{n}项是否满意？", table(text)))
        )

    assert told("93.90") == []
    [text] = told("9.390")
    assert "9.390" in text and "93.898" in text
