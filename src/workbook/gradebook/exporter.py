"""How nbgrader opens a submitted notebook: for an exercise of ours it gets the released one, whatever came back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

from .sent import content, remarks


class AnswersExporter(NotebookExporter):  # type: ignore[misc]
    """Reads the released notebook in the place of a submitted one; ``resources['workbook']`` has the whole version of
    the exercise (``keys``), the ``released`` notebook, the folder ``submitted`` and ``remarks`` on what came."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """The export of ``filename``; our exercises are never read from what a learner sent."""
        resources = resources if resources is not None else {}
        known = resources.get("nbgrader", {})
        unit, name = known.get("assignment", ""), known.get("notebook", "")
        if not self._keys(unit, name).is_file():
            made: tuple[str, Any] = super().from_filename(filename, resources=resources, **kw)
            return made
        released = (Path(self.parent.coursedir.root) / "exercises" / unit / f"{name}.ipynb").read_bytes()
        resources.setdefault("metadata", {})
        resources["metadata"] |= {"path": str(Path(filename).parent), "name": Path(filename).stem}
        # nbgrader converts twice: what it wrote itself (autograded) is not the learner's notebook any more.
        folder = Path(
            self.parent.coursedir.format_path(self.parent.coursedir.submitted_directory, known.get("student", ""), unit)
        )
        resources["workbook"] = {
            "keys": self._keys(unit, name),
            "released": released.decode("utf-8"),
            "submitted": folder,
            "remarks": remarks(content(folder / Path(filename).name), released),
        }
        notebook = nbformat.reads(released.decode("utf-8"), as_version=4)
        return self.from_notebook_node(notebook, resources=resources, **kw)  # type: ignore[no-any-return]

    def _keys(self, unit: str, name: str) -> Path:
        return Path(self.parent.coursedir.root) / "build" / "keys" / unit / f"{name}.json"


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
