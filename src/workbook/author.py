"""What authors do: build derived files, check the content, start new pieces, look at an exercise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath

from . import content as contents
from . import page, release
from .content.course import Content, load_content
from .content.quality import private_texts, public_texts, slips
from .content.source import read_yaml
from .errors import ContentError, Problem, WorkbookError, near
from .fields import IDENTIFIER
from .i18n import _
from .kinds import BY_NAME
from .plan import dangling

HANDWRITTEN = "build/source"
"""Where a trainer's own nbgrader notebooks from ``solutions/<unit>/*.ipynb`` are copied to."""


@dataclass(frozen=True)
class Built:
    """What ``build`` wrote, removed or left as it was."""

    touched: tuple[PurePosixPath, ...]
    files: int


def build(root: Path) -> Built:
    """Write every derived file. Raises :class:`ContentError` and writes nothing while the content has mistakes."""
    content = contents.load(root)
    wanted = release.files(content)
    for path in sorted((root / "solutions").glob("*/*.ipynb")):
        wanted[PurePosixPath(HANDWRITTEN, path.parent.name, path.name)] = path.read_text(encoding="utf-8")
    return Built(tuple(release.write(root, wanted)), len(wanted))


def check(root: Path) -> list[Problem]:
    """Every mistake in content, writing, derived files and privacy, sorted by file and line."""
    content = load_content(root)
    for id, path, message in dangling(content.exercises):
        content.wrong(id, path, message)
    problems = list(content.problems)
    if not problems:
        problems += slips(content)
        out_of_step = "is not in step with its source. Run: workbook build"
        drifted = release.drift(root, release.files(content), committed=True)
        problems += [Problem(str(path), 1, "(whole file)", out_of_step) for path in drifted]
        problems += leaks(root, content)
    return sorted(set(problems))


def leaks(root: Path, content: Content) -> list[Problem]:
    """Texts for trainers only that stand in a file for learners."""
    found = []
    texts = [(id, text) for exercise in content.exercises.values() for id, text in private_texts(exercise)]
    public = "\n".join(public_texts(content))
    texts = [(id, text) for id, text in texts if text not in public]
    for folder in release.COMMITTED:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".json", ".ipynb", ".md", ".html", ".svg", ".yml") or not path.is_file():
                continue
            held = path.read_text(encoding="utf-8", errors="replace")
            for id, text in texts:
                if text in held:
                    shown = path.relative_to(root).as_posix()
                    message = f"holds a text that only trainers of {id} may see: “{text[:40]}…”"
                    found.append(Problem(shown, held[: held.index(text)].count("\n") + 1, "private text", message))
    return found


def preview(root: Path, id: str) -> Path:
    """One exercise as a page with all its looks (form, plain, paper) in ``build/preview``; returns the file."""
    unit, _sep, name = id.partition("/")
    path = root / "solutions" / unit / f"{name}.yml"
    if not path.is_file():
        known = [p.relative_to(root / "solutions").with_suffix("").as_posix() for p in root.glob("solutions/*/*.yml")]
        raise WorkbookError(_("There is no exercise '{id}'.").format(id=id) + near(id, known))
    source = read_yaml(path, path.relative_to(root).as_posix())
    from .content.exercise import read_exercise

    exercise = read_exercise(source.node(), unit, name)
    if source.problems.found:
        raise ContentError(source.problems.found)
    target = root / "build" / "preview" / unit / f"{name}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.preview(exercise), encoding="utf-8", newline="\n")
    return target


def new(root: Path, what: str, name: str, *, kind: str = "single-choice") -> list[Path]:
    """Start a ``unit``, ``lesson`` (unit/lesson), ``exercise`` (unit/exercise) or ``kind``; never overwrites a file."""
    made = {"unit": _new_unit, "lesson": _new_lesson, "exercise": _new_exercise, "kind": _new_kind}[what]
    parts = name.split("/")
    wanted = 2 if what in ("lesson", "exercise") else 1
    if len(parts) != wanted or not all(IDENTIFIER.fullmatch(part) for part in parts):
        like = f"unit-name/{what}-name" if wanted == 2 else f"{what}-name"
        raise WorkbookError(
            _("The name must look like {like}: small letters, digits, single hyphens.").format(like=like)
        )
    files = made(root, parts, kind)
    standing = [path for path in files if path.exists()]
    if standing:
        raise WorkbookError(_("{path} exists already; nothing was written.").format(path=standing[0].relative_to(root)))
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def _template(name: str, words: dict[str, str]) -> str:
    text = resources.files("workbook").joinpath("data", "new", name).read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda m: words[m[1]], text)


def _title(id: str) -> str:
    return id.replace("-", " ").capitalize()


def _new_unit(root: Path, parts: list[str], kind: str) -> dict[Path, str]:
    (unit,) = parts
    words = {"unit": unit, "title": _title(unit), "lesson": "first-lesson"}
    return {
        root / "course" / unit / "first-lesson.md": _template("lesson.md", words),
        root / "course" / unit / "course-entry.yml": _template("unit.yml", words),
    }


def _new_lesson(root: Path, parts: list[str], kind: str) -> dict[Path, str]:
    unit, lesson = parts
    return {root / "course" / unit / f"{lesson}.md": _template("lesson.md", {"title": _title(lesson), "unit": unit})}


def _new_exercise(root: Path, parts: list[str], kind: str) -> dict[Path, str]:
    unit, name = parts
    if kind not in BY_NAME:
        raise WorkbookError(_("There is no kind '{kind}'.").format(kind=kind) + near(kind, BY_NAME))
    words = {"title": _title(name), "unit": unit, "kind": kind, "body": _template(f"kinds/{kind}.yml", {}).rstrip()}
    return {root / "solutions" / unit / f"{name}.yml": _template("exercise.yml", words)}


def _new_kind(root: Path, parts: list[str], kind: str) -> dict[Path, str]:
    (name,) = parts
    if name in BY_NAME:
        raise WorkbookError(_("The kind '{name}' exists already.").format(name=name))
    words = {"kind": name, "class": "".join(map(str.capitalize, name.split("-"))), "title": _title(name)}
    folder = root / "src" / "workbook" / "kinds" / name.replace("-", "_")
    data = root / "src" / "workbook" / "data" / "new" / "kinds" / f"{name}.yml"
    return {
        folder / "__init__.py": _template("kind.py.txt", words),
        folder / "html.py": _template("kind_html.py.txt", words),
        data: _template("kind.yml", words),
    }


def lines(problems: Iterable[Problem]) -> str:
    """Problems one a line, as an editor can jump to."""
    return "\n".join(map(str, problems))
