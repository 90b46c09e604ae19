"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HASH, MOMENT = sa.String(64), sa.String(27)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The log can be added to and nothing else.
KEEP_LOG = {
    "sqlite": [
        f"CREATE TRIGGER log_refuses_{event.lower()} BEFORE {event} ON log "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        for event in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION log_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$",
        "CREATE TRIGGER log_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON log EXECUTE FUNCTION log_refuses()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("title_key", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_documents_title_key_year"), "documents", ["title_key", "year"], unique=False)
    op.create_table(
        "log",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_log_subject"), "log", ["subject"], unique=False)
    op.create_table(
        "originals",
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_originals")),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "original_names",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sha256"], ["originals.sha256"], name=op.f("fk_original_names_sha256"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_names")),
        sa.UniqueConstraint("sha256", "name", name=op.f("uq_original_names_sha256_name")),
    )
    op.create_table(
        "reports",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=True),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("project_name", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("report_date", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["originals.sha256"], name=op.f("fk_reports_sha256"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("sha256", "part", name=op.f("uq_reports_sha256_part")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reports_agency_id"), "reports", ["agency", "id"], unique=False)
    op.create_index(op.f("ix_reports_alarms_id"), "reports", ["alarms", "id"], unique=False)
    op.create_index(op.f("ix_reports_department_id"), "reports", ["department", "id"], unique=False)
    op.create_index(op.f("ix_reports_grade_id"), "reports", ["grade", "id"], unique=False)
    op.create_index(op.f("ix_reports_region_id"), "reports", ["region", "id"], unique=False)
    op.create_index(op.f("ix_reports_score_id"), "reports", ["score", "id"], unique=False)
    op.create_index(op.f("ix_reports_year_id"), "reports", ["year", "id"], unique=False)
    op.create_table(
        "checks",
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("expression", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_checks_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_checks")),
    )
    op.create_index(op.f("ix_checks_verdict_rule_report_id"), "checks", ["verdict", "rule", "report_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("fingerprint", HASH, nullable=False),
        sa.Column("attached", HASH, nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quotes", sa.JSON(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_decisions_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decisions_report_id_attached"), "decisions", ["report_id", "attached"], unique=False)
    op.create_table(
        "findings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fingerprint", HASH, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_findings_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_findings_fingerprint"), "findings", ["fingerprint"], unique=False)
    op.create_index(op.f("ix_findings_report_id_fingerprint"), "findings", ["report_id", "fingerprint"], unique=False)
    op.create_index(op.f("ix_findings_rule_id"), "findings", ["rule", "id"], unique=False)
    op.create_index(op.f("ix_findings_severity_id"), "findings", ["severity", "id"], unique=False)
    op.create_table(
        "paragraphs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_paragraphs_report_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paragraphs")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_paragraphs_report_id_position"), "paragraphs", ["report_id", "position"], unique=False)
    op.create_table(
        "problems",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_problems_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problems")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_problems_category_report_id"), "problems", ["category", "report_id"], unique=False)
    op.create_index(op.f("ix_problems_report_id"), "problems", ["report_id"], unique=False)
    op.create_table(
        "results",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_results_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("report_id", "version", name=op.f("uq_results_report_id_version")),
    )
    op.create_table(
        "versions",
        sa.Column("report_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("document_id", NUMBER, nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_versions_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_versions_report_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_versions")),
    )
    op.create_index(op.f("ix_versions_document_id"), "versions", ["document_id"], unique=False)
    for statement in KEEP_LOG[op.get_context().dialect.name]:
        op.execute(statement)
