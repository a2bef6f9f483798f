"""What differs between a notebook that came back and the released one: remarks for the trainer, never marks."""

from __future__ import annotations

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
    import nbformat  # takes a third of a second; most notebooks come back as they were given out

    try:
        theirs = [(_id(cell), cell.get("source")) for cell in nbformat.reads(sent.decode("utf-8"), as_version=4).cells]
    except Exception as error:  # a submitted file may be broken in any way
        return [f"The notebook could not be read ({type(error).__name__}); it was marked from the answers."]
    ours = nbformat.reads(released.decode("utf-8"), as_version=4).cells
    wanted = {cell.metadata.nbgrader.grade_id: cell.source for cell in ours}
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


def _id(cell: Any) -> str:
    """A cell's id for nbgrader; '' for what is none."""
    id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return id if isinstance(id, str) else ""
