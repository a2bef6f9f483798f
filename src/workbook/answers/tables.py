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
ROOMS = sa.Table(
    "workbook_room",
    META,
    sa.Column("room", sa.String(100), primary_key=True),
    sa.Column("code", sa.String(20), nullable=False),
    sa.Column("made", sa.String(40), nullable=False),
    sa.Column("until", sa.String(40), nullable=False),
    sa.Column("keeper", sa.Text, nullable=False),
    # JSON: the open units, or null for all
    sa.Column("open", sa.Text, nullable=False),
)
PARTICIPANTS = sa.Table(
    "workbook_participant",
    META,
    *_keys("room", "id"),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # the name as it is compared with others
    sa.Column("folded", sa.String(200), nullable=False),
    # JSON: everything else that they said of themselves
    sa.Column("about", sa.Text, nullable=False),
    # a keyed hash of the return code; the key is not in this database
    sa.Column("code", sa.String(64), nullable=False),
    # cookies of an earlier number are worth nothing
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("joined", sa.String(40), nullable=False),
    sa.Column("visited", sa.Text, nullable=False),
    sa.UniqueConstraint("room", "folded", name="workbook_participant_name"),
)
