"""Which slips of the pen explain a wrong number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.checks.engine.digits import slip


@pytest.mark.parametrize(
    ("wrong", "right", "explained"),
    [
        ("132.48", "134.28", True),
        ("13.25", "132.5", True),
        ("412.60", "472.60", True),
        ("41.60", "412.60", True),
        ("4123.60", "412.60", True),
        ("10.34", "0.34", True),
        ("412.60", "538.10", False),
        ("412.60", "412.60", False),
        ("412.60", "412.604", False),
        ("0.12", "0.13", False),
    ],
)
def test_slip_of_the_pen(wrong: str, right: str, explained: bool) -> None:
    assert slip(Decimal(wrong), Decimal(right), 2) is explained
