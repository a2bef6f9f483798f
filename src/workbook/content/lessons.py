"""Lesson files: their text, forms, links and figures, with the line on which each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import Problem, Problems

FENCE = re.compile(r"^```")
CELL = re.compile(r"^```\{code-cell\}")
NAME = re.compile(r"""["']([^"']+)["']""")
FORM = re.compile(rf"\bform\(\s*({NAME.pattern}(?:\s*,\s*{NAME.pattern})*)\s*,?\s*\)")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Link:
    """A link or picture of a lesson."""

    target: str
    words: str
    picture: bool
    line: int


@dataclass(frozen=True)
class LessonText:
    """What is known of a lesson file without running it.

    ``draws``: the exercises of each form that shows every learner one of several, as they stand there.
    """

    file: str
    text: str
    form_lines: dict[str, int]
    links: tuple[Link, ...]
    problems: Problems
    draws: tuple[tuple[str, ...], ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(self.form_lines)


def read_lesson(path: Path, shown: str) -> LessonText:
    """Read a lesson; what cannot be used is in ``problems``."""
    problems = Problems(shown)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.found.append(Problem(shown, 1, "(whole file)", f"cannot be read as UTF-8 text: {error}"))
        return LessonText(shown, "", {}, (), problems)
    lines = text.split("\n")
    forms: dict[str, int] = {}
    links: list[Link] = []
    draws: list[tuple[str, ...]] = []
    inside = code = False
    for number, line in enumerate(lines, 1):
        if FENCE.match(line):
            inside, code = (not inside), bool(CELL.match(line))
            continue
        if inside and code:
            for call in FORM.finditer(line):
                named = tuple(NAME.findall(call[1]))
                draws += [named] if len(named) > 1 else []
                for form in named:
                    if form in forms:
                        problems.found.append(Problem(shown, number, "form", f"'{form}' is shown twice in this lesson"))
                    forms.setdefault(form, number)
        elif not inside:
            for mark, words, target in LINK.findall(line):
                links.append(Link(target, words, bool(mark), number))
                _check_link(path, problems, links[-1])
    if inside:
        problems.found.append(Problem(shown, len(lines), "code-cell", "a cell is not closed: ``` is missing"))
    return LessonText(shown, text, forms, tuple(links), problems, tuple(draws))


def _check_link(path: Path, problems: Problems, link: Link) -> None:
    if link.picture and not link.words.strip():
        problems.found.append(Problem(problems.file, link.line, "picture", f"'{link.target}' needs a text alternative"))
    if re.match(r"[a-z]+:|#", link.target):
        if link.picture:
            problems.found.append(
                Problem(problems.file, link.line, "picture", "must be a file of the course: there may be no internet")
            )
        return
    target = link.target.split("#")[0]
    if not (path.parent / target).resolve().is_file():
        problems.found.append(
            Problem(problems.file, link.line, "link", f"there is no file '{target}' beside this lesson")
        )
