"""A small course that is right in every way, for tests that break it in one place."""

from __future__ import annotations

from pathlib import Path

COURSE = """\
title: A small course
units:
  - id: harbour
    title: The harbour
    summary: Two lessons about a harbour.
    objectives:
      tell: Tell a need from a wish
    lessons:
      - {id: needs, title: Needs, minutes: 20}
      - {id: wishes, title: Wishes, minutes: 20}
"""

HEAD = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""

NEEDS = (
    HEAD
    + """\
# Needs

A need is what the work cannot do without. Go on with [wishes](wishes.md).

```{code-cell}
from workbook import form; form("harbour/nets")
```
"""
)

WISHES = (
    HEAD
    + """\
# Wishes

A wish is nice to have.

```{code-cell}
from workbook import form; form("harbour/boats")
```
"""
)

NETS = """\
title: Nets
lesson: harbour/needs
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: practice
minutes: 3
questions:
  - id: first
    kind: single-choice
    prompt: The harbour has no nets. What comes **first**?
    options:
      ask: Ask what the nets are for
      buy: Buy the nets right away
      wait: Wait for someone to give
    points: 1
    key:
      answer: ask
      right: The purpose decides which nets, if any.
      feedback:
        buy: Buying is quick, but nobody knows yet which nets.
        wait: Waiting costs a season.
"""

BOATS = """\
title: Boats
lesson: harbour/wishes
objective: tell
cite: ["Guidelines, task 1.3"]
purpose: marked
minutes: 5
questions:
  - id: which
    kind: single-choice
    prompt: Which boat does the plan need?
    options:
      fast: A fast boat for visitors
      broad: A broad boat for waste
      none: No boat before the survey
    points: 2
    key:
      answer: broad
      right: It carries what the plan has to move away.
      feedback:
        fast: Speed is no need of this plan at all.
        none: The survey was done a year ago already.
"""

FILES = {
    "course/course.yml": COURSE,
    "course/harbour/needs.md": NEEDS,
    "course/harbour/wishes.md": WISHES,
    "solutions/harbour/nets.yml": NETS,
    "solutions/harbour/boats.yml": BOATS,
}


def write(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the small course (or ``files``) under ``root``."""
    for path, text in (files or FILES).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return root
