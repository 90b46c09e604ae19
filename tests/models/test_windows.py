"""Every clause is shown once, in the window of its sentence, by the tokens that are its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Clause
from models.tokens import END, START, tokenizer, vocabulary
from models.windows import Frame, Window, windows

TOKENS = tokenizer(vocabulary(["项目绩效目标未细化，资金拨付不及时。正文评分依据问题清单满扣分存在：0" * 5] * 3))
FRAME = Frame(TOKENS.token_to_id(START), TOKENS.token_to_id(END), 64)


def shown(window: Window, place: int) -> str:
    _, first, last = window.spans[place]
    return "".join(TOKENS.id_to_token(i) for i in window.ids[first:last])


def seen(*clauses: Clause) -> list[Window]:
    return list(windows(clauses, TOKENS, FRAME))


def test_clauses_of_a_sentence_share_a_window() -> None:
    sentence = "绩效目标未细化，资金拨付不及时。"
    (window,) = seen(Clause("绩效目标未细化，", sentence=sentence), Clause("资金拨付不及时。", sentence=sentence))
    assert [shown(window, i) for i in range(2)] == ["绩效目标未细化,", "资金拨付不及时。"]


def test_a_number_is_one_token_and_white_space_none() -> None:
    (window,) = seen(Clause("扣 1,234.56 分"))
    assert shown(window, 0) == "扣0分"


def test_the_window_opens_with_where_the_clause_stands() -> None:
    (window,) = seen(Clause("未细化", heading="绩效目标", place="reason", mark="less"))
    assert "".join(TOKENS.id_to_token(i) for i in window.ids) == "[CLS]评分依据扣分:绩效目标[SEP]未细化[SEP]"


def test_clauses_under_another_heading_have_another_window() -> None:
    assert len(seen(Clause("未细化", heading="目标"), Clause("未细化", heading="资金"))) == 2


def test_a_sentence_too_long_for_one_window_is_shown_in_several() -> None:
    texts = [f"{c}未细化，" for c in "项目绩效标资金拨付及时存在问题清单"]
    clauses = [Clause(text, sentence="".join(texts)) for text in texts]
    found = seen(*clauses)
    assert len(found) > 1
    for window in found:
        assert len(window.ids) <= FRAME.longest
        for place, (number, _, _) in enumerate(window.spans):
            assert shown(window, place) == texts[number].replace("，", ",")


@pytest.mark.parametrize("text", ["", " \n", "字" * 50_000, "no Chinese here", "🙂" * 300])
def test_any_text_has_tokens_to_be_judged_by(text: str) -> None:
    (window,) = seen(Clause(text))
    ((number, first, last),) = window.spans
    assert number == 0
    assert 0 < first < last <= len(window.ids) <= FRAME.longest


@given(st.lists(st.builds(Clause, text=st.text("项目未，1 a\n", max_size=90), heading=st.text("资金", max_size=60))))
def test_every_clause_is_shown_once(clauses: list[Clause]) -> None:
    found = seen(*clauses)
    assert sorted(number for window in found for number, _, _ in window.spans) == list(range(len(clauses)))
    assert all(len(window.ids) <= FRAME.longest for window in found)
    assert all(0 < first < last <= len(w.ids) for w in found for _, first, last in w.spans)
