"""Suggestions as rows, those of the results that are kept among them."""

from __future__ import annotations

import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    table = op.create_table(
        "suggestions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_suggestions_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_suggestions_report_id"), "suggestions", ["report_id"], unique=False)
    connection = op.get_bind()
    current = "SELECT r.id FROM reports r JOIN results t ON t.report_id = r.id AND t.version = r.version"
    body = sa.text(
        "SELECT t.body FROM results t JOIN reports r ON t.report_id = r.id AND t.version = r.version WHERE r.id = :id"
    )
    for report in list(connection.execute(sa.text(current)).scalars()):
        result = json.loads(zlib.decompress(connection.execute(body, {"id": report}).scalar_one()))
        rows = [
            {
                "report_id": report,
                "position": at,
                "heading": _storable(item["heading"]),
                "text": _storable(item["text"]),
                "page": item["evidence"]["page"],
            }
            for at, item in enumerate(result["suggestions"])
        ]
        if rows:
            connection.execute(sa.insert(table), rows)


def _storable(text: str) -> str:
    return "".join("\ufffd" if c == "\x00" or "\ud800" <= c <= "\udfff" else c for c in text)
