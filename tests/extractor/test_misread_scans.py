"""Numbers on damaged pages, from the picture to the finding: what the recogniser misreads is put right, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from extractor.pipeline import analyse
from extractor.result import Result
from tests.conftest import need
from tests.extractor.readers import scans

ROWS = [
    ["单位", "预算", "支出"],
    ["甲镇", "120.50", "100.25"],
    ["乙镇", "392.68", "301.25"],
    ["合计", "513.18", "401.50"],
]
Box = tuple[float, float, float, float]


@pytest.fixture(autouse=True)
def _needs() -> None:
    need("ocr")
    need("font")


def page(rows: list[list[str]] = ROWS) -> Image.Image:
    image = scans.page(420, 260)
    scans.write(image, 120, 30, "表1 资金情况（单位：万元）", 12)
    scans.table(image, rows)
    return image


def place(row: int, column: int, index: int) -> Box:
    """The box of one character of `ROWS` in pixels."""
    face, text = scans.font(11), ROWS[row][column]
    left, top = (60 + 90 * column + 6) * scans.POINT, (60 + 30 * row + 7) * scans.POINT
    _, upper, _, lower = face.getbbox(text[index])
    x0, x1 = left + face.getlength(text[:index]), left + face.getlength(text[: index + 1])
    return x0, top + upper, x1, top + lower


def broken(image: Image.Image, box: Box, strength: float) -> None:
    """The left of its lower half is gone: a 6 is nearly a 5."""
    x0, top, x1, bottom = box
    high, wide = bottom - top, x1 - x0
    lost = (x0, top + 0.5 * high, x0 + 0.1 * strength * wide, bottom - 0.2 * high)
    ImageDraw.Draw(image).rectangle(lost, "white")


def smeared(image: Image.Image, box: Box, strength: float) -> None:
    x0, top, x1, bottom = box
    around = (round(x0), round(top) - 1, round(x1) + 1, round(bottom) + 2)
    image.paste(image.crop(around).filter(ImageFilter.GaussianBlur(strength)), around[:2])


def faded(image: Image.Image, box: Box, strength: float) -> None:
    """A point of which hardly anything is left."""
    x0, _, x1, bottom = box
    draw = ImageDraw.Draw(image)
    draw.rectangle((x0, bottom - 6, x1, bottom + 1), "white")
    draw.ellipse((x0 + 1, bottom - 3, x0 + 3, bottom - 1), (round(strength),) * 3)


def scanned(tmp_path: Path, image: Image.Image) -> Result:
    [result] = analyse(scans.saved(image, tmp_path / "a.png"))
    return result


@pytest.mark.parametrize(
    ("damage", "at", "strengths"),
    [
        (broken, (2, 1, 4), (1.0, 1.5, 2.0)),
        (smeared, (2, 1, 4), (2.0, 2.2, 1.8)),
        (smeared, (1, 1, 1), (2.0, 2.2, 1.8)),
        (faded, (3, 1, 3), (240.0, 235.0, 245.0)),
    ],
)
def test_a_number_misread_on_a_damaged_page_is_put_right_and_said(
    tmp_path: Path,
    damage: Callable[[Image.Image, Box, float], None],
    at: tuple[int, int, int],
    strengths: tuple[float, ...],
) -> None:
    printed = ROWS[at[0]][at[1]]
    for strength in strengths:  # until the damage is such that the recogniser errs, but not without doubt
        image = page()
        damage(image, place(*at), strength)
        result = scanned(tmp_path, image)
        if not result.findings or result.findings[0].severity != "info":
            continue
        assert [check.verdict for check in result.checks] == ["consistent"] * 2
        [finding] = result.findings
        [evidence] = finding.evidence
        assert finding.severity == "info" and evidence.page == 1 and evidence.bbox is not None
        assert evidence.read_as and evidence.read_as != printed and printed in evidence.quote
        assert f"“{evidence.read_as}”" in finding.explanation and f"“{printed}”" in finding.explanation
        told = [o for c in result.checks for o in (c.stated, *c.operands) if o is not None and o.evidence.read_as]
        assert [(o.text, o.evidence.read_as) for o in told] == [(printed, evidence.read_as)]
        return
    pytest.fail("nothing was put right")


@pytest.mark.parametrize("wrong", ["392.58", "392.8", "39268"])
def test_a_wrong_number_that_is_plain_to_read_stays_an_alarm(tmp_path: Path, wrong: str) -> None:
    image = page([*ROWS[:2], ["乙镇", wrong, "301.25"], ROWS[3]])
    findings = scanned(tmp_path, image.filter(ImageFilter.GaussianBlur(0.5))).findings
    assert findings and all(finding.severity != "info" for finding in findings)
