"""The log is read by time and by what was done."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index(op.f("ix_log_at_id"), "log", ["at", "id"], unique=False)
    op.create_index(op.f("ix_log_action_at_id"), "log", ["action", "at", "id"], unique=False)
