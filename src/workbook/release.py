"""All derived files, the same bytes every time: learners' versions, notebooks, the course's order, schemas.

``files`` computes them as text by path; ``write`` and ``drift`` compare them with what stands on disk. The learner's
version is written from an allow-list of fields (see :mod:`workbook.fields`), never by deleting from the whole.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from . import grammars
from .content.course import Content
from .content.coverage import files as coverage_files
from .content.exercise import released
from .content.glossary import DATA as GLOSSARY
from .content.glossary import data as glossary_data
from .content.schema import schemas
from .fields import plain
from .fields import release as as_data
from .i18n import _
from .kinds import BY_NAME
from .model import Exercise, Question

COMMITTED = ("course", "exercises")
"""Top folders whose derived files are committed; those under ``build`` are not."""

BUILT = "build/built"
"""What the sources looked like when everything was last built, see :func:`stamp`."""

NOTE = re.compile(r"^(:{3,})\{[a-z]+\}[ \t]*(?P<title>.*)\n(?P<text>(?:.*\n)*?)\1[ \t]*$", re.MULTILINE)
"""A remark set apart, as MyST writes it: ``:::{note} Title``, text, ``:::``."""
FORM_TAG = "form"
MARKING_TAG = "marking"
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def files(content: Content) -> dict[PurePosixPath, str]:
    """Every derived file of the course: path from the root to text."""
    found: dict[str, str] = {"course/course.json": in_order(course_data(content))}
    for name, schema in schemas().items():
        found[f"course/schema/{name}.schema.json"] = in_order(schema)
    for id, exercise in sorted(content.exercises.items()):
        learners = in_order(released(exercise, private=False))
        found[f"exercises/{id}.json"] = found[f"build/source/{id}.json"] = learners
        found[f"build/keys/{id}.json"] = in_order(released(exercise, private=True))
        found[f"build/source/{id}.ipynb"] = as_json(exercise_notebook(exercise, generated=False))
        found[f"exercises/{id}.ipynb"] = as_json(exercise_notebook(exercise, generated=True))
    for id, lesson in sorted(content.lessons.items()):
        found[f"course/{id}.ipynb"] = as_json(lesson_notebook(id, lesson.text))
    if (terms := glossary_data(content)) is not None:
        found[GLOSSARY] = in_order(terms)
    found |= coverage_files(content)
    return {PurePosixPath(path): text for path, text in found.items()}


def as_json(data: Any) -> str:
    """JSON as nbformat writes it, so that nbgrader and we write the same bytes."""
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def in_order(data: Any) -> str:
    """JSON in the author's order: the order of options, rows and levels is theirs."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def course_data(content: Content) -> dict[str, Any]:
    """course.yml with, for each lesson, its exercises and their questions: what pages need without YAML."""
    assert content.course is not None
    data = as_data(content.course, private=False)
    for unit in data["units"]:
        for lesson in unit["lessons"]:
            place = f"{unit['id']}/{lesson['id']}"
            shown = [content.exercises[id] for id in content.shown(place) if id in content.exercises]
            drawn = {id: {"drawn-from": list(group)} for group in content.draws(place) for id in group}
            lesson["exercises"] = [_about(exercise) | drawn.get(exercise.id, {}) for exercise in shown]
    return data


def _about(exercise: Exercise) -> dict[str, Any]:
    questions = [{"id": q.id, "required": q.required} for q in exercise.questions]
    about = {"id": exercise.id, "title": exercise.title, "minutes": exercise.minutes, "track": exercise.track}
    named = {column for q in exercise.questions for column in BY_NAME[q.kind].refers(q.ask)}
    refers = sorted({"/".join(column.split(".")[0].split("/")[:2]) for column in named} - {exercise.id})
    return {**about, "purpose": exercise.purpose, "questions": questions, "refers": refers}


def lesson_notebook(id: str, text: str) -> dict[str, Any]:
    """A lesson as a notebook: ids from lesson and place, metadata by allow-list, form code folded, no outputs."""
    grammars.leave_out()
    import jupytext  # only here: a server that looks for stale files need not wait for it

    cells = []
    for number, cell in enumerate(jupytext.reads(text, fmt="md:myst").cells, 1):
        made: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": _cell_id(id, str(number)),
            "metadata": {},
            "source": cell.source,
        }
        if cell.cell_type == "code":
            made |= {"execution_count": None, "outputs": []}
            made["metadata"] = {"jupyter": {"source_hidden": True}, "tags": [FORM_TAG]}
        else:
            linked = re.sub(r"(\]\([^):\s]+)\.md(#[^)]*)?\)", r"\1.ipynb\2)", cell.source)
            made["source"] = NOTE.sub(_quoted, linked)
        cells.append(made)
    return _notebook(cells)


def _quoted(note: re.Match[str]) -> str:
    """A remark as a quotation, which JupyterLab and code hosts know: its title first, in bold."""
    title = note["title"].strip()
    text = (f"**{title}**\n\n" if title else "") + note["text"].strip()
    return re.sub("^", "> ", text, flags=re.MULTILINE).replace("> \n", ">\n")


def exercise_notebook(exercise: Exercise, *, generated: bool) -> dict[str, Any]:
    """An exercise for nbgrader: the form, then each question with a locked cell for each score.

    ``generated`` gives what ``nbgrader generate_assignment`` makes of it (locks and checksums): the learner's notebook.
    """
    # nbgrader's pages give tables no lines of their own.
    material = (exercise.material or "").replace("<table>", '<table border="1" cellpadding="6">')
    head = f"# {exercise.title}\n\n{material}".strip()
    code = f'from workbook import form\n\nform("{exercise.id}")'
    cells = [
        _cell(exercise, "intro", "markdown", head, generated=generated),
        _cell(exercise, "form", "code", code, generated=generated, tags=(FORM_TAG,)),
    ]
    for question in exercise.questions:
        cells += _question_cells(exercise, question, generated)
    return _notebook(cells)


def _question_cells(exercise: Exercise, question: Question, generated: bool) -> Iterator[dict[str, Any]]:
    yield _cell(
        exercise, f"question-{question.id}", "markdown", asked(question), generated=generated, tags=(MARKING_TAG,)
    )
    if not question.graded:
        return
    if question.key is not None and question.points:
        # A cell that runs gives 0: without our marker nobody gets points by accident.
        code = f'0  # Points for "{question.id}" come from answers.json, not from this cell.'
        name = f"score-{question.id}"
        yield _cell(exercise, name, "code", code, generated=generated, points=question.points, tags=(MARKING_TAG,))
    for line in question.rubric:
        text = f"**{_('A person marks this part.')}** ({line.points})"
        name = f"rubric-{question.id}-{line.id}"
        yield _cell(exercise, name, "markdown", text, generated=generated, points=line.points, tags=(MARKING_TAG,))


def asked(question: Question) -> str:
    """A question in words with its options, for notebooks and for people who mark."""
    parts = [f"### {plain(question.prompt).splitlines()[0]}", question.prompt]
    for name, held in vars(question.ask).items():
        if isinstance(held, Mapping) and held and name in ("options", "items", "categories", "rows", "points"):
            listed = "".join(f"<li>{text}</li>" for text in held.values())
            parts.append(f"<p>{escape(name.capitalize())}:</p><ul>{listed}</ul>")
        if name == "columns":
            labels = "; ".join(
                plain(column.label) if column.label else id.replace("-", " ") for id, column in held.items()
            )
            parts.append(f"<p>Columns: {escape(labels)}</p>")
    return "\n\n".join(parts[1:])


def _cell(
    exercise: Exercise,
    name: str,
    kind: str,
    source: str,
    *,
    generated: bool,
    points: int | None = None,
    tags: tuple[str, ...] = (),
) -> dict[str, Any]:
    """One cell with nbgrader's metadata: a score cell when it has points (a task when it is text), else read-only."""
    task = points is not None and kind == "markdown"
    grade = points is not None and not task
    meta: dict[str, Any] = {
        "grade": grade,
        "grade_id": name,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": task,
    }
    if points is not None:
        meta["points"] = points
    metadata: dict[str, Any] = {"nbgrader": meta}
    if tags:
        metadata["tags"] = list(tags)
    if kind == "code":
        metadata["jupyter"] = {"source_hidden": True}
    if generated:
        metadata |= {"deletable": False, "editable": False}
        meta |= {"cell_type": kind, "checksum": _checksum(source, kind, meta)}
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": _cell_id(exercise.id, name),
        "metadata": metadata,
        "source": source,
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _checksum(source: str, kind: str, meta: Mapping[str, Any]) -> str:
    """As nbgrader computes it (``nbgrader.utils.compute_checksum``); a test compares the bytes with its own output."""
    parts = [source, kind, str(meta["grade"]), str(meta["solution"]), str(meta["locked"]), meta["grade_id"]]
    if meta["grade"]:
        parts.append(str(float(meta["points"])))
    return hashlib.md5("".join(parts).encode("utf-8"), usedforsecurity=False).hexdigest()


def _notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    for cell in cells:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return {"cells": cells, "metadata": KERNEL, "nbformat": 4, "nbformat_minor": 5}


def _cell_id(where: str, name: str) -> str:
    """An id that stays the same for the same place: nbformat allows 64 letters, digits, ``-`` and ``_``."""
    text = f"{where.replace('/', '-')}-{name}"
    return text if len(text) <= 64 else f"{text[:51]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def write(root: Path, wanted: Mapping[PurePosixPath, str]) -> list[PurePosixPath]:
    """Write what differs, remove derived files that have no source any more; return what was touched."""
    touched = []
    for path in drift(root, wanted):
        target = root / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            part.write_text(wanted[path], encoding="utf-8", newline="\n")
            part.replace(target)
        else:
            target.unlink()
        touched.append(path)
    return touched


def drift(root: Path, wanted: Mapping[PurePosixPath, str], *, committed: bool = False) -> list[PurePosixPath]:
    """Derived files that are missing, differ from their source or have none; only committed ones if asked."""
    found = []
    for path, text in wanted.items():
        if committed and path.parts[0] == "build":
            continue
        target = root / path
        if not target.is_file() or target.read_bytes() != text.encode("utf-8"):
            found.append(path)
    patterns = ["course/*/*.ipynb", "exercises/*/*.ipynb", "exercises/*/*.json"]
    patterns += [] if committed else ["build/source/*/*.ipynb", "build/source/*/*.json", "build/keys/*/*.json"]
    for pattern in patterns:
        standing = {PurePosixPath(p.relative_to(root).as_posix()) for p in root.glob(pattern)}
        found += sorted(standing - set(wanted))
    return found


def stamp(root: Path) -> str:
    """Names, sizes and times of all sources as one short text: it changes when an author changes anything."""
    digest = hashlib.sha256()
    for pattern in ("course/*.yml", "course/*/*.md", "solutions/*/*.yml", "solutions/*/*.ipynb"):
        for source in sorted(root.glob(pattern)):
            about = source.stat()
            digest.update(f"{source.relative_to(root).as_posix()} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def stale(root: Path) -> bool:
    """Whether sources have changed since ``workbook build``: a quick look at times, for starting up."""
    built = root / BUILT
    return not built.is_file() or built.read_text(encoding="utf-8") != stamp(root)
