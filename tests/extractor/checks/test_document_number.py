"""text.residue: documents and the numbers that they are cited under."""

from __future__ import annotations

import pytest

from extractor.result import Finding
from tests.extractor.checks.building import alarms, check


def found(*items: str) -> list[Finding]:
    checks, findings = check(*items)
    mine = {i for i, c in enumerate(checks) if c.rule == "text.residue"}
    return [f for f in alarms(findings) if mine & set(f.checks)]


TITLE = "青禾县人民政府关于推进农村清洁能源建设的实施意见"


def test_one_document_under_two_numbers() -> None:
    [finding] = found(f"依据《{TITLE}》（青政发〔2019〕8号）立项。", f"《{TITLE}》(青政发[2019]18号)明确了补助标准。")
    assert "青政发〔2019〕8号" in finding.explanation and "青政发〔2019〕18号" in finding.explanation
    assert found(f"依据《{TITLE}》（青政发〔2019〕8号）立项。", f"《{TITLE}》(青政发[2019]08号)明确了补助标准。") == []


def test_editions_and_notices_issued_again_are_no_alarm() -> None:
    old, new = (
        "《沼气池建设管理办法实施细则》（青农发〔2015〕3号）",
        "《沼气池建设管理办法实施细则》（青农发〔2021〕9号）",
    )
    assert found(f"依据{old}。", f"依据{new}。") == []
    first, second = (
        "《关于下达农村能源补助资金的通知》（青财农〔2022〕3号）",
        "《关于下达农村能源补助资金的通知》（青财农〔2022〕27号）",
    )
    assert found(f"依据{first}。", f"依据{second}。") == []


def test_one_number_for_documents_of_two_issuers() -> None:
    one = "《云岭省人民政府关于推进农村清洁能源建设的意见》（云政发〔2018〕6号）"
    other = "《青禾县人民政府关于推进农村清洁能源建设的实施意见》（云政发〔2018〕6号）"
    [finding] = found(f"依据{one}。", f"依据{other}。")
    assert "发文机关" in finding.explanation


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("《青禾县沼气池建设管理办法》（青农发〔2021〕16号）", "《沼气池建设管理办法（试行）》（县农业农村局，青农发〔2021〕61号）"),
        ("县财政局以青财预〔2022〕107号文印发《青禾县项目管理办法》", "《青禾县项目管理办法》（青财预〔2022〕170号）"),
        ("《青禾县项目绩效管理办法》（青财预〔2020〕17号）", "《青禾县项目绩效管理办法》（青财预〔2021〕17号）"),
        ("《县财政局关于下达2022年沼气池资金的通知》（青财农〔2021〕168号）",
         "《县财政局关于下达2022年沼气池资金的通知》（青财农〔2021〕186号）"),
        ("县政府以青政批〔2019〕5号文件批复", "县政府关于项目的批复（青政批〔2019〕15号）"),
    ],
)  # fmt: skip
def test_ways_to_cite_one_document(one: str, other: str) -> None:
    [finding] = found(f"依据{one}。", f"（二）{other}；")
    assert len(finding.evidence) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("县政府以青政批〔2019〕5号文件批复", "县政府关于东岭路改造的批复（青政批〔2019〕15号）"),
        ("《云岭省沼气池建设管理办法》（云农发〔2021〕16号）", "《青禾县沼气池建设管理办法》（青农发〔2021〕61号）"),
        ("《青禾县沼气池建设管理办法》（青农发〔2021〕16号）", "《青禾县沼气池管护考核办法》（青农发〔2021〕61号）"),
        ("《青禾县沼气池管理办法》（青农发〔2021〕16号）", "《青禾县沼气池管理办法》(青农发[2021]016号)"),
    ],
)
def test_documents_of_their_own(one: str, other: str) -> None:
    assert found(f"依据{one}。", f"（二）{other}；") == []


def test_a_document_cited_twice_alike_is_checked() -> None:
    document = "《青禾县沼气池建设管理办法》（青农发〔2021〕16号）"
    checks, findings = check(f"依据{document}立项。", f"（二）{document}；")
    assert findings == [] and [c.verdict for c in checks if c.rule == "text.residue"] == ["consistent"]
