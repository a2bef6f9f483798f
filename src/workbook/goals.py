"""The 17 Goals and 169 targets of the 2030 Agenda: their codes, with short titles in our own words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "goals.json"


@cache
def goals() -> Mapping[str, str]:
    """The Goals in order: code, such as ``4``, to title. The file is read when first asked for."""
    return {goal["code"]: goal["title"] for goal in _file()}


@cache
def targets() -> Mapping[str, str]:
    """The targets in order: code, such as ``17.16`` or ``3.a``, to title."""
    return {code: title for goal in _file() for code, title in goal["targets"].items()}


def goal_of(target: str) -> str:
    """The code of the Goal that a target belongs to."""
    return target.partition(".")[0]


@cache
def _file() -> list[dict[str, Any]]:
    return list(json.loads(DATA.read_text(encoding="utf-8")))
