"""What the charts show, read from the plan: small frozen nouns, no drawing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..fields import plain
from ..kinds.table import names
from ..model import Row
from ..plan import Plan

RATINGS = "building-blocks/my-health-check/ratings"
STAKEHOLDERS = "initiation/stakeholders/stakeholders"
NEEDS = "initiation/needs/needs"
RESOURCES = "initiation/resources/resources"
RISKS = "initiation/value-risks/risks"

LEVELS = ("green", "amber", "red")
DEGREES = ("low", "medium", "high")
STATUS = ("agreed", "asked", "assumed")
STEPS = (1, 2, 3, 4, 5)
LONGEST = 2000
"""More of one cell is not repeated in a chart's words."""
_UNSEEN = {"\u200c", "\u200d"}
"""Joiners, which some scripts and emoji need; other invisible signs could turn the text around them."""


def clean(text: Any) -> str:
    """What someone typed as one line without control signs, so that it cannot disturb what stands around it."""
    kept = (c if c in _UNSEEN or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else " " for c in str(text))
    return " ".join("".join(kept).split())[:LONGEST]


@dataclass(frozen=True)
class Line:
    """A statement of the health check; ``level`` is one of :data:`LEVELS`, or empty if left open."""

    text: str
    level: str


@dataclass(frozen=True)
class Block:
    """A building block (its id) and its statements."""

    id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Health:
    """The health check, block by block."""

    blocks: tuple[Block, ...]

    @property
    def begun(self) -> bool:
        return any(line.level for line in self.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for block in self.blocks for line in block.lines)


@dataclass(frozen=True)
class Stakeholder:
    """A row of the map; degrees are one of :data:`DEGREES`, or empty if not known."""

    number: int
    name: str
    interest: str
    influence: str
    affected: str

    @property
    def placed(self) -> bool:
        return bool(self.interest and self.influence)

    @property
    def unheard(self) -> bool:
        """Strongly affected, with little influence: work with them more, do not just inform them."""
        return self.affected == "high" and self.influence == "low"


@dataclass(frozen=True)
class Stakeholders:
    """All stakeholders in the learner's order."""

    all: tuple[Stakeholder, ...]

    @property
    def begun(self) -> bool:
        return bool(self.all)


@dataclass(frozen=True)
class Offer:
    """A resource that meets a need: who brings it, in kind or as cash (``kind`` empty: not said), how sure it is."""

    resource: str
    partner: str
    kind: str
    status: str


@dataclass(frozen=True)
class Need:
    """A need with the offers that meet it: in kind first, then cash, each the surest first; no amounts."""

    number: int
    text: str
    have: str
    offers: tuple[Offer, ...]

    @property
    def state(self) -> str:
        """``own`` (we have all of it), the status of the surest offer, or ``open``."""
        if self.have == "all":
            return "own"
        return min((offer.status for offer in self.offers), key=STATUS.index, default="open")


@dataclass(frozen=True)
class Needs:
    """All needs in the learner's order; ``resources`` says whether any resource is listed at all."""

    all: tuple[Need, ...]
    resources: bool

    @property
    def begun(self) -> bool:
        return bool(self.all)


@dataclass(frozen=True)
class Risk:
    """A risk; ``likelihood`` and ``impact`` are whole numbers from 1 to 5, or None where that was not said.

    ``typed`` holds what stands in the two cells instead.
    """

    number: int
    text: str
    partner: str
    likelihood: int | None
    impact: int | None
    typed: tuple[str, str]
    answer: str

    @property
    def placed(self) -> bool:
        return self.likelihood is not None and self.impact is not None


@dataclass(frozen=True)
class Risks:
    """All risks in the learner's order."""

    all: tuple[Risk, ...]

    @property
    def begun(self) -> bool:
        return bool(self.all)


Picture = Health | Stakeholders | Needs | Risks


def _rows(plan: Plan, address: str, *columns: str) -> list[tuple[str, int, dict[str, str], Mapping[str, Any]]]:
    """The worksheet's filled rows: id, number on its page, ``columns`` in words, all cells as stored.

    The first column names the row; without it, the row is called by its number.
    """
    ask, rows = plan.tables[address].ask, plan.rows[address]
    numbered = names(ask, [Row(id, {}) for id in rows])
    found = []
    for n, (id, row) in enumerate(rows.items(), 1):
        said = {c: clean(plan.words(ask.columns[c], row.cells.get(c))) if c in ask.columns else "" for c in columns}
        said[columns[0]] = said[columns[0]] or clean(numbered[id])
        found.append((id, n, said, row.cells))
    return found


def _one_of(known: tuple[str, ...], given: Any) -> str:
    return given if isinstance(given, str) and given in known else ""


def health(plan: Plan) -> Health:
    """The health check as it stands."""
    exercise, _slash, question = RATINGS.rpartition("/")
    ask, given = plan.exercises[exercise].question(question).ask, plan.value(RATINGS)
    given = given if isinstance(given, Mapping) else {}
    blocks: dict[str, list[Line]] = {}
    for row, text in ask.rows.items():
        blocks.setdefault(row.partition("-")[0], []).append(Line(clean(plain(text)), _one_of(LEVELS, given.get(row))))
    return Health(tuple(Block(id, tuple(lines)) for id, lines in blocks.items()))


def stakeholders(plan: Plan) -> Stakeholders:
    """The map of stakeholders."""
    found = []
    for _id, n, said, cells in _rows(plan, STAKEHOLDERS, "name"):
        interest, influence, affected = (_one_of(DEGREES, cells.get(c)) for c in ("interest", "influence", "affected"))
        found.append(Stakeholder(n, said["name"], interest, influence, affected))
    return Stakeholders(tuple(found))


def needs(plan: Plan) -> Needs:
    """Who meets which need, as the needs' and the resources' worksheets say."""
    offers: dict[str, list[Offer]] = {}
    resources = _rows(plan, RESOURCES, "resource", "partner") if RESOURCES in plan.tables else []
    for _id, _n, said, cells in resources:
        kind = cells.get("type") or ""
        status = _one_of(STATUS, cells.get("status")) or "assumed"
        offer = Offer(said["resource"], said["partner"], "in-kind" if kind not in ("", "cash") else kind, status)
        meets = cells.get("meets") or ()
        for need in [meets] if isinstance(meets, str) else dict.fromkeys(meets):
            offers.setdefault(need, []).append(offer)
    found = []
    for id, n, said, cells in _rows(plan, NEEDS, "need"):
        met = sorted(offers.get(id, ()), key=lambda o: (o.kind == "cash", STATUS.index(o.status)))
        found.append(Need(n, said["need"], str(cells.get("have") or ""), tuple(met)))
    return Needs(tuple(found), bool(resources))


def _step(given: Any) -> int | None:
    return int(given) if isinstance(given, str) and given in map(str, STEPS) else None


def risks(plan: Plan) -> Risks:
    """The risks of all partners."""
    found = []
    for _id, n, said, cells in _rows(plan, RISKS, "risk", "partner", "likelihood", "impact", "mitigation"):
        steps = (_step(cells.get("likelihood")), _step(cells.get("impact")))
        typed = (said["likelihood"], said["impact"])
        found.append(Risk(n, said["risk"], said["partner"], *steps, typed, said["mitigation"]))
    return Risks(tuple(found))


@dataclass(frozen=True)
class Source:
    """Where a chart comes from: the exercises it reads, the first of which must be begun."""

    read: Callable[[Plan], Picture]
    exercises: tuple[str, ...]


SOURCES: Mapping[str, Source] = {
    "health": Source(health, ("building-blocks/my-health-check",)),
    "stakeholders": Source(stakeholders, ("initiation/stakeholders",)),
    "needs": Source(needs, ("initiation/needs", "initiation/resources")),
    "risks": Source(risks, ("initiation/value-risks",)),
}
