"""The exercise file, field by field: one declaration reads it, checks it, releases it and describes it.

A noun is a frozen dataclass whose fields are made by :func:`spec`. From that one declaration come the reader (every
mistake is reported, never the first only), the learner's version (an allow-list: what is not marked for learners is
not written), the JSON Schema for editors and the reference in the docs.
"""

from .groups import Either, ListOf, MapOf
from .node import IDENTIFIER, NOTHING, Html, Node, Type, plain
from .nouns import RecordOf, Spec, Tagged, read, read_fields, release, schema, spec, specs, unknown_fields
from .scalars import Flag, Line, Name, Number, OneOf, Pattern, Prose, Text

__all__ = [
    "IDENTIFIER", "NOTHING", "Either", "Flag", "Html", "Line", "ListOf", "MapOf", "Name", "Node", "Number", "OneOf",
    "Pattern", "Prose", "RecordOf", "Spec", "Tagged", "Text", "Type", "plain", "read", "read_fields", "release",
    "schema", "spec", "specs", "unknown_fields",
]  # fmt: skip
