"""Small reports in a store."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from api.store import Paragraph, Store, add_original, report_ids, save_results
from extractor.document import Evidence
from extractor.result import Finding, Part, Result, Source, Value, Year
from tests.extractor.output.sample import sample

TEXT = [
    "项目立项依据充分，符合国家法律法规和部门职责，预算编制经过论证，绩效目标明确。",
    "全年预算九百六十三万元，实际支出八百八十二万元，资金拨付及时，使用合规。",
    "满意度调查发放问卷三百份，收回二百八十份，总体满意度百分之九十三。",
]


def result_for(sha256: str, version: str = "1", part: int = 1, of: int = 1, **changes: Any) -> Result:
    """The sample result, as the given version read it in the file with that hash."""
    source = Source(name="report.pdf", sha256=sha256, format="pdf", part=Part(index=part, of=of))
    return sample(**{"extractor_version": version, "source": source, **changes})


def paragraphs(texts: list[str]) -> list[Paragraph]:
    return [Paragraph(at, text, page=1) for at, text in enumerate(texts)]


def titled(title: str | None, year: int = 2021) -> dict[str, Any]:
    told = Value(value=title) if title else None
    meta = sample().meta.model_copy(update={"title": told, "evaluated_year": Year(value=year)})
    return {"meta": meta}


def finding(fingerprint: str, quote: str, checks: tuple[int, ...] = ()) -> Finding:
    return Finding(
        fingerprint=fingerprint,
        severity="high",
        confidence=0.9,
        title="得分合计不符",
        explanation="各项得分相加与合计不符。",
        checks=list(checks),
        evidence=[Evidence(quote, page=2)],
    )


def file(folder: Path, name: str, content: str | None = None) -> Path:
    path = folder / name
    path.write_text(content or name, encoding="utf-8")
    return path


def load(store: Store, path: Path, texts: list[str] = TEXT, **changes: Any) -> int:
    """Adds a file with the sample result; the report's number."""
    added = add_original(store, path)
    save_results(store, [result_for(added.sha256, **changes)], {1: paragraphs(texts)})
    return report_ids(store, added.sha256)[0]


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
