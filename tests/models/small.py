"""A small classifier and the examples it is fitted to, for tests."""

from __future__ import annotations

from functools import cache

from models.classifier import LINEAR, Classifier
from models.clause import Clause
from models.folder import compact
from models.training import Example, train

_DEFICIENT = {
    "绩效目标": ("绩效指标未细化量化", "绩效目标设置笼统", "未填报绩效目标申报表", "绩效指标值设置偏低"),
    "时效进度": ("工程延期三个月才完工", "补助发放滞后", "项目进度缓慢，逾期未验收", "奖补资金未及时发放"),
    "采购与合同": ("合同未签订即开工", "采购未经招标", "合同签章不全", "中标结果未公告"),
}
_SOUND = (
    "绩效目标明确合理",
    "资金拨付及时",
    "制度健全",
    "按合同支付工程款",
    "采购程序规范",
    "本项得满分",
    "资料齐全",
    "完成率为100%",
)
_BLOCKS = {"概况": "项目位于城区，总投资900万元，由住建局实施", "问卷": "您对项目是否满意？A.满意 B.一般 C.不满意"}
_AGENCIES = ("甲事务所", "乙事务所", "丙事务所", "丁事务所")


def examples() -> list[Example]:
    found = []
    for number, agency in enumerate(_AGENCIES):
        for category, texts in _DEFICIENT.items():
            for text in texts:
                clause = Clause(
                    text, sentence=f"{text}，扣{number + 1}分。", heading="项目管理", place="reason", mark="less"
                )
                found.append(Example("deficiency", clause, "yes", agency, agency))
                found.append(Example("category", clause, category, agency, agency))
        for text in _SOUND:
            found.append(Example("deficiency", Clause(text, place="reason", mark="full"), "no", agency, agency))
        for role, text in _BLOCKS.items():
            found.append(Example("role", Clause(f"{number}{text}"), role, agency, agency))
    return found


@cache
def classifier() -> Classifier:
    return train(examples(), "试验").classifier


def parts() -> dict[str, bytes]:
    """The files of the small model's folder."""
    return {LINEAR: compact(classifier().record())}
