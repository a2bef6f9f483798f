"""Pages as HTML from plain data: home, lesson, error. Pure: the same data gives the same page."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from .. import i18n
from .lessons import Page
from .outline import Leaf, Outline
from .progress import Count

TEMPLATES = Path(__file__).parent / "templates" / "workbook"
# Where a lesson's page is cut: before it goes out at once, after it when the forms have been made.
CUT = "<!--forms-->"
FEW = 4
"""Units that a home page shows whole; of more, all but one are folded."""


@dataclass(frozen=True)
class Site:
    """What every page shows: the course, and where its style and script lie; in a room whose page it is (``me``).

    ``learner`` is the mark by which the browser keeps what it could not send yet.
    """

    course: Outline
    base_url: str = "/"
    assets: str = "/static/0"
    me: str = ""
    learner: str = ""


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates, compiled once for all pages."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        undefined=jinja2.StrictUndefined,
    )
    found.install_gettext_callables(i18n._, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return found


def render(name: str, site: Site, **given: Any) -> str:
    """A template with what all pages share."""
    language = site.course.language
    shared = {"site": site, "course": site.course, "lang": language, "dir": i18n.direction(language)}
    return environment().get_template(name).render(**shared, **given)


def home(site: Site, counts: Mapping[str, Count], resume: Leaf | None) -> str:
    """The start page: units in order with minutes, objectives and progress, and where to go on."""
    total = Count(0, 0)
    for unit in site.course.units:
        total += counts[unit.id]
    first = site.course.lessons[0] if site.course.lessons else None
    opened = unfolded(site.course, resume)
    return render("home.html.j2", site, counts=counts, total=total, resume=resume, first=first, opened=opened)


def unfolded(course: Outline, resume: Leaf | None) -> Set[str]:
    """The units whose lessons are shown at once: all of a few, else the one to go on with (short pages on phones)."""
    if len(course.units) <= FEW:
        return {unit.id for unit in course.units}
    return {resume.unit if resume else course.units[0].id}


def lesson(site: Site, leaf: Leaf, page: Page, count: Count) -> tuple[str, str]:
    """A lesson's page in two parts: what is sent at once, and what follows the forms."""
    before, after = site.course.beside(leaf)
    html = render(
        "index.html.j2",
        site,
        leaf=leaf,
        unit=site.course.unit(leaf.unit),
        page=page,
        count=count,
        before=before,
        after=after,
    )
    start, end = html.split(CUT)
    return start, end


def error(site: Site, status: int, title: str, advice: str, *, again: str = "") -> str:
    """A page for an error: what happened and what to do; ``again`` is the address where it may work in a minute."""
    return render("error.html.j2", site, status=status, title=title, advice=advice, again=again)
