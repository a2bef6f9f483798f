"""Conditions on a row: ``{decides: no}``, ``{status: [asked, agreed]}``, ``{route: filled}``, ``{by: {not: un}}``,
``{size: {at-least: 15}}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ..fields import NOTHING, MapOf, Node, Number, Type
from ..i18n import _
from .columns import ColumnName, Several, filled, numbers, values

STATES: Final = ("filled", "empty")
LIMITS: Final = ("at-least", "at-most")


@dataclass(frozen=True)
class Condition:
    """What must stand in one cell: any of ``wanted``, or (``negated``) none of them; or a ``state``; or a number from
    ``least`` to ``most``."""

    wanted: tuple[str, ...] = ()
    state: str = ""
    negated: bool = False
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def ranged(self) -> bool:
        return self.least is not None or self.most is not None

    def holds(self, cell: Any) -> bool:
        """Whether a row is meant. An empty cell says nothing yet: it fits neither a value nor ``not`` a value."""
        if self.state:
            return filled(cell) == ((self.state == "filled") != self.negated)
        if self.ranged:
            return any(map(self._within, numbers(cell)))
        found = values(cell)
        return bool(found) and (not set(found).isdisjoint(self.wanted)) != self.negated

    def _within(self, n: Decimal) -> bool:
        return (self.least is None or n >= self.least) and (self.most is None or n <= self.most)

    def broken(self, cell: Any) -> bool:
        """Whether a cell that ought to keep the condition does not. Nothing is wrong yet with an empty ``not``."""
        if isinstance(cell, Several) and cell:
            return any(map(self.broken, cell))
        return not self.holds(cell) and not (self.negated and not self.state and not values(cell))


def scalar(data: Any) -> str | None:
    """A value as cells hold it, from YAML: numbers become text; anything else than text and numbers is None."""
    if isinstance(data, bool) or not isinstance(data, (str, int, float)):
        return None
    return str(data).strip() or None


@dataclass(frozen=True)
class ConditionType(Type):
    """A value, a list of values, ``filled``, ``empty``, ``{not: …}`` of one of these, ``{at-least: n, at-most: n}``."""

    def read(self, node: Node) -> Any:
        data, negated = node.data, False
        if isinstance(data, Mapping) and data and set(data) <= set(LIMITS):
            limits = {key: Number().read(node.at(key)) for key in data}
            if NOTHING in limits.values():
                return NOTHING
            least, most = (Decimal(str(limits[key])) if key in limits else None for key in LIMITS)
            return Condition(least=least, most=most)
        if isinstance(data, Mapping) and list(data) == ["not"]:
            data, negated = data["not"], True
        if isinstance(data, str) and data in STATES:
            return Condition(state=data, negated=negated)
        wanted = [scalar(v) for v in data] if isinstance(data, (list, tuple)) else [scalar(data)]
        if not wanted or None in wanted:
            node.wrong(
                "must be a value, a list of values, filled, empty, {not: …}, {at-least: n} or {at-most: n}; "
                "put true, false in quotes"
            )
            return NOTHING
        return Condition(wanted=tuple(w for w in wanted if w), negated=negated)

    def schema(self) -> dict[str, Any]:
        value = {"type": ["string", "number"]}
        plain = {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}
        negated = {"type": "object", "properties": {"not": plain}, "required": ["not"], "additionalProperties": False}
        limits = {
            "type": "object",
            "properties": {key: {"type": "number"} for key in LIMITS},
            "additionalProperties": False,
        }
        return {"anyOf": [*plain["anyOf"], negated, limits]}

    def release(self, value: Condition, *, private: bool) -> Any:
        if value.ranged:
            return {key: float(n) for key, n in zip(LIMITS, (value.least, value.most), strict=True) if n is not None}
        plain: Any = value.state or (value.wanted[0] if len(value.wanted) == 1 else list(value.wanted))
        return {"not": plain} if value.negated else plain


CONDITIONS: Final = MapOf(ConditionType(), keys=ColumnName())
Conditions = Mapping[str, Condition]


def hold(conditions: Conditions, cells: Mapping[str, Any]) -> bool:
    """Whether a row keeps all conditions; every row keeps none."""
    return all(condition.holds(cells.get(column)) for column, condition in conditions.items())


def in_words(label: str, condition: Condition, say: Any) -> str:
    """“Status” is “agreed”. ``say`` puts one value into words."""
    if condition.state:
        filled = (condition.state == "filled") != condition.negated
        text = _("“{column}” is filled in") if filled else _("“{column}” is empty")
        return text.format(column=label)
    if condition.ranged:
        least = _("at least {n}").format(n=condition.least) if condition.least is not None else ""
        most = _("at most {n}").format(n=condition.most) if condition.most is not None else ""
        return _("“{column}” is {limits}").format(column=label, limits=_(" and ").join(filter(None, (least, most))))
    said = [f"“{say(v)}”" for v in condition.wanted]
    if len(said) > 3:
        said = [*said[:2], _("one of {n} more").format(n=len(said) - 2)]
    shown = _(" or ").join(said)
    text = _("“{column}” is not {values}") if condition.negated else _("“{column}” is {values}")
    return text.format(column=label, values=shown)
