"""The author's desk: what ``workbook new`` starts can be finished by its steps; an editor underlines mistakes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

import sample
from workbook import author
from workbook.content.schema import schemas
from workbook.content.source import read_yaml
from workbook.errors import WorkbookError
from workbook.kinds import BY_NAME

ROOT = Path(__file__).parent.parent
CELL = '\n```{{code-cell}}\nfrom workbook import form; form("{id}")\n```\n'


def checked(root: Path) -> list[str]:
    """What ``workbook check`` says after ``workbook build``."""
    author.build(root)
    return [str(problem) for problem in author.check(root)]


def put(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


# workbook new


@pytest.mark.parametrize("kind", list(BY_NAME))
def test_a_new_exercise_of_every_kind_needs_its_steps_only(kind: str, tmp_path: Path) -> None:
    root = sample.write(tmp_path)
    made = author.new(root, "exercise", "harbour/who-joins", kind=kind)
    assert [path.relative_to(root).as_posix() for path in made.files] == ["solutions/harbour/who-joins.yml"]
    assert "course/harbour/needs.md" in made.steps[0] and 'form("harbour/who-joins")' in made.steps[0]
    (left,) = author.check(root)
    assert left.message.endswith('put form("harbour/who-joins") there')
    with (root / "course/harbour/needs.md").open("a", encoding="utf-8", newline="\n") as lesson:
        lesson.write(CELL.format(id="harbour/who-joins"))
    assert checked(root) == []
    assert "who-joins" in author.preview(root, "harbour/who-joins").read_text(encoding="utf-8")


def test_a_new_lesson_needs_its_steps_only(tmp_path: Path) -> None:
    root = sample.write(tmp_path)
    made = author.new(root, "lesson", "harbour/tides")
    entry = re.search(r"- \{id: tides.*\}", made.steps[0])
    assert entry
    (left,) = author.check(root)
    assert left.file == "course/harbour/tides.md" and "is not in course/course.yml" in left.message
    put(root / "course/course.yml", "      - {id: wishes", f"      {entry[0]}\n      - {{id: wishes")
    assert checked(root) == []


def test_a_new_unit_says_what_is_left_until_nothing_is(tmp_path: Path) -> None:
    root = sample.write(tmp_path)
    lesson, entry = author.new(root, "unit", "open-sea").files
    with (root / "course/course.yml").open("a", encoding="utf-8", newline="\n") as course:
        course.write(entry.read_text(encoding="utf-8"))
    entry.unlink()
    left = checked(root)
    assert [line.partition("open-sea")[0] or line for line in left] == left
    assert [re.sub(r"^.*?: units", "units", line) for line in left] == [
        "units[2].objectives.first: has no marked exercise",
        "units[2].objectives.first: has no practice exercise",
    ]
    for name, purpose in (("practised", "practice"), ("counted", "marked")):
        (file,) = author.new(root, "exercise", f"open-sea/{name}").files
        put(file, "purpose: practice", f"purpose: {purpose}")
        put(file, "What is asked", f"What is {name}")
        with lesson.open("a", encoding="utf-8", newline="\n") as text:
            text.write(CELL.format(id=f"open-sea/{name}"))
    assert checked(root) == []


@pytest.mark.parametrize("name", ["class", "base", "parts", "table"])
def test_a_kind_cannot_take_a_name_of_the_code(name: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src/workbook/kinds", tmp_path / "src/workbook/kinds")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(WorkbookError, match=name):
        author.new(tmp_path, "kind", name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_new_kind_keeps_the_contract_and_is_clean(tmp_path: Path) -> None:
    """As CONTRIBUTING says, in a copy of the checkout: the four steps, then lint and the contract tests."""
    for folder in ("src", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    sample.write(tmp_path)
    made = author.new(tmp_path, "kind", "tide-table")
    code, html, example = made.files
    assert (code.parent.name, html.name, example.name) == ("tide_table", "html.py", "tide-table.yml")
    kinds = tmp_path / "src/workbook/kinds/__init__.py"
    (line,) = re.findall(r"from \.tide_table import KIND as TIDE_TABLE", made.steps[1])
    put(kinds, "from .table import KIND as TABLE\n", f"from .table import KIND as TABLE\n{line}\n")
    put(kinds, "    TABLE,\n", "    TABLE,\n    TIDE_TABLE,\n")
    asks = '{"unit": "hours"}, {}, {"key": {"answer": "six", "right": "Yes.", "wrong": "No."}}'
    put(tmp_path / "tests/asks.py", '    "single-choice": [', f'    "tide-table": [{asks}],\n    "single-choice": [')
    body = example.read_text(encoding="utf-8")
    question = f"- id: tide\n  kind: tide-table\n  prompt: When?\n{re.sub('^  ', '', body, flags=re.MULTILINE)}"
    with (tmp_path / "docs/kinds.md").open("a", encoding="utf-8") as docs:
        docs.write(f"\n## tide-table\n\n```yaml\n{question}```\n\n*Stored:* a.\n\n*Marked:* b.\n\n*On paper:* c.\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
    new = ["src/workbook/kinds/tide_table", "src/workbook/kinds/__init__.py"]
    for command in (
        ["ruff", "check", "--no-cache", *new],
        ["ruff", "format", "--no-cache", "--check", *new],
        ["workbook", "new", "exercise", "harbour/tide", "--kind", "tide-table"],
        ["workbook", "preview", "harbour/tide", "--no-browser"],
        ["pytest", "-q", "-p", "no:cacheprovider", "tests/test_kinds.py", "-k", "tide or docs"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command], check=False, cwd=tmp_path, env=environment, capture_output=True,
            encoding="utf-8", timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"tide-table-1|\d\d passed", done.stdout)


# JSON Schema


SCHEMAS = {name: Draft7Validator(schema) for name, schema in schemas().items()}


def mistakes(name: str, text: str | Path, tmp_path: Path) -> list[str]:
    """What an editor underlines, as dotted places."""
    file = text if isinstance(text, Path) else tmp_path / "x.yml"
    if isinstance(text, str):
        file.write_text(text, encoding="utf-8")
    data = read_yaml(file, "x").data
    return [".".join(map(str, error.absolute_path)) for error in SCHEMAS[name].iter_errors(data)]


def test_every_file_of_the_course_keeps_the_schema(tmp_path: Path) -> None:
    assert mistakes("course", ROOT / "course/course.yml", tmp_path) == []
    files = sorted((ROOT / "solutions").glob("*/*.yml"))
    assert len(files) > 30
    assert {str(file): found for file in files if (found := mistakes("exercise", file, tmp_path))} == {}
    for schema in SCHEMAS.values():
        schema.check_schema(schema.schema)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("kind: single-choice", "kind: singel-choice", "questions.0.kind"),
        ("minutes: 3", "minutes: three", "minutes"),
        ("    prompt:", "    promt:", "questions.0"),
        ("      answer: ask\n", "", "questions.0.key"),
        ("purpose: practice", "purpose: practise", "purpose"),
        ("      right: The", "      rihgt: The", "questions.0.key"),
        ("title: Nets\n", "", ""),
        ("id: first", "id: First One", "questions.0.id"),
    ],
)
def test_an_editor_underlines(old: str, new: str, place: str, tmp_path: Path) -> None:
    assert mistakes("exercise", sample.NETS, tmp_path) == []
    assert old in sample.NETS
    assert place in mistakes("exercise", sample.NETS.replace(old, new, 1), tmp_path)


def test_an_editor_knows_every_field_with_its_help() -> None:
    def look(schema: Any) -> None:
        if isinstance(schema, dict):
            for name, field in schema.get("properties", {}).items():
                if name not in ("questions", "not", "at-least", "at-most") and "const" not in field:
                    undescribed.add(name) if "description" not in field else None
            for inner in schema.values():
                look(inner)
        elif isinstance(schema, list):
            for inner in schema:
                look(inner)

    undescribed: set[str] = set()
    look(schemas()["exercise"]["properties"]["questions"]["items"])
    assert undescribed <= {"kind"} | undescribed & {"min", "max"}


# Two amounts in one paragraph


def test_two_dollar_signs_in_one_paragraph_are_reported(tmp_path: Path) -> None:
    root = sample.write(tmp_path)
    put(root / "course/harbour/needs.md", "A need is", "It costs $5 a day.\n\nOr $6.\n\n`$a` and `$b`.\n\nA need is")
    assert checked(root) == []
    put(root / "course/harbour/needs.md", "It costs $5 a day.", "It costs $5 a day\nor $30 a week.")
    (left,) = checked(root)
    assert left.startswith("course/harbour/needs.md:14: text: two amounts with $")
    put(root / "course/harbour/needs.md", "$5 a day\nor $30", r"\$5 a day" + "\nor $30")
    assert checked(root) == []
