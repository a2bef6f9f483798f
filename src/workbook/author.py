"""What authors do: build derived files, check the content, start new pieces, look at an exercise."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, Final

from . import content as contents
from . import page, release
from .answers import safe
from .content import agenda, coverage, glossary
from .content.course import Content, load_content, read_source
from .content.quality import private_texts, public_texts, slips
from .content.source import read_yaml
from .content.taken import Library
from .content.within import Documents
from .errors import ContentError, Problem, WorkbookError, near
from .fields import IDENTIFIER
from .i18n import _
from .kinds import BY_NAME
from .plan import dangling

LONGEST: Final = 60
"""Most letters of a new name: it becomes a file's name, on Windows too."""
HANDWRITTEN = "build/source"
"""Where a trainer's own nbgrader notebooks from ``solutions/<unit>/*.ipynb`` are copied to."""


@dataclass(frozen=True)
class Built:
    """What ``build`` wrote, removed or left as it was."""

    touched: tuple[PurePosixPath, ...]
    files: int


def build(root: Path) -> Built:
    """Write every derived file. Raises :class:`ContentError` and writes nothing while the content has mistakes."""
    seen = release.stamp(root)
    content = contents.load(root)
    wanted = release.files(content)
    for path in sorted((root / "solutions").glob("*/*.ipynb")):
        wanted[PurePosixPath(HANDWRITTEN, path.parent.name, path.name)] = path.read_text(encoding="utf-8")
    touched = tuple(release.write(root, wanted))
    (root / release.BUILT).write_text(seen, encoding="utf-8")
    return Built(touched, len(wanted))


def check(root: Path) -> list[Problem]:
    """Every mistake in content, writing, derived files and privacy, sorted by file and line."""
    content = load_content(root)
    for id, path, message in dangling(content.exercises):
        content.wrong(id, path, message)
    problems = list(content.problems)
    if not problems:
        for sort in (slips, coverage.slips, glossary.slips, agenda.slips):
            problems += sort(content)
        out_of_step = "is not in step with its source. Run: workbook build"
        drifted = release.drift(root, release.files(content), committed=True)
        problems += [Problem(str(path), 1, "(whole file)", out_of_step) for path in drifted]
        problems += leaks(root, content)
    return sorted(set(problems))


def leaks(root: Path, content: Content) -> list[Problem]:
    """Texts for trainers only that stand in a file for learners."""
    texts = [(id, text) for exercise in content.exercises.values() for id, text in private_texts(exercise)]
    public = Documents(list(public_texts(content)))
    paths = [p for folder in release.COMMITTED for p in sorted((root / folder).rglob("*")) if _readable(p)]
    files = Documents([path.read_text(encoding="utf-8", errors="replace") for path in paths])
    found = []
    for id, text in texts:
        if next(public.holding(text), None) is not None:
            continue
        for n in files.holding(text):
            shown, held = paths[n].relative_to(root).as_posix(), files.documents[n]
            message = f"holds a text that only trainers of {id} may see: “{text[:40]}…”"
            found.append(Problem(shown, held[: held.index(text)].count("\n") + 1, "private text", message))
    return found


def _readable(path: Path) -> bool:
    return path.suffix in (".json", ".ipynb", ".md", ".html", ".svg", ".yml") and path.is_file()


def covered(root: Path, *, only_missing: bool = False) -> list[str]:
    """The lines of ``workbook coverage``: what of the sources is practised where, in the parts that can be read."""
    content = load_content(root)
    registry, problems = coverage.read_registry(root)
    if registry is None or problems.found:
        raise ContentError(problems.found) if problems.found else WorkbookError(_("There is no course/coverage.yml."))
    return coverage.lines(coverage.coverage(content, registry), only_missing=only_missing)


def agendas(root: Path, id: str = "") -> tuple[list[str], list[Problem]]:
    """The lines of ``workbook agenda``, and what is wrong with the agendas."""
    content = load_content(root)
    return agenda.lines(content, id), agenda.slips(content)


def preview(root: Path, id: str) -> Path:
    """One exercise as a page with all its looks (form, plain, paper) in ``build/preview``; returns the file."""
    unit, _sep, name = id.partition("/")
    library = Library(root)
    if not all(map(IDENTIFIER.fullmatch, (unit, name))) or id not in library.paths:
        raise WorkbookError(_("There is no exercise '{id}'.").format(id=id) + near(id, library.paths))
    exercise, problems = read_source(library, id)
    if problems.found:
        raise ContentError(problems.found)
    target = root / "build" / "preview" / unit / f"{name}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.preview(exercise), encoding="utf-8", newline="\n")
    return target


@dataclass(frozen=True)
class New:
    """What ``new`` wrote, and the steps that are left, in order."""

    files: tuple[Path, ...]
    steps: tuple[str, ...]


def new(root: Path, what: str, name: str, *, kind: str = "single-choice") -> New:
    """Start a ``unit``, ``lesson`` (unit/lesson), ``exercise`` (unit/exercise) or ``kind``; never overwrites a file."""
    made = {"unit": _new_unit, "lesson": _new_lesson, "exercise": _new_exercise, "kind": _new_kind}[what]
    parts = name.split("/")
    wanted = 2 if what in ("lesson", "exercise") else 1
    if len(parts) != wanted or not all(map(_usable, parts)):
        like = f"unit-name/{what}-name" if wanted == 2 else f"{what}-name"
        raise WorkbookError(
            _("The name must look like {like}: small letters, digits, single hyphens.").format(like=like)
        )
    files, steps = made(root, parts, kind)
    standing = [path for path in files if path.exists()]
    if standing:
        shown = standing[0].relative_to(root).as_posix()
        raise WorkbookError(_("{path} exists already; nothing was written.").format(path=shown))
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return New(tuple(files), tuple(steps))


def _usable(name: str) -> bool:
    """Whether ``name`` is an id, and a file of that name can be made on any computer."""
    return bool(IDENTIFIER.fullmatch(name)) and len(name) <= LONGEST and safe(name)


Started = tuple[dict[Path, str], list[str]]
"""Files with their texts, and the steps that are left."""


def _template(name: str, words: dict[str, str]) -> str:
    text = resources.files("workbook").joinpath("data", "new", name).read_text(encoding="utf-8")
    return re.sub(r"@(\w+)@", lambda m: words[m[1]], text)


def _title(id: str) -> str:
    return id.replace("-", " ").capitalize()


def _unit_of(root: Path, unit: str) -> Mapping[str, Any]:
    """What course.yml says of ``unit``, as far as it can be read; empty for one that is only begun."""
    data = read_yaml(root / "course" / "course.yml", "course/course.yml").data
    listed = data.get("units") if isinstance(data, dict) else None
    units = {u["id"]: u for u in listed or () if isinstance(u, dict) and isinstance(u.get("id"), str)}
    if unit not in units and not (root / "course" / unit).is_dir():
        text = _("There is no unit '{unit}'.").format(unit=unit)
        raise WorkbookError(
            text + (near(unit, units) or " " + _("Start it with: workbook new unit {unit}").format(unit=unit))
        )
    return units.get(unit, {})


def _new_unit(root: Path, parts: list[str], kind: str) -> Started:
    (unit,) = parts
    words = {"unit": unit, "title": _title(unit), "lesson": "first-lesson"}
    entry = f"course/{unit}/course-entry.yml"
    steps = [
        _("Copy {entry} into course/course.yml under 'units:' and delete it.").format(entry=entry),
        _("Write course/{unit}/first-lesson.md and the objectives.").format(unit=unit),
        _("Give each objective a practice and a marked exercise: workbook new exercise {unit}/…").format(unit=unit),
        _("Run: workbook build, then workbook check"),
    ]
    return {
        root / "course" / unit / "first-lesson.md": _template("lesson.md", words),
        root / entry: _template("unit.yml", words),
    }, steps


def _new_lesson(root: Path, parts: list[str], kind: str) -> Started:
    unit, lesson = parts
    _unit_of(root, unit)
    entry = f"- {{id: {lesson}, title: {_title(lesson)}, minutes: 10}}"
    steps = [
        _("Put this into course/course.yml under the lessons of {unit}: {entry}").format(unit=unit, entry=entry),
        _("Write course/{unit}/{lesson}.md.").format(unit=unit, lesson=lesson),
        _("Run: workbook build, then workbook check"),
    ]
    words = {"title": _title(lesson), "unit": unit}
    return {root / "course" / unit / f"{lesson}.md": _template("lesson.md", words)}, steps


def _new_exercise(root: Path, parts: list[str], kind: str) -> Started:
    unit, name = parts
    if kind not in BY_NAME:
        text = _("There is no kind '{kind}'.").format(kind=kind)
        raise WorkbookError(text + (near(kind, BY_NAME) or " " + _("Known: {known}").format(known=", ".join(BY_NAME))))
    known = _unit_of(root, unit)
    lessons = [one["id"] for one in known.get("lessons") or () if isinstance(one, dict) and "id" in one]
    lesson, objective = [*lessons, "first-lesson"][0], next(iter(known.get("objectives") or ()), "first")
    words = {"title": _title(name), "unit": unit, "kind": kind, "lesson": lesson, "objective": objective}
    words["body"] = _template(f"kinds/{kind}.yml", {}).rstrip()
    words["purpose"] = "plan" if "own-plan: true" in words["body"] else "practice"
    cell = f'from workbook import form; form("{unit}/{name}")'
    steps = [
        _("Put this into course/{unit}/{lesson}.md, in a code cell of its own: {cell}").format(
            unit=unit, lesson=lesson, cell=cell
        ),
        _("Write solutions/{unit}/{name}.yml: lesson and objective too, if they are others.").format(
            unit=unit, name=name
        ),
        _("Run: workbook build, then workbook check and workbook preview {unit}/{name}").format(unit=unit, name=name),
    ]
    return {root / "solutions" / unit / f"{name}.yml": _template("exercise.yml", words)}, steps


def _new_kind(root: Path, parts: list[str], kind: str) -> Started:
    (name,) = parts
    folder = root / "src" / "workbook" / "kinds" / name.replace("-", "_")
    if not folder.parent.is_dir():
        raise WorkbookError(_("A kind is code: go to a checkout of the workbook, with its folder src."))
    if name in BY_NAME:
        raise WorkbookError(_("The kind '{name}' exists already.").format(name=name))
    if keyword.iskeyword(folder.name) or folder.with_suffix(".py").exists():
        raise WorkbookError(_("'{name}' has another meaning in the code: take another name.").format(name=name))
    words = {"kind": name, "class": "".join(map(str.capitalize, name.split("-"))), "title": _title(name)}
    words |= {"folder": folder.name, "constant": folder.name.upper()}
    data = root / "src" / "workbook" / "data" / "new" / "kinds" / f"{name}.yml"
    steps = [
        _("Fill in what is asked, how it is marked and how it looks, in src/workbook/kinds/{folder}."),
        _("Put it into src/workbook/kinds/__init__.py: from .{folder} import KIND as {constant}, and KINDS."),
        _("Write three questions of this kind in tests/asks.py and a section in docs/kinds.md."),
        _("Run: workbook build, then make check"),
    ]
    return {
        folder / "__init__.py": _template("kind.py.txt", words),
        folder / "html.py": _template("kind_html.py.txt", words),
        data: _template("kind.yml", words),
    }, [step.format(**words) for step in steps]


def lines(problems: Iterable[Problem]) -> str:
    """Problems one a line, as an editor can jump to."""
    return "\n".join(map(str, problems))
