"""The region that a report is about: the administrative divisions that open a name."""

from __future__ import annotations

import re

from extractor.result import Result

# 示范区, 社区, 园区 and the like are no divisions; 市 after 城 or 超 belongs to another word.
_DIVISION = r"[\u4e00-\u9fff]{2,7}?(?:自治区|自治州|自治县|自治旗|地区|新区|省|(?<![城超])市|县|(?<![社园校厂景片小灌示范试验])区|州|盟|旗)"
_REGION = re.compile(rf"(?:\d{{4}}(?:[-—至]\d{{4}})?年度?)?((?:{_DIVISION})+)")


def region_of(result: Result) -> str | None:
    """By who had the project evaluated, else by the title, else by the department in charge; None where none tells."""
    meta = result.meta
    for name in (meta.entrusting_party, meta.title, meta.competent_department):
        match = _REGION.match(name.value) if name else None
        if match:
            return match[1]
    return None
