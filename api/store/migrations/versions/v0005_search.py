"""Texts folded, the index of what they hold, and indexes of lists of findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "report_texts",
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_texts_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report_texts")),
    )
    for column in ("rule", "severity"):
        op.drop_index(op.f(f"ix_findings_{column}_id"), "findings")
        op.create_index(op.f(f"ix_findings_{column}_report_id"), "findings", [column, "report_id"], unique=False)
    if op.get_context().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE report_grams USING fts5(codes, content='', detail='none', tokenize='ascii')")
        return
    # Packing it costs more time than it saves room.
    op.execute("ALTER TABLE report_texts ALTER COLUMN folded SET STORAGE EXTERNAL")
    op.execute(
        "CREATE TABLE report_grams ("
        "report_id bigint PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE, codes integer[] NOT NULL)"
    )
    op.execute("CREATE INDEX ix_report_grams_codes ON report_grams USING gin (codes) WITH (fastupdate = off)")
