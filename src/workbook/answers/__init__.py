"""The only reader and writer of answers.

A *home* keeps the answers of *owners* (a person, or a group that works on one plan). Two kinds of home stand behind one
interface: a folder for one learner's own computer, a database for many. Every save is atomic and durable when
:meth:`Home.save` returns, and later saves win by question, in a table by cell.

    home = open_home("/home/anna/partnering")          # or "sqlite:///room.db", "postgresql://…"
    me = home.me()
    saved = home.save(me, "initiation", "partners", "mix", {"value": "needs"}, version="3f2a")
    home.load(me, "initiation").exercises["partners"]["mix"].value

A unit is handed in by :mod:`.handin` and taken in by :mod:`.intake`; one's own answers travel by :mod:`.export`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from ..errors import WorkbookError
from ..i18n import _
from .merge import Change

if TYPE_CHECKING:
    from .export import delete_answers, export_answers, import_answers
    from .intake import collect

__all__ = [
    "Answer", "Change", "Home", "Owner", "Saved", "UnitAnswers", "collect", "default_home", "delete_answers",
    "export_answers", "import_answers", "open_home", "safe", "safe_id", "slug",
]  # fmt: skip
_ELSEWHERE: Final = {
    "collect": "intake",
    "delete_answers": "export",
    "export_answers": "export",
    "import_answers": "export",
}


def __getattr__(name: str) -> Any:
    # Loaded when first used: a learner's kernel needs none of them.
    if name in _ELSEWHERE:
        return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_ID: Final = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_-])?")
_WINDOWS: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def safe(id: str) -> bool:
    """Whether ``id`` can be a folder's name on any computer, also where case does not count."""
    return _ID.fullmatch(id) is not None and _WINDOWS.fullmatch(id) is None


def safe_id(text: str) -> str:
    """A safe id for any text, always the same; two texts that look alike get two ids: ``Anna`` is ``anna-3c1f9a``."""
    if safe(text):
        return text
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{slug(text)[:50] or 'x'}-{mark}"


def slug(text: str) -> str:
    """``text`` in small plain letters, digits and hyphens: ``José Díaz`` is ``jose-diaz``; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


@dataclass(frozen=True)
class Owner:
    """Whose answers: a ``person`` or a ``group``. ``id`` never changes; ``label`` is the name people read."""

    id: str
    kind: str = "person"
    label: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.kind not in ("person", "group") or not safe(self.id):
            raise WorkbookError(
                _("'{id}' cannot name a {kind}: use small letters, digits, '.', '-' and '_'.").format(
                    id=self.id, kind=self.kind
                )
            )


@dataclass(frozen=True)
class Answer:
    """One question's answer: its value as kinds know it, the save that made it (``seq``), when (``at``, UTC), and the
    content version the learner saw.

    ``removed``: a table's removed rows with their last cells, by row id, so that a broken reference can be named.
    """

    value: Any
    seq: int
    at: str
    version: str
    removed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class UnitAnswers:
    """All answers of one owner in one unit: exercise to question to :class:`Answer`. ``seq`` counts the unit's saves.

    ``notices`` tells in plain words of answers that could not be read and where they were set aside.
    """

    owner: Owner
    unit: str
    seq: int = 0
    exercises: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def values(self) -> dict[str, dict[str, Any]]:
        """Exercise to question to value."""
        return {name: self.of(name) for name in self.exercises}

    def of(self, exercise: str) -> dict[str, Any]:
        """Question to value of one exercise; empty if nothing was answered."""
        return {question: answer.value for question, answer in self.exercises.get(exercise, {}).items()}

    def since(self, seq: int) -> list[tuple[str, str]]:
        """Which (exercise, question) were saved after save number ``seq``, first saved first."""
        found = [
            (a.seq, name, q) for name, answers in self.exercises.items() for q, a in answers.items() if a.seq > seq
        ]
        return [(name, question) for _seq, name, question in sorted(found)]


@dataclass(frozen=True)
class Saved:
    """The proof of a save: its number in the unit, and when (UTC, ISO 8601)."""

    seq: int
    at: str


class Home(Protocol):
    """Where answers live. Every method raises :class:`WorkbookError` with one clear sentence when it cannot be done;
    what was saved before is then as it was. One object may be used by several threads and after a fork."""

    def me(self) -> Owner:
        """The person of a home that serves one person only; made, with a random id, when first asked for."""
        ...

    def rename(self, owner: Owner, label: str) -> Owner:
        """Remember the name that people read for ``owner``."""
        ...

    def load(self, owner: Owner, unit: str) -> UnitAnswers:
        """What is stored now; empty if nothing is."""
        ...

    def save(self, owner: Owner, unit: str, exercise: str, question: str, change: Change, version: str) -> Saved:
        """Store ``change`` (see :data:`.merge.Change`); when this returns, it survives a power cut."""
        ...

    def seq(self, owner: Owner, unit: str) -> int:
        """The unit's save number, cheap enough to ask every second. Different from last time: load again."""
        ...

    def units(self, owner: Owner) -> list[str]:
        """The units in which ``owner`` has answers."""
        ...

    def owners(self) -> list[Owner]:
        """Everybody who has answers here, with labels."""
        ...

    def delete(self, owner: Owner) -> None:
        """Remove everything stored of ``owner``, set-aside files too. It cannot be undone."""
        ...

    def document(self, owner: Owner, unit: str) -> dict[str, Any]:
        """Everything stored of a unit as plain data, tombstones and unknown fields included (for export)."""
        ...

    def update(self, owner: Owner, unit: str, exercises: Collection[str], change: Update) -> Saved:
        """Replace whole exercises in one step (for import): ``change`` gets their documents and the new save number and
        returns the new ones. Nothing is written if it raises."""
        ...


Update = Callable[[dict[str, dict[str, Any]], int, str], dict[str, dict[str, Any]]]
"""Documents by exercise, save number and time (UTC) to new documents by exercise."""


def default_home() -> Path:
    """The folder for answers where none is named: the user's data folder, never the checkout."""
    from platformdirs import user_data_path

    path = user_data_path("partnering-workbook", appauthor=False)
    # A relative XDG_DATA_HOME would mean the current folder, perhaps a checkout; the standard says to ignore it.
    return path if path.is_absolute() else Path.home() / ".local" / "share" / "partnering-workbook"


def open_home(spec: str | Path | None = None) -> Home:
    """The home at ``spec``: a folder, or a database URL such as ``sqlite:///room.db``; else :func:`default_home`."""
    if isinstance(spec, str) and "://" in spec:
        from .database import DatabaseHome

        return DatabaseHome(spec)
    from .folder import FolderHome

    return FolderHome(Path(spec).expanduser() if spec else default_home())
