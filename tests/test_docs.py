"""The documentation names what there is, and what it names is there."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from whole import course
from workbook import cli, release
from workbook.checks import BY_VERB
from workbook.fields import specs
from workbook.kinds import KINDS
from workbook.kinds.table import Column
from workbook.kinds.table.columns import TYPES
from workbook.model import Exercise, Question

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
CODE = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", TEXT, re.DOTALL))


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in cli._parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_command_and_option_is_documented() -> None:
    listed = dict(commands())
    assert len(listed) >= 10
    missing = []
    for name, parser in listed.items():
        if f"workbook {name}" not in CODE:
            missing.append(name)
        for action in parser._actions:
            missing += [f"{name} {o}" for o in action.option_strings if o.startswith("--") and o not in CODE + "--help"]
            if isinstance(action.choices, tuple):
                missing += [
                    f"{name} {c}" for c in action.choices if not re.search(rf"workbook {name} [\w|]*{c}\b", TEXT)
                ]
    assert missing == []


def test_every_command_in_the_docs_exists() -> None:
    listed = dict(commands())
    used = re.findall(r"\bworkbook ([a-z][a-z-]*)((?: --[a-z-]+| [\w./~<>…-]+)*)", CODE)
    assert len(used) > 20
    for name, rest in used:
        if name in ("does", "import"):  # `from workbook import form`
            continue
        assert name in listed, f"workbook {name}"
        options = {o for action in listed[name]._actions for o in action.option_strings}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"workbook {name}{rest}"


def test_every_make_target_in_the_docs_exists_and_is_explained() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z]+)", CODE))
    assert {"start", "test", "check", "build", "bench", "lab"} <= used <= targets
    explained = set(re.findall(r"^#   make ([a-z]+)", read("Makefile"), re.MULTILINE))
    assert explained <= used, "CONTRIBUTING lists the commands"


def test_every_kind_verb_column_and_field_is_documented() -> None:
    kinds, checks = read("docs/kinds.md"), read("docs/checks.md")
    assert re.findall(r"^## (\S+)$", kinds, re.MULTILINE) == [kind.name for kind in KINDS]
    assert set(BY_VERB) <= set(re.findall(r"^## (\S+)$", checks, re.MULTILINE))
    for kind in KINDS:
        section = kinds.split(f"\n## {kind.name}\n")[1].split("\n## ")[0]
        own = [*specs(kind.ask_type), *(specs(kind.key_type) if kind.key_type else ())]
        for field in own:
            assert re.search(rf"\b{field.name}\b", section), f"{kind.name}: {field.name}"
    for word in [*TYPES, *(field.name for field in specs(Column))]:
        assert re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", kinds), word
    authors = read("docs/authors.md") + kinds + checks
    for field in [*specs(Exercise), *specs(Question)]:
        assert re.search(rf"\b{field.name}\b", authors), field.name


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for words, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", text):
        assert words.strip(), f"{target} has no words"
        file, _hash, anchor = target.partition("#")
        if re.match(r"https?:", target):
            continue
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads], target


def test_the_readme_shows_a_lesson_a_form_and_formgrader() -> None:
    shown = re.findall(r"!\[([^\]]+)\]\((docs/pictures/[^)]+)\)", read("README.md"))
    assert {path for _words, path in shown} >= {f"docs/pictures/{n}.png" for n in ("lesson", "worksheet", "formgrader")}
    for words, path in shown:
        assert len(words) > 20
        assert (ROOT / path).read_bytes().startswith(b"\x89PNG"), path


def test_the_table_of_derived_files_names_each_of_them() -> None:
    """Each derived file fits a pattern of the table, and each pattern of committed files fits one."""
    rows = re.findall(r"^\| (`.*?) \| ", read("CONTRIBUTING.md").split("## Derived files")[1].split("\n## ")[0], re.M)
    patterns = []
    for row in rows:
        first, *others = re.findall(r"`([^`]+)`", row)
        patterns += [first, *(re.sub(r"\.\w+$", other, first) if other.startswith(".") else other for other in others)]
    shapes = [re.sub(r"<\w+>|\*", "*", p) + ("**" if p.endswith("/") else "") for p in patterns]
    files = [
        *release.files(course()),
        PurePosixPath("src/workbook/room/built/page.js"),
        PurePosixPath("requirements.lock"),
        PurePosixPath("requirements-dev.lock"),
    ]

    def fits(file: PurePosixPath, shape: str) -> bool:
        return str(file).startswith(shape[:-2]) if shape.endswith("**") else file.match(shape)

    assert [str(f) for f in files if not any(fits(f, shape) for shape in shapes)] == []
    made_elsewhere = ("build/preview/**", "docs/tavara-plan.json", "src/workbook/locales/workbook.pot")
    assert [s for s in shapes if s not in made_elsewhere and not any(fits(f, s) for f in files)] == []


def test_the_map_of_the_code_is_true() -> None:
    """Every module stands in the map once, and the floors are those that import-linter holds us to."""
    table = read("CONTRIBUTING.md").split("| floor | in")[1].split("\n\n")[0]
    named = re.findall(r"`(\w+(?:\.py|/))`", "\n".join(line.split("|")[2] for line in table.splitlines()[2:]))
    package = ROOT / "src/workbook"
    modules = {path.name for path in package.glob("*.py") if not path.name.startswith("__")}
    modules |= {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert sorted(named) == sorted(modules)
    layers = re.search(r"layers =\n((?:    .*\n)+)", read(".importlinter"))
    assert layers
    linted = set(re.findall(r"workbook\.(\w+)", layers[1])) - {"__main__"}
    assert {name.rstrip("/").removesuffix(".py") for name in named} == linted


def test_decisions_are_dated_and_short() -> None:
    entries = read("docs/decisions.md").split("\n## ")[1:]
    assert len(entries) > 10
    for entry in entries:
        head, *lines = [line for line in entry.splitlines() if line.strip()]
        assert re.match(r"\d{4}-\d\d-\d\d: \S", head), head
        assert 1 <= len(lines) <= 5, head


def test_words_of_the_interface_can_be_gathered(tmp_path: Path) -> None:
    """The command of ``make words``, with the options that stand in the Makefile."""
    recipe = read("Makefile").split("\nwords: setup\n")[1].split("\n\n")[0].replace("\\\n", " ")
    (command,) = [line for line in recipe.splitlines() if "pybabel" in line]
    words = command.split("pybabel")[1].split()
    target = tmp_path / "workbook.pot"
    words = [f"--output-file={target}" if word.startswith("--output-file") else word for word in words]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", *words], check=True, cwd=ROOT)
    text = target.read_text(encoding="utf-8")
    for word in ("Check my answer", "Hand in", "{n} point", "Your answers are in {path}.", "Page for the projector"):
        assert f'msgid "{word}"' in text, word
    assert text.count("\nmsgid") > 300
