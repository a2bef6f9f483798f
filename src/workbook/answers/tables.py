"""The tables of the answers' database."""

from __future__ import annotations

import sqlalchemy as sa

META = sa.MetaData()
SCHEMA = sa.Table("workbook_schema", META, sa.Column("version", sa.Integer), sa.Column("me", sa.String(64)))


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(100), primary_key=True) for name in names]


OWNERS = sa.Table("workbook_owner", META, *_keys("kind", "owner"), sa.Column("label", sa.Text, nullable=False))
UNITS = sa.Table(
    "workbook_unit", META, *_keys("kind", "owner", "unit"), sa.Column("seq", sa.BigInteger, nullable=False)
)
ANSWERS = sa.Table(
    "workbook_answers",
    META,
    *_keys("kind", "owner", "unit", "exercise"),
    # Text, not JSON: PostgreSQL's JSON types refuse characters that people can type.
    sa.Column("document", sa.Text, nullable=False),
)
BROKEN = sa.Table(
    "workbook_broken",
    META,
    *_keys("kind", "owner", "unit", "exercise"),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("document", sa.Text, nullable=False),
)
