"""Rows of a query as CSV, JSON lines or Parquet, a batch at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_type_hints

from api.service.problems import Refused
from api.service.responses import render
from api.service.threads import Threads
from api.store import Page

Form = Literal["csv", "jsonl", "parquet"]
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BATCH = 500  # rows
# Heads of CSV columns, which people open in a spreadsheet; programs take the other forms, which have the names of the API.
LABELS = {
    "agency": "评价机构",
    "alarms": "差错数",
    "category": "类别",
    "checks": "核对数",
    "confidence": "可信度",
    "corrected": "更正的项数",
    "department": "主管部门",
    "document": "报告组",
    "evidence": "原文",
    "explanation": "说明",
    "expression": "算式",
    "fingerprint": "指纹",
    "format": "格式",
    "grade": "等级",
    "heading": "标题",
    "hints": "提示数",
    "id": "编号",
    "kind": "类型",
    "name": "文件名",
    "origin": "所在",
    "page": "页",
    "part": "文件中的第几份",
    "position": "次序",
    "problems": "问题数",
    "project_name": "项目",
    "region": "地区",
    "report": "报告编号",
    "report_date": "报告日期",
    "report_title": "报告标题",
    "rule": "规则",
    "saved_at": "入库时间",
    "score": "总分",
    "severity": "严重程度",
    "sha256": "原件",
    "text": "内容",
    "title": "标题",
    "unit": "单位",
    "verdict": "结论",
    "version": "程序版本",
    "year": "年度",
}

Rows = Sequence[Any]
Write = Callable[[Rows], bytes]


async def batches(threads: Threads, find: Callable[[str | None], Page[Any]], write: Write) -> AsyncIterator[bytes]:
    """What `write` makes of page after page; at the end it is given no rows. The first page is fetched at once, so that
    what the store refuses can still be told."""
    page = await threads.run(find, None)

    async def rest() -> AsyncIterator[bytes]:
        current = page
        while True:
            yield await threads.run(write, current.items)
            if current.next is None:
                break
            current = await threads.run(find, current.next)
        if end := await threads.run(write, ()):
            yield end

    return rest()


def writer(form: Form, row: type) -> Write:
    """Raises Refused (501) where Parquet is wanted and pyarrow is not installed."""
    if form == "csv":
        return _csv(row)
    return _parquet(row) if form == "parquet" else _jsonl


def _jsonl(rows: Rows) -> bytes:
    return b"".join(render(row) + b"\n" for row in rows)


def _csv(row: type) -> Write:
    from extractor.output.excel import text

    names = [field.name for field in fields(row)]
    head = ["\ufeff" + LABELS[names[0]], *(LABELS[name] for name in names[1:])]  # the mark tells Excel that it is UTF-8
    waiting = [head]

    def write(rows: Rows) -> bytes:
        lines = io.StringIO(newline="")
        into = csv.writer(lines)
        into.writerows(waiting)
        waiting.clear()
        for values in _plain(rows, names):
            into.writerow([text(value) if isinstance(value, str) else value for value in values])
        return lines.getvalue().encode("utf-8")

    return write


def _parquet(row: type) -> Write:
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise Refused(501, "缺少组件 pyarrow，请先安装：pip install 'heshu[parquet]'") from None
    kinds = {int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    hints = get_type_hints(row)
    names = [field.name for field in fields(row)]
    schema = pyarrow.schema([(name, kinds.get(_bare(hints[name]), pyarrow.string())) for name in names])
    sink = io.BytesIO()
    into = pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd")

    def write(rows: Rows) -> bytes:
        if rows:
            columns = list(zip(*_plain(rows, names), strict=True))
            into.write_table(pyarrow.table([list(column) for column in columns], schema=schema))
        else:
            into.close()
        made = sink.getvalue()
        sink.seek(0)
        sink.truncate()
        return made

    return write


def _plain(rows: Iterable[Any], names: list[str]) -> Iterator[list[Any]]:
    """Of places, the text of the first."""
    for row in rows:
        values = [getattr(row, name) for name in names]
        yield [(value[0]["quote"] if value else None) if isinstance(value, list) else value for value in values]


def _bare(hint: Any) -> Any:
    """The type without None."""
    return next(one for one in get_args(hint) if one is not NoneType) if isinstance(hint, UnionType) else hint
