"""The score sheet: 3 or 4 levels, weights in names, in a column, in pairs of columns or under a misleading header, labels
merged downwards, cut by pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from corpus.draft import Draft, dimension_name, dimension_word, path_key, points
from corpus.manuscript import START, Grid, Line, Mention, Row, Tag
from corpus.reasons import criteria, reason
from corpus.report import Node

RULING = "-----"
ROWS_ON_A_PAGE = (5, 8)


@dataclass(slots=True)
class Column:
    """A column of the sheet: `name` its header, `part` what it holds: level (with `level`), node_weight (with `level`),
    weight, score, lost, definition, criteria, reason, source."""

    name: str
    part: str
    level: int = 0


@dataclass(slots=True)
class Sums:
    """The marked weights and scores of the leaves under a node, for the relations that add them up."""

    weights: list[Mention] = field(default_factory=list)
    scores: list[Mention] = field(default_factory=list)


def columns_of(draft: Draft) -> list[Column]:
    headers, form = draft.style["headers"], draft.choices["weight_form"]
    levels = list(headers["levels"])[: draft.report.levels]
    columns: list[Column] = []
    for level, name in enumerate(levels):
        columns.append(Column(name, "level", level))
        if form == "pairs" and level:
            columns.append(Column("", "node_weight", level))
    for part in draft.style["sheet_columns"]:
        if part == "weight" and form in ("in_name", "pairs"):
            continue
        name = headers[part]
        if form == "misnamed" and part in ("weight", "score"):
            name = "指标得分" if part == "weight" else "评价得分"
        columns.append(Column(name, part))
    return columns


def score_sheet(draft: Draft) -> list[Line | Grid]:
    """The sheet as blocks: one table, or several where pages cut it."""
    columns = columns_of(draft)
    rows = [Row([column.name for column in columns])]
    if draft.choices["weight_form"] == "pairs":
        under = {"level": "名称", "node_weight": "分值"}
        rows.append(Row([under.get(column.part, "") if column.level else "" for column in columns]))
    if draft.has("markdown_ruling"):
        rows.append(Row([RULING] * len(columns), kind="ruling"))
    header = len(rows)
    all_of = Sums()
    for index, dimension in enumerate(draft.report.dimensions):
        _rows(draft, columns, rows, [dimension], index, all_of)
    rows.append(_total(draft, columns, all_of))
    return _cut(draft, Grid(rows, header, sheet=True), columns)


def _rows(draft: Draft, columns: list[Column], rows: list[Row], path: list[Node], index: int, above: Sums) -> None:
    """Append the leaf rows under the last node of `path`, labelled; its leaves' weights and scores are added to `above`."""
    node = path[-1]
    start, own = len(rows), Sums()
    if not node.children:
        _leaf_row(draft, columns, rows, path, own)
    for child in node.children:
        _rows(draft, columns, rows, [*path, child], index, own)
    above.weights += own.weights
    above.scores += own.scores
    if node.children:
        _label(draft, columns, rows[start:], path, index, own)


def _leaf_row(draft: Draft, columns: list[Column], rows: list[Row], path: list[Node], own: Sums) -> None:
    leaf = path[-1]
    key = path_key(path[:-1], leaf)
    weight = points(draft, leaf.weight, f"weight/{key}")
    score = points(draft, leaf.score, f"score/{key}")
    lost = points(draft, leaf.lost) if leaf.lost and any(column.part == "lost" for column in columns) else None
    names = [dimension_word(draft, path[0]), *(node.name for node in path[1:])]
    tags = [Tag("indicator", {"path": names, "weight": leaf.weight, "score": leaf.score})]
    cells = []
    text, defects = reason(draft, leaf, "table", weight, lost)
    rule = criteria(draft, leaf, weight)
    for column in columns:
        match column.part:
            case "weight":
                cells.append(str(weight))
            case "score":
                cells.append(str(score))
            case "lost":
                cells.append(str(lost) if lost else "")
            case "definition":
                cells.append(leaf.definition)
            case "criteria":
                cells.append(rule)
            case "reason":
                cells.append(text)
            case "source":
                cells.append(draft.rnd.choice(draft.style["wording"]["evidence_source"]))
            case "node_weight" if column.level == len(path) - 1:
                cells.append(str(weight))
            case "level" if column.level == len(path) - 1:
                cells.append(_code(draft, path) + leaf.name + (_bracket(draft, weight) if _in_name(draft) else ""))
            case _:
                cells.append("")
    if lost:
        draft.script.relate("difference", lost, [weight, score], "a[0]-a[1]", "table", "扣分=分值-得分")
    rows.append(Row(cells, tags + defects))
    own.weights.append(weight)
    own.scores.append(score)


def _code(draft: Draft, path: list[Node]) -> str:
    """A12 before the second indicator of the first group, where the style numbers them."""
    if not draft.style.get("codes"):
        return ""
    siblings = [draft.report.dimensions, *(node.children for node in path)]
    places = [
        next(i for i, other in enumerate(nodes) if other is node) for nodes, node in zip(siblings, path, strict=False)
    ]
    return "ABCD"[places[0]] + "".join(str(place + 1) for place in places[1:]) + " "


def _in_name(draft: Draft) -> bool:
    return draft.choices["weight_form"] == "in_name"


def _bracket(draft: Draft, weight: Mention) -> str:
    return f"({weight}分)" if draft.has("width_mix") and draft.rnd.random() < 0.5 else f"（{weight}分）"


def _label(draft: Draft, columns: list[Column], rows: list[Row], path: list[Node], index: int, own: Sums) -> None:
    """Write the node's name (and weight) into its rows: the first, or every one where merges were exported as repeats."""
    level, node, form = len(path) - 1, path[-1], draft.choices["weight_form"]
    place = next(i for i, column in enumerate(columns) if column.part == "level" and column.level == level)
    name = _code(draft, path) + node.name if level else dimension_name(draft, index, "dimension_cell")
    first = name
    if form in ("in_name", "pairs") and (level or "分" not in name):
        weight = points(draft, node.weight, f"weight/{path_key(path[:-1], node)}")
        draft.script.add_up(weight, own.weights, "table", f"{node.name}：分值合计")
        if form == "in_name":
            first += _bracket(draft, weight)
        elif level == 0:
            first += f"（{weight}）"
        else:
            rows[0].cells[place + 1] = str(weight)
    rows[0].cells[place] = first
    if draft.choices["row_merges"] == "repeated":
        for row in rows[1:]:
            row.cells[place] = name


def _total(draft: Draft, columns: list[Column], all_of: Sums) -> Row:
    """The total row; where `total_row_shifted`, its figures stand one column to the left."""
    parts = [column.part for column in columns]
    cells = [""] * len(columns)
    cells[0] = str(draft.style["headers"]["total"])
    if draft.has("html_residue"):
        cells[0] = f"<b>{cells[0]}</b>"
    shift = 1 if draft.has("total_row_shifted") else 0
    if "weight" in parts:
        weight = points(draft, Decimal(100), "weight")
        draft.script.add_up(weight, all_of.weights, "table", "分值合计")
        cells[parts.index("weight") - shift] = str(weight)
    score = points(draft, draft.report.total, "total_score")
    draft.script.add_up(score, all_of.scores, "table", "得分合计")
    cells[parts.index("score") - shift] = str(score)
    return Row(cells, kind="total")


def _cut(draft: Draft, grid: Grid, columns: list[Column]) -> list[Line | Grid]:
    """Cut the sheet where pages would: header again, running header, 续上页, one column fewer, a cell in two."""
    if not draft.has("table_cut"):
        return [grid]
    header, body = grid.rows[: grid.header], grid.rows[grid.header :]
    top = [row for row in header if row.kind != "ruling"]
    blocks: list[Line | Grid] = [Grid(header, grid.header, sheet=True)]
    start, bare = 0, _inside_a_dimension(draft, body)
    for place, end in enumerate(_ends(draft, body, bare)):
        part = body[start:end]
        if place == 0:
            header += part
            start = end
            continue
        if draft.has("cut_running_header"):
            blocks.append(Line(draft.report.project.title, "running"))
        if draft.has("cell_cut") and place == 1:
            part = _cut_cell(part)
        fewer = (start, end) == bare
        if fewer:
            for row in part:
                del row.cells[0]
        elif draft.has("cut_continued") and not part[0].cells[0]:
            part[0].cells[0] = "续上页"
        again = draft.has("cut_header_repeated") and not fewer
        repeated = [Row(list(row.cells), kind="header") for row in top] if again else []
        blocks.append(Grid(repeated + part, len(repeated), sheet=True))
        start = end
    return blocks


def _inside_a_dimension(draft: Draft, body: list[Row]) -> tuple[int, int] | None:
    """For `cut_column_fewer`: the rows from within a dimension to its end, whose first cell the export then loses."""
    if not draft.has("cut_column_fewer"):
        return None
    starts = [index for index, row in enumerate(body) if row.cells[0]]
    runs = [(a + 2, b) for a, b in zip(starts, starts[1:], strict=False) if b - a > 3]
    return draft.rnd.choice(runs) if runs else None


def _ends(draft: Draft, body: list[Row], bare: tuple[int, int] | None) -> list[int]:
    """Where the pages end, as row numbers: every few rows, in the middle of dimensions where labels are to be continued."""
    size = draft.rnd.randint(*ROWS_ON_A_PAGE)
    ends = set(range(size, len(body) - 1, size))
    if draft.has("cut_continued"):
        ends = {end + 1 if body[end].cells[0] else end for end in ends if end + 2 < len(body)}
    if bare:
        ends = {end for end in ends if not bare[0] <= end <= bare[1]} | set(bare)
    return sorted(ends | {len(body)})


def _cut_cell(part: list[Row]) -> list[Row]:
    """Move the end of the row's longest text without figures into a row of its own, as a page break inside a cell does."""
    cells = part[0].cells
    quoted = [str(tag.data["text"]) for tag in part[0].tags if tag.kind == "defect"]
    plain_texts = [
        index for index, cell in enumerate(cells) if START not in cell and not any(text in cell for text in quoted)
    ]
    place = max(plain_texts, key=lambda index: len(cells[index]))
    text = cells[place]
    rest = Row([""] * len(cells), kind="rest")
    cells[place], rest.cells[place] = text[: len(text) // 2], text[len(text) // 2 :]
    return [part[0], rest, *part[1:]]
