"""How nbgrader opens a submitted notebook: for an exercise of ours it gets the released one, whatever came back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter


class AnswersExporter(NotebookExporter):  # type: ignore[misc]
    """Reads the released notebook in the place of a submitted one; ``resources['workbook']`` has
    the whole version of the exercise (``keys``) and what was wrong with the notebook (``remarks``)."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """The export of ``filename``; our exercises are never read from what a learner sent."""
        resources = resources if resources is not None else {}
        known = resources.get("nbgrader", {})
        released = self._released(known.get("assignment", ""), known.get("notebook", ""))
        if released is None:
            made: tuple[str, Any] = super().from_filename(filename, resources=resources, **kw)
            return made
        submitted = Path(filename)
        resources.setdefault("metadata", {})
        resources["metadata"] |= {"path": str(submitted.parent), "name": submitted.stem}
        # nbgrader converts twice: what it wrote itself (autograded) is not the learner's notebook any more.
        folder = self.parent.coursedir.format_path(
            self.parent.coursedir.submitted_directory, known.get("student", ""), known.get("assignment", "")
        )
        resources["workbook"] = {
            "keys": self._keys(known["assignment"], known["notebook"]),
            "remarks": remarks(Path(folder) / submitted.name, released),
        }
        return self.from_notebook_node(released, resources=resources, **kw)  # type: ignore[no-any-return]

    def _keys(self, unit: str, name: str) -> Path:
        return Path(self.parent.coursedir.root) / "build" / "keys" / unit / f"{name}.json"

    def _released(self, unit: str, name: str) -> Any:
        if not self._keys(unit, name).is_file():
            return None
        path = Path(self.parent.coursedir.root) / "exercises" / unit / f"{name}.ipynb"
        return nbformat.read(path, as_version=4)


def remarks(submitted: Path, released: Any) -> list[str]:
    """What differs between a submitted notebook and the released one, for the trainer; nothing costs points."""
    if not submitted.is_file():
        return ["The notebook was missing; it was marked from the answers."]
    if submitted.stat().st_size > 20_000_000:
        return ["The notebook is larger than 20 MB and was not opened; it was marked from the answers."]
    try:
        sent = nbformat.reads(submitted.read_text(encoding="utf-8"), as_version=4)
        ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in sent.cells]
    except Exception as error:  # a submitted file may be broken in any way
        return [f"The notebook could not be read ({type(error).__name__}); it was marked from the answers."]
    wanted = {cell.metadata.nbgrader.grade_id: cell.source for cell in released.cells}
    found: list[str] = []
    gone = [id for id in wanted if id not in ids]
    doubled = sorted({id for id in ids if id is not None and ids.count(id) > 1})
    changed = [
        id
        for id, cell in zip(ids, sent.cells, strict=True)
        if id in wanted and id not in doubled and cell.source != wanted[id]
    ]
    extra = [id for id in ids if id not in wanted]
    for what, cells in (("deleted", gone), ("doubled", doubled), ("changed", changed)):
        if cells:
            found.append(f"Cells were {what} in the notebook: {', '.join(cells)}. They were restored.")
    if extra:
        found.append(f"The notebook has {len(extra)} cells of its own; they were left out.")
    return found


def expect_all_notebooks(assignment: str, student: str, notebooks: list[str]) -> None:
    """nbgrader's hook before marking: a notebook that was renamed or left out is marked too, from the answers."""
    if not notebooks:
        return
    folder = Path(notebooks[0]).parent
    root = next((p for p in Path.cwd().resolve().joinpath(folder).parents if (p / "exercises").is_dir()), None)
    if root is None:
        return
    standing = {Path(path).name for path in notebooks}
    for path in sorted((root / "build" / "keys" / folder.name).glob("*.json")):
        name = f"{path.stem}.ipynb"
        if name not in standing:
            notebooks.append(str(folder / name))
