"""The vocabulary of checks: what an author can ask of a worksheet, one verb each.

To add one: a noun in one of the modules (its field is called like the verb), a line in ``NOUNS``, a section in
``docs/checks.md``. A check knows no files, kinds or pages; it looks at a :class:`Sheet` and says what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import near
from ..fields import NOTHING, Node, Type, read, release, schema, specs
from ..model import Finding
from .base import Check, Other, Sheet
from .cells import Before, Chosen, Differ, EveryRow, Filled, OneOfThese, Unique, Words
from .columns import Cells, ColumnName, Several, values
from .conditions import Condition, hold
from .counts import Distinct, Per, Rows, Sum
from .links import Acyclic, Covers, Refers

NOUNS: tuple[type[Check], ...] = (
    Rows, Filled, Distinct, Unique, Refers, Covers, Per, Before, Differ, Sum, Acyclic, Words, Chosen,
    EveryRow, OneOfThese,
)  # fmt: skip
BY_VERB = {noun.verb: noun for noun in NOUNS}


@dataclass(frozen=True)
class CheckType(Type):
    """One check; its verb says which. ``points`` only where checks earn some (``marked``)."""

    marked: bool = False

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, Mapping):
            node.wrong(f"needs a check such as 'rows: {{min: 4}}', found '{node.data}'")
            return NOTHING
        verbs = [key for key in node.data if key in BY_VERB]
        if len(verbs) > 1:
            node.wrong(f"has {len(verbs)} checks ({', '.join(verbs)}): give each an entry of its own")
            return NOTHING
        if not verbs:
            return self._no_verb(node)
        if "points" in node.data and not self.marked:
            node.at("points").wrong("only a check under 'key' has points; here it says what is missing, without points")
            return NOTHING
        return read(BY_VERB[verbs[0]], node)

    def _no_verb(self, node: Node) -> Any:
        shared = {s.name for s in specs(Check)} | {"by", "min", "max", "exactly", "is"}
        unknown = [key for key in node.data if key not in shared]
        for key in unknown:
            node.at(key).wrong(f"is not a check.{near(str(key), BY_VERB) or ' Known: ' + ', '.join(BY_VERB) + '.'}")
        if not unknown:
            node.wrong(f"has no check: one of {', '.join(BY_VERB)}")
        return NOTHING

    def schema(self) -> dict[str, Any]:
        branches = [{"if": {"required": [verb]}, "then": schema(noun)} for verb, noun in BY_VERB.items()]
        verbs = {verb: {"description": noun.summary} for verb, noun in BY_VERB.items()}
        return {
            "type": "object",
            "properties": verbs,
            "anyOf": [{"required": [verb]} for verb in BY_VERB],
            "allOf": branches,
        }

    def release(self, value: Check, *, private: bool) -> Any:
        return release(value, private=private)


def evaluate(checks: Iterable[Check], sheet: Sheet) -> list[Finding]:
    """What the checks say of a worksheet: at most one finding for each check, in the checks' order."""
    return [finding for check in checks if (finding := check.finding(sheet)) is not None]


__all__ = [
    "BY_VERB", "NOUNS", "Cells", "Check", "CheckType", "ColumnName", "Condition", "Other", "Several", "Sheet",
    "evaluate", "hold", "values",
]  # fmt: skip
