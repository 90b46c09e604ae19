"""Texts folded, and the index of what they hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for table in ("problems", "findings", "paragraphs"):
        op.add_column(table, sa.Column("folded", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("words", sa.LargeBinary(), nullable=True))
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE report_grams USING fts5(codes, content='', detail='none', tokenize='ascii')")
        return
    op.execute(
        "CREATE TABLE report_grams ("
        "report_id bigint PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE, codes integer[] NOT NULL)"
    )
    op.execute("CREATE INDEX ix_report_grams_codes ON report_grams USING gin (codes) WITH (fastupdate = off)")
