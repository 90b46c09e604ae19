"""The text of a report is kept as it was laid out when its result was made."""

from __future__ import annotations

from pathlib import Path

from api.store import Box, Grid, Layout, Store, Text, add_original, layout_in, prepare, report_ids, save_prepared
from extractor.document import Cell, Document, Heading, Paragraph, Style, Table
from tests.api.store.loaded import file, load, result_for


def document() -> Document:
    wide, plain = Cell("合计", 0, 0, 1, 2), Cell("12\x00", 1, 0)
    inner = Table([[Cell("内")]])
    table = Table([[wide, wide], [plain, Cell("3", 1, 1, nested=(inner,))]], caption="得分表", unit="分", header=1)
    heading = Heading("一、概况", level=1, number="一、", title="概况")
    return Document(
        "docx",
        [heading, Paragraph("正文", style=Style(align="center"), place="footnote"), table],
        pages=[(595.32, 841.92), (841.92, 595.32)],
    )


def test_blocks_come_back_as_they_were(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, "报告.docx")
    sha256 = add_original(store, path).sha256
    save_prepared(store, [prepare(result_for(sha256), [], document())])
    [report] = report_ids(store, sha256)
    inner = Grid(((Box("内", 0, 0),),))
    blocks = (
        Text("一、概况", level=1),
        Text("正文", align="center", place="footnote"),
        Grid(
            ((Box("合计", 0, 0, 1, 2),), (Box("12\ufffd", 1, 0), Box("3", 1, 1, nested=(inner,)))),
            caption="得分表",
            unit="分",
            header=1,
        ),
    )
    assert layout_in(store, report) == Layout(blocks, ((595.3, 841.9), (841.9, 595.3)))


def test_what_came_without_its_text_has_none(store: Store, tmp_path: Path) -> None:
    assert layout_in(store, load(store, file(tmp_path, "报告.pdf"))) is None
