"""What differs between a notebook that came back and the released one: remarks for the trainer, never marks."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

MOST: Final = 20_000_000
"""Most bytes of a submitted notebook that is opened."""


def content(submitted: Path) -> bytes | None:
    """The bytes of a submitted notebook, one more than :data:`MOST` if it has more; None if there is none."""
    if not submitted.is_file():
        return None
    try:
        with submitted.open("rb") as file:
            return file.read(MOST + 1)
    except OSError:
        return b""


def remarks(sent: bytes | None, released: bytes) -> list[str]:
    """What differs between a submitted notebook and the released one; nothing costs points."""
    if sent == released:
        return []
    if sent is None:
        return ["The notebook was missing; it was marked from the answers."]
    if len(sent) > MOST:
        return ["The notebook is larger than 20 MB and was not opened; it was marked from the answers."]
    return _differences(sent, released)


def _differences(sent: bytes, released: bytes) -> list[str]:
    try:
        theirs = _cells(sent)
    except Exception as error:  # a submitted file may be broken in any way
        return [f"The notebook could not be read ({type(error).__name__}); it was marked from the answers."]
    wanted = dict(_cells(released))
    counted = Counter(id for id, _source in theirs)
    found: list[str] = []
    gone = [id for id in wanted if id not in counted]
    doubled = [id for id in wanted if counted[id] > 1]
    changed = [id for id, source in theirs if counted[id] == 1 and id in wanted and source != wanted[id]]
    extra = [id for id, _source in theirs if id not in wanted]
    for what, cells in (("deleted", gone), ("doubled", doubled), ("changed", changed)):
        if cells:
            found.append(f"Cells were {what} in the notebook: {', '.join(cells)}. They were restored.")
    if extra:
        found.append(f"The notebook has {len(extra)} cells of its own; they were left out.")
    return found


def _cells(data: bytes) -> list[tuple[str, str]]:
    """Each cell's id for nbgrader ('' for none) and source. Read as plain data: nothing of it is shown or run."""
    notebook = json.loads(data.decode("utf-8"))
    if notebook["nbformat"] != 4:
        raise ValueError("another format")
    return [(_id(cell), "".join(cell["source"])) for cell in notebook["cells"]]


def _id(cell: Any) -> str:
    id = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return id if isinstance(id, str) else ""
