"""The columns of a worksheet, as authors write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...checks.columns import ColumnName
from ...checks.conditions import CONDITIONS, Condition, ConditionType, scalar
from ...errors import near
from ...fields import NOTHING, Flag, Html, Line, ListOf, MapOf, Name, Node, Number, OneOf, Text, Type, plain, spec
from ...i18n import _
from ...model import COLUMN, VISIBILITIES
from ..markup import words

TYPES: Final = (
    "text", "long", "choice", "number", "date", "yes-no-unknown", "ref", "goal", "target", "computed",
)  # fmt: skip
SEVERAL: Final = ("choice", "ref", "goal", "target")
"""Types of which a cell may hold many."""
ARITHMETIC: Final = ("product", "sum", "difference")
OPERATIONS: Final = {
    "product": "These numbers of the row, multiplied",
    "sum": "These numbers of the row, added up",
    "difference": "The first number less the second",
    "shown": "What stands in the row that a ref points to: ref.column",
    "count": "How many rows of another worksheet name this one: unit/exercise.column",
}


def spaced(id: str) -> Html:
    """An id as words: ``first-meeting`` is “First meeting”."""
    text = id.replace("-", " ")
    return words(text[:1].upper() + text[1:])


@dataclass(frozen=True)
class Options(Type):
    """Options with their texts, or a bare list of ids, which then are the texts."""

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, list):
            return MapOf(Line(), least=2).read(node)
        ids = ListOf(Name(), least=2).read(node)
        for i, id in enumerate(node.data):
            if id in node.data[:i]:
                node.at(i).wrong(f"'{id}' stands here twice")
        return {id: spaced(id) for id in ids}

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [MapOf(Line(), least=2).schema(), ListOf(Name(), least=2).schema()]}

    def release(self, value: Any, *, private: bool) -> Any:
        return dict(value)


@dataclass(frozen=True)
class Cell(Type):
    """What stands in a cell: a text, number, date or id, or a list of them."""

    def read(self, node: Node) -> Any:
        data = node.data
        if isinstance(data, list):
            values = [_scalar(v) for v in data]
            if values and None not in values:
                return tuple(values)
        elif (value := _scalar(data)) is not None:
            return value
        node.wrong("must be a text, a number, a date, an id, or a list of them; put true and false in quotes")
        return NOTHING

    def schema(self) -> dict[str, Any]:
        one = {"type": ["string", "number"]}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}

    def release(self, value: Any, *, private: bool) -> Any:
        return list(value) if isinstance(value, tuple) else value


def _scalar(data: Any) -> str | None:
    # A YAML loader may make a date of 2027-01-31.
    return data.isoformat()[:10] if hasattr(data, "isoformat") else scalar(data)


@dataclass(frozen=True)
class Formula:
    """How a computed cell comes about: from numbers of its row, from behind a ref (``shown``), or by ``count``."""

    operation: str
    columns: tuple[str, ...]


NUMBERS: Final = ListOf(Name(), least=2)
ELSEWHERE: Final[Mapping[str, Type]] = {"shown": ColumnName(far=True), "count": COLUMN}


@dataclass(frozen=True)
class FormulaType(Type):
    """``{product: [likelihood, impact]}``, ``{sum: […]}``, ``{difference: [a, b]}``; ``{shown: activity.end}``;
    ``{count: unit/exercise.column}``."""

    def read(self, node: Node) -> Any:
        if not isinstance(node.data, Mapping) or len(node.data) != 1:
            node.wrong("must look like {product: [likelihood, impact]}, with product, sum, difference, shown or count")
            return NOTHING
        (operation,) = node.data
        if operation not in OPERATIONS:
            known = ", ".join(OPERATIONS)
            node.at(operation).wrong(f"must be one of {known}.{near(str(operation), OPERATIONS)}")
            return NOTHING
        found = ELSEWHERE.get(operation, NUMBERS).read(node.at(operation))
        if found is NOTHING:
            return NOTHING
        return Formula(operation, found if operation in ARITHMETIC else (found,))

    def schema(self) -> dict[str, Any]:
        properties = {
            operation: {**ELSEWHERE.get(operation, NUMBERS).schema(), "description": help}
            for operation, help in OPERATIONS.items()
        }
        return {"type": "object", "properties": properties, "minProperties": 1, "maxProperties": 1}

    def release(self, value: Formula, *, private: bool) -> Any:
        return {value.operation: list(value.columns) if value.operation in ARITHMETIC else value.columns[0]}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what a cell may hold, and how it is called."""

    type: str = spec(OneOf(TYPES), "What a cell holds")
    label: Html | None = spec(Line(), "Heading; by default the id with spaces", default=None)
    help: Html | None = spec(Line(), "A word of help under the heading", default=None)
    required: bool = spec(Flag(), "Whether the worksheet is unfinished while it is empty", default=False)
    many: bool = spec(Flag(), "Whether a cell may hold several (choice, ref, goal, target)", default=False)
    options: Mapping[str, Html] = spec(Options(), "For a choice: {id: text}, or a list of ids", default={})
    from_: str | None = spec(
        COLUMN, "For a ref: the column of another worksheet, unit/exercise.column", default=None, name="from"
    )
    where: Mapping[str, Condition] = spec(
        CONDITIONS, "For a ref: only rows of the other worksheet that keep these conditions", default={}
    )
    default: Any = spec(Cell(), "What stands in a new row from the start", default=None)
    visibility: str = spec(OneOf(VISIBILITIES), "Who may see it: private stays with the learner", default="plan")
    of: Formula | None = spec(FormulaType(), "For a computed column: how it comes from others", default=None)
    unit: str | None = spec(Text(), "Unit of a number, such as days", default=None)
    least: float | None = spec(Number(), "For a number: the smallest that is taken", default=None)
    most: float | None = spec(Number(), "For a number: the largest that is taken", default=None)
    locked: bool = spec(Flag(), "Supplied text that the learner cannot change", default=False)

    @property
    def source(self) -> str:
        """Under which key the choices of a ref column stand: its ``from``, and its ``where`` if it has one."""
        return source(self.from_ or "", self.where)

    @property
    def shown(self) -> str:
        """The column behind a ref (``ref.column``) that a computed column shows; '' if it shows none."""
        return self.of.columns[0] if self.of is not None and self.of.operation == "shown" else ""

    @property
    def counted(self) -> str:
        """The column of a worksheet (``unit/exercise.column``) in which rows are counted; '' if none are."""
        return self.of.columns[0] if self.of is not None and self.of.operation == "count" else ""

    @property
    def given(self) -> bool:
        """Whether the learner cannot fill it: supplied or computed."""
        return self.locked or self.type == "computed"


def limits(column: Column) -> str:
    """The numbers that a column takes, in words; '' where any will do."""
    least, most = column.least, column.most
    if least is not None and most is not None:
        return _("{least} to {most}").format(least=f"{least:g}", most=f"{most:g}")
    if least is not None:
        return _("at least {n}").format(n=f"{least:g}")
    return _("at most {n}").format(n=f"{most:g}") if most is not None else ""


def source(reference: str, where: Mapping[str, Condition]) -> str:
    """A key for the rows that a reference may choose among; the same for the same narrowing."""
    if not where:
        return reference
    plain = {column: ConditionType().release(condition, private=False) for column, condition in where.items()}
    return f"{reference}?{json.dumps(plain, sort_keys=True, ensure_ascii=False)}"


def label(id: str, column: Column) -> Html:
    """The heading of a column."""
    return column.label or spaced(id)


def plain_label(id: str, column: Column) -> str:
    """The heading in plain words."""
    return plain(label(id, column))


def three() -> dict[str, str]:
    """The answers of a yes-no-unknown column, in words."""
    return {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known yet")}
