"""Sentences, tokens and patterns: what the rules rely on."""

from __future__ import annotations

import jieba
import pytest

from extractor.language import matches, parse, sentences, tokens, words


def test_sentences_end_at_full_stops_but_not_inside_brackets() -> None:
    text = "项目已完成（详见附件。共三份）。资金已拨付；验收合格\n另有结余"
    assert [text[a:b] for a, b in sentences(text)] == [
        "项目已完成（详见附件。共三份）。",
        "资金已拨付；",
        "验收合格",
        "另有结余",
    ]


def test_a_bracket_that_never_closes_swallows_nothing() -> None:
    text = "（一共三项。第二句。"
    assert [text[a:b] for a, b in sentences(text)] == ["（一共三项。", "第二句。"]


def test_tokens_are_the_text_itself() -> None:
    text = "2022年 本项目预算资金1,234.50万元，预算执行率＝（585.2÷770）×100％＝76％；等级为“良”。"
    assert "".join(word for word, _ in tokens(text)) == text
    assert parse(text).text == text


def test_words_are_those_of_the_whole_text() -> None:
    text = "一、产出指标（满分30分）：完成“一网通办”，得分25.5分；\r\n预算执行率=87.08/100,即87.08%。《办法》 第3条/附件|A-1~2\t完。"
    assert words(text) == list(jieba.cut(text)) == words(text)


@pytest.mark.parametrize(
    ("text", "token", "tag"),
    [
        ("该项目年初预算数为300万元", "年初预算数", "BUDGET"),
        ("该项目年初预算数为300万元", "300万元", "MONEY"),
        ("预算执行率91.66%", "预算执行率", "EXECUTION_RATE"),
        ("预算执行率91.66%", "91.66%", "RATE"),
        ("综合得分 87.08 分", "87.08 分", "SCORE"),
        ("评价等级为良。", "良", "GRADE"),
        ("绩效等级为 优 。", "优", "GRADE"),
        ("主 管 部 门：海棠市城市管理局", "主 管 部 门", "ROLE_COMPETENT"),
    ],
)
def test_terms_and_figures_are_one_token_of_their_class(text: str, token: str, tag: str) -> None:
    assert (token, tag) in tokens(text)


@pytest.mark.parametrize("text", ["其中设备费较高", "过程中发现", "良好的氛围", "优化流程", "差距较大"])
def test_words_that_hold_a_grade_word_are_no_grades(text: str) -> None:
    assert "GRADE" not in {tag for _, tag in tokens(text)}


def test_a_pattern_reaches_its_own_amount_only() -> None:
    found = {(label, doc[a:b].text) for label, a, b, doc in matches("headline", "预算资金300万元，实际支出284万元")}
    assert ("budget", "预算资金300万元") in found and ("expenditure", "实际支出284万元") in found
    assert not any(label == "budget" and "284" in text for label, text in found)


def test_a_formula_is_followed_to_its_result() -> None:
    found = {
        doc[a:b].text
        for label, a, b, doc in matches("headline", "预算执行率=(585.2/770)×100%=76%。")
        if label == "execution_rate"
    }
    assert "预算执行率=(585.2/770)×100%=76%" in found
