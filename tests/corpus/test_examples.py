from pathlib import Path

from corpus.examples import of_report, of_statements

HANDWRITTEN = Path(__file__).parents[2] / "corpus" / "handwritten"


def statements(folder: Path, *lines: str) -> list[tuple[str, str, str]]:
    (folder / "own.tsv").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return [(e.task, e.clause.text, e.label) for e in of_statements(folder) if e.own]


def test_a_marked_span_is_a_deficiency_of_its_category_and_the_rest_none(tmp_path: Path) -> None:
    found = statements(tmp_path, "analysis\t制度\t制度齐全，⟦但未按制度巡查|组织实施与监管⟧，其余规范。")
    assert ("category", "但未按制度巡查", "组织实施与监管") in found
    labels = {text: label for task, text, label in found if task == "deficiency"}
    assert labels == {"制度齐全，": "no", "但未按制度巡查，": "yes", "其余规范。": "no"}


def test_lines_of_lists_of_problems_teach_categories_alone(tmp_path: Path) -> None:
    found = statements(tmp_path, "problem\t存在的问题\t（一）⟦绩效目标不明确|绩效目标⟧")
    assert found == [("category", "绩效目标不明确", "绩效目标")]


def test_what_the_project_wrote_is_learned_with_and_without_points(tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("reason\t完成率\t⟦少建2公里|产出数量质量⟧，扣1分\n", encoding="utf-8")
    marks = [
        e.clause.mark for e in of_statements(tmp_path) if e.clause.text.startswith("少建") and e.task == "deficiency"
    ]
    assert marks == ["less", ""]


def test_a_report_gives_examples_of_all_three_tasks() -> None:
    examples = list(of_report(HANDWRITTEN / "yuexi-rencai"))
    labels = {task: {e.label for e in examples if e.task == task} for task in ("deficiency", "category", "role")}
    assert labels["deficiency"] == {"yes", "no"}
    assert "绩效目标" in labels["category"]
    assert {"概况", "经验", "建议", "得分表", "指标分析"} <= labels["role"]
    assert len({e.agency for e in examples}) == 1
