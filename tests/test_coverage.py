"""What has to be covered: the registry is whole, unknown names are found, and what was covered stays covered."""

from __future__ import annotations

from pathlib import Path

import pytest

import sample
import whole
from workbook import author, cli, release
from workbook.content.course import load_content
from workbook.content.coverage import (
    BASELINE,
    PAGE,
    REGISTRY,
    Coverage,
    Registry,
    counted,
    coverage,
    lost,
    read_registry,
    slips,
)

ROOT = whole.ROOT

SMALL = """\
groups:
  - id: tasks
    title: Tasks
    see: A document
    rows:
      task:1.3: Plan to partner
      task:1.3(1): Need
      task:1.3(2): Gain
      task:1.3(2)(a): Gain for people
      task:1.4: Identify partners
  - id: ideas
    title: Ideas
    see: A document
    rows:
      idea:1: Five Ps
      idea:2: {label: An odd number, optional: true}
aliases:
  both: [idea:1, "task:1.3(1)"]
"""


def small(tmp_path: Path, nets: str = "", course: str = "") -> Path:
    """The small course with a registry; ``nets`` and ``course`` are ``covers`` of an exercise and of a lesson."""
    made = {**sample.FILES, REGISTRY: SMALL}
    if nets:
        made["solutions/harbour/nets.yml"] = sample.NETS.replace("minutes: 3\n", f"minutes: 3\ncovers: {nets}\n")
    if course:
        made["course/course.yml"] = sample.COURSE.replace("title: Wishes,", f"title: Wishes, covers: {course},")
    return sample.write(tmp_path, made)


def of(root: Path) -> Coverage:
    registry, problems = read_registry(root)
    assert isinstance(registry, Registry) and problems.found == []
    return coverage(whole.course() if root == ROOT else load_content(root), registry)


def test_the_registry_has_every_row() -> None:
    found = of(ROOT)
    rows = found.registry.rows
    prefixes = [id.split(":")[0] for id in rows]
    heads = [id for id, row in rows.items() if id.startswith("task:") and "(" not in id and not row.optional]
    assert len(heads) == 32
    wanted = {"box": 13, "idea": 125, "system": 132, "success": 10, "challenge": 12, "outcome": 19, "principle": 17}
    assert {prefix: prefixes.count(prefix) for prefix in wanted} == wanted
    assert prefixes.count("question") == 3 and prefixes.count("proposal") == 20
    assert [f"idea:{n}" for n in range(1, 126)] == [id for id in rows if id.startswith("idea:")]
    assert [f"system:{n}" for n in range(1, 133)] == [id for id in rows if id.startswith("system:")]


def test_modules_have_as_many_rows_as_the_documents_say() -> None:
    rows = of(ROOT).registry.rows

    def by_module(prefix: str) -> list[int]:
        return [sum(id.startswith(f"{prefix}:{module}.") for id in rows) for module in "ABCDE"]

    assert by_module("outcome") == [5, 3, 4, 4, 3]
    assert by_module("success") == [4, 2, 1, 2, 1]
    assert by_module("challenge") == [3, 3, 4, 1, 1]
    assert by_module("principle") == [5, 5, 4, 2, 1]


def test_nothing_that_was_covered_is_lost() -> None:
    found = of(ROOT)
    assert len((ROOT / BASELINE).read_text(encoding="utf-8").split()) >= 91
    assert [str(problem) for problem in lost(whole.course(), found.registry)] == []


def test_everything_is_covered() -> None:
    assert of(ROOT).missing() == []


def test_an_exercise_covers_rows_and_the_rows_another_name_stands_for(tmp_path: Path) -> None:
    found = of(small(tmp_path, nets="[both, task:1.4]"))
    assert [id for id in found.registry.rows if found.covered(id)] == ["task:1.3(1)", "task:1.4", "idea:1"]
    assert counted(found) == [("Tasks", 1, 2), ("Tasks: parts", 1, 3), ("Ideas", 1, 1), ("Optional rows", 0, 1)]


def test_a_row_is_covered_by_all_its_parts_and_not_by_some(tmp_path: Path) -> None:
    assert of(small(tmp_path / "some", nets='["task:1.3(1)", "task:1.3(2)"]')).covered("task:1.3") is False
    whole = of(small(tmp_path / "all", nets='["task:1.3(1)", "task:1.3(2)(a)"]'))
    assert whole.covered("task:1.3") and whole.covered("task:1.3(2)") and not whole.covered("task:1.4")


def test_a_lesson_tells_which_is_enough_for_optional_rows_only(tmp_path: Path) -> None:
    found = of(small(tmp_path, course='["idea:1", "idea:2"]'))
    assert found.covered("idea:2") and not found.covered("idea:1")
    assert "harbour/wishes: told" in release.files(load_content(tmp_path))[release.PurePosixPath(PAGE)]


def test_unknown_names_are_problems_with_a_near_match(tmp_path: Path) -> None:
    root = small(tmp_path, nets='["idea:1", "taks:1.4"]', course='["idea:11"]')
    found = [str(problem) for problem in slips(load_content(root))]
    assert found == [
        "solutions/harbour/nets.yml:7: covers[2]: 'taks:1.4' is not in course/coverage.yml. Did you mean 'task:1.4'?",
        "course/course.yml:10: units[1].lessons[2].covers[1]: 'idea:11' is not in course/coverage.yml."
        " Did you mean 'idea:1'?",
    ]
    assert set(found) <= {str(problem) for problem in author.check(root)}


def test_what_is_lost_is_a_problem_until_its_line_is_taken_out(tmp_path: Path) -> None:
    root = small(tmp_path, nets='["idea:1", "task:1.4"]')
    author.build(root)
    assert (root / BASELINE).read_text(encoding="utf-8") == "task:1.4\nidea:1\n"
    small(tmp_path, nets='["task:1.4"]')
    author.build(root)
    assert (root / BASELINE).read_text(encoding="utf-8") == "task:1.4\nidea:1\n"
    problems = [str(problem) for problem in author.check(root)]
    assert problems == [
        "course/covered.txt:2: covers: 'idea:1' was covered and is not any more:"
        " cover it again, or take this line out on purpose"
    ]
    (root / BASELINE).write_text("task:1.4\n", encoding="utf-8")
    author.build(root)
    assert author.check(root) == []


def test_mistakes_in_the_registry_are_found(tmp_path: Path) -> None:
    broken = SMALL.replace("task:1.4: Identify", "idea:1: Identify").replace("both: [idea:1", "both: [idea:12")
    root = sample.write(tmp_path, {**sample.FILES, REGISTRY: broken})
    found = [str(problem) for problem in slips(load_content(root))]
    assert found == [
        "course/coverage.yml:15: groups[2].rows.idea:1: 'idea:1' stands in two groups",
        "course/coverage.yml:18: aliases.both[1]: there is no row 'idea:12'. Did you mean 'idea:2'?",
    ]


def test_the_command_tells_what_where_how_and_who_marks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBOOK_ROOT", str(small(tmp_path, nets="[both]")))
    assert cli.main(["coverage"]) == 0
    shown = capsys.readouterr().out
    assert "  idea:1  Five Ps\n      harbour/needs: harbour/nets – single-choice (practice) – key\n" in shown
    assert cli.main(["coverage", "--missing"]) == 0
    shown = capsys.readouterr().out
    assert "idea:1 " not in shown and "idea:2  An odd number (optional)" in shown and "   1 of    1  Ideas" in shown
