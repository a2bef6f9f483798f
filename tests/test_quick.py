"""Fast ways give what the slow ones give: YAML by libyaml as by ruamel, texts in documents as looked for one by one."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from workbook.content import quick, source
from workbook.content.within import Documents

ROOT = Path(__file__).parent.parent


def by_ruamel(text: str) -> Any:
    yaml = YAML(typ="rt", pure=True)
    try:
        return source._plain(yaml.load(text))
    except YAMLError:
        return "refused"


def same(text: str) -> bool:
    """Whether the fast reader took it; if so, it must have read the same, types and lines included."""
    found = quick.read(text)
    assert found is None or repr(found) == repr(by_ruamel(text)), text
    return found is not None


def test_the_course_is_read_the_same_and_fast() -> None:
    files = [*sorted((ROOT / "solutions").glob("*/*.yml")), *sorted((ROOT / "course").glob("*.yml"))]
    # Each file takes the slow reader a while: some of them, others on each day on which the course changes.
    chosen = random.Random(len(files)).sample(files, 25)
    assert sum(same(path.read_text(encoding="utf-8")) for path in chosen) >= 23


TAKEN = [
    "a: 1\nb: [x, 'y', \"z\"]\nc: {d: e, f: null}\n",
    "- - a\n  - b\n-\n- x: 1\n  y:\n    - z\n",
    "a: |\n  one\n   two\n\n  three\n\nb: >-\n  one\n  two\n\n  three\nc: |+\n  keep\n\n",
    "a: no\nb: 1:30\nc: 2030 Agenda\nd: -x\ne: yes\nf: off\n",
    "a: 2027-01-31\nb: -1.5\nc: 0\nd: true\ne: ~\n",
    "# remark\na: b # remark\n# remark\nc:\n# remark\n  - d\n",
    "---\na: b\n",
    "? a\n: b\n",
    "a: 'it''s'\nb: \"x\\n\\u00e9\"\nc: é 😀\n",
]
LEFT = {
    "anchors": "a: &x b\nc: *x\n",
    "tags": "a: !!str 1\n",
    "merged keys": "a: {b: 1}\nc:\n  <<: {d: 1}\n",
    "a key twice": "a: 1\na: 2\n",
    "keys that are no words": "1: a\n",
    "numbers in rare forms": "a: 007\n",
    "no such day": "a: 2027-02-30\n",
    "a version": "%YAML 1.1\n---\na: no\n",
    "two documents": "a: b\n---\nc: d\n",
    "the end of a document": "a: b\n...\n",
    "tabs": "a:\tb\n",
    "nothing": "",
    "mistakes": "a: [b\n",
    "a remark behind a bar": "a: |# b\n  c\n",
    "an empty text": "|+\n\n# c",
    "a colon behind quotes": '["a":b]\n',
    "other ends of lines": "a: b\x85c: d\n",
}


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_usual_is_taken(text: str) -> None:
    assert same(text)


@pytest.mark.parametrize("name", LEFT)
def test_what_is_unusual_is_left_to_ruamel(name: str) -> None:
    assert quick.read(LEFT[name]) is None


PIECES = st.sampled_from([
    "a", "b", "- ", "  ", "\n", "\n\n", ": ", ":", ", ", "[", "]", "{", "}", "|\n", ">\n", ">-\n", "|+\n", "'", '"', " # c\n",
    "# c", "word two", "1", "007", "1.5", "-1", "1e3", "true", "no", "~", "2027-01-31", "<<", "? ", "--- ", "...", "\n---\n",
    "\\", "%", "!", "&a", "*a", "é", "a: b", "x: {y: z, w}", "- [p, q]", "k: |\n  text\n  more\n", "k: >\n  fold\n  ed\n\n  x\n",
    '"q": ', "''", "'it''s'", "a#b", "-", ":x", "x:", "\n  ", "\n    - ",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from(["", "k:\n  - ", "k: "]))
def test_whatever_is_written_both_read_the_same(text: str, before: str) -> None:
    same(before + text)


def test_a_mistake_has_the_line_that_it_had(tmp_path: Path) -> None:
    text = "a:\n  - b: 1\n    c:\n      d: {e: 2,\n        f: 3}\n  -\n    - g\n"
    file = tmp_path / "a.yml"
    places = {(): 1, ("a",): 1, ("a", 0): 2, ("a", 0, "c"): 3, ("a", 0, "c", "d", "f"): 5, ("a", 1, 0): 7, ("a", 0, "x"): 2, ("a", 9): 1}  # fmt: skip
    for written in (text, text + "# &anchor\nz: &z 1\n"):
        file.write_text(written, encoding="utf-8")
        assert (quick.read(written) is None) == ("z:" in written)
        problems = source.read_yaml(file, "a.yml").problems
        assert {place: problems.line_of(place) for place in places} == places
    file.write_text("z: &z\n  a: 1\nb:\n  <<: *z\n  c: 2\n", encoding="utf-8")
    read = source.read_yaml(file, "a.yml")
    assert read.data["b"] == {"a": 1, "c": 2}
    assert [read.problems.line_of(("b", key)) for key in ("a", "c")] == [3, 5]


def test_without_libyaml_all_is_read_as_well() -> None:
    code = (
        "import sys; sys.modules['yaml.cyaml'] = None\n"
        "from pathlib import Path\nfrom workbook.content import quick, source\n"
        "assert quick.read('a: b') is None\n"
        f"assert source.read_yaml(Path({str(ROOT / 'course' / 'glossary.yml')!r}), 'g').data\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT / "src")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module",
    ["room.app", "room.hosting", "room.lab", "gradebook.bulk", "gradebook.nbconfig", "cohort.feedback", "cohort.rooms"],
)
def test_nothing_that_serves_or_marks_compiles_grammars(module: str) -> None:
    code = f"import sys, workbook.{module}\nassert 'jsonschema' in sys.modules and 'lark' not in sys.modules\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT / "src")
    assert done.returncode == 0, done.stderr


def test_building_compiles_no_grammars() -> None:
    code = "import sys\nfrom workbook import release\nrelease.lesson_notebook('a/b', 'text')\nassert 'lark' not in sys.modules\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT / "src")
    assert done.returncode == 0, done.stderr


def test_what_was_imported_before_keeps_its_grammars() -> None:
    code = "import jsonschema\nimport workbook.room.app\nimport rfc3987_syntax\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT / "src")
    assert done.returncode == 0, done.stderr


WORDS = st.lists(st.sampled_from(["net", "nets", "boat", "a", "the boat", "\n", "  "]), max_size=8).map(" ".join)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=6), WORDS, st.integers(0, 3), st.integers(0, 3))
def test_texts_are_found_as_by_looking_everywhere(documents: list[str], text: str, start: int, end: int) -> None:
    text = text[start : len(text) - end]
    assert list(Documents(documents).holding(text)) == [n for n, held in enumerate(documents) if text in held]


def test_texts_are_found_within_words() -> None:
    assert list(Documents(["x", "the fishernets of boats here"]).holding("nets of boat")) == [1]
