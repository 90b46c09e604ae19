"""The tables. `originals`, `results`, `decisions`, `corrections`, `additions` and `log` are what is kept; `problems`, `suggestions`, `findings`,
`checks`, `paragraphs` and the columns of `reports` describe only the current result of a report and exist to be searched.

The same on SQLite and PostgreSQL: moments are ISO 8601 texts in UTC, which sort by time. Migrations make these tables;
a test holds the two alike.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

HASH, MOMENT = String(64), String(27)
# SQLite numbers rows by itself only where the type is spelled INTEGER.
NUMBER: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")


def _report(key: bool = False) -> Column[int]:
    owner = ForeignKey("reports.id", ondelete="CASCADE")
    return Column("report_id", NUMBER, owner, primary_key=key, nullable=False, autoincrement=False)


settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

originals = Table(
    "originals",
    metadata,
    Column("sha256", HASH, primary_key=True),
    Column("format", Text),  # null until a result tells it
    Column("size", BigInteger, nullable=False),
    Column("place", Text, nullable=False),  # below the folder of originals
    Column("added_at", MOMENT, nullable=False),
    Column("added_by", Text),
)

# Every name under which the same content came in, oldest first by id.
original_names = Table(
    "original_names",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("sha256", HASH, ForeignKey("originals.sha256", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("added_at", MOMENT, nullable=False),
    Column("added_by", Text),
    UniqueConstraint("sha256", "name"),
)

# One report of a file. Its id outlives re-extraction. Without a version, the current one no longer finds this part.
reports = Table(
    "reports",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("sha256", HASH, ForeignKey("originals.sha256", ondelete="CASCADE"), nullable=False),
    Column("part", Integer, nullable=False),
    Column("version", String(40)),
    Column("saved_at", MOMENT, nullable=False),
    Column("title", Text),
    Column("kind", Text),
    Column("project_name", Text),
    Column("year", Integer),
    Column("region", Text),
    Column("department", Text),
    Column("unit", Text),
    Column("agency", Text),
    Column("report_date", Text),
    Column("grade", Text),
    Column("score", Float),
    Column("alarms", Integer, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("checks", Integer, nullable=False),
    Column("corrected", Integer, nullable=False, server_default="0"),  # facts that reviewers put right, above too
    Column("unsettled", Integer, nullable=False, server_default="0"),  # facts of which a word waits (待重新确认)
    UniqueConstraint("sha256", "part"),
    Index(None, "year", "id"),
    Index(None, "region", "id"),
    Index(None, "department", "id"),
    Index(None, "agency", "id"),
    Index(None, "grade", "id"),
    Index(None, "score", "id"),
    Index(None, "alarms", "id"),
    sqlite_autoincrement=True,  # a deleted report's number is never another's
)

results = Table(
    "results",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("version", String(40), nullable=False),
    Column("saved_at", MOMENT, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the result's JSON, deflated: a megabyte becomes some 30 KB
    Column("layout", LargeBinary),  # the text that it was read from, deflated
    UniqueConstraint("report_id", "version"),
)

# Files that are one report: Word and PDF of it, draft and final.
documents = Table(
    "documents",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("title_key", Text),
    Column("year", Integer),
    Index(None, "title_key", "year"),
    sqlite_autoincrement=True,
)

# Apart from `reports`, so that regrouping locks no row that another writer holds.
versions = Table(
    "versions",
    metadata,
    _report(key=True),
    Column("document_id", NUMBER, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sketch", LargeBinary, nullable=False),
)

problems = Table(
    "problems",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("origin", String(20), nullable=False),  # the result's list: problems, problem_list, defects
    Column("position", Integer, nullable=False),
    Column("heading", Text),
    Column("text", Text, nullable=False),
    Column("category", String(20)),
    Column("unit", Text),
    Column("page", Integer),
    Index(None, "report_id"),
    Index(None, "category", "report_id"),
    sqlite_autoincrement=True,
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("position", Integer, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer),
    Index(None, "report_id"),
    sqlite_autoincrement=True,
)

findings = Table(
    "findings",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("position", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("rule", String(40)),
    Column("severity", String(10), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("title", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Index(None, "report_id", "fingerprint"),
    Index(None, "fingerprint"),
    Index(None, "severity", "report_id"),
    Index(None, "rule", "report_id"),
    sqlite_autoincrement=True,
)

checks = Table(
    "checks",
    metadata,
    _report(key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("expression", Text, nullable=False),
    Column("page", Integer),
    Index(None, "verdict", "rule", "report_id"),
)

paragraphs = Table(
    "paragraphs",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("position", Integer, nullable=False),
    Column("page", Integer),
    Column("section", Text),
    Column("text", Text, nullable=False),
    Index(None, "report_id", "position"),
    sqlite_autoincrement=True,
)

# All texts of a report that are searched, a line each, findings before problems before paragraphs; see `index`.
report_texts = Table(
    "report_texts",
    metadata,
    _report(key=True),
    Column("folded", Text, nullable=False),
    Column("words", LargeBinary, nullable=False),  # a bit for each character: whether a word starts there
    Column("kinds", Text, nullable=False),  # a letter for each line
    Column("ids", LargeBinary, nullable=False),  # the row of each line, 64 bits
)

# What reviewers said. `fingerprint` and `quotes` are the finding's when they said it; `attached` is the fingerprint of the
# finding of the current result that it belongs to, null where none does: then it waits (待重新确认) until it is settled.
decisions = Table(
    "decisions",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("fingerprint", String(64), nullable=False),
    Column("attached", String(64)),
    Column("verdict", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("rule", String(40)),
    Column("title", Text, nullable=False),
    Column("quotes", JSON, nullable=False),
    Column("decided_at", MOMENT, nullable=False),
    Column("decided_by", Text),
    Column("settled_at", MOMENT),
    Column("settled_by", Text),
    Index(None, "report_id", "attached"),
    sqlite_autoincrement=True,
)

# What reviewers said of facts, by their names in `extractor.review`. `was` is what had been read when they said it, `value`
# what is right.
corrections = Table(
    "corrections",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("fact", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("value", Text),
    Column("unit", String(10)),
    Column("was", Text),
    Column("was_unit", String(10)),
    Column("note", Text, nullable=False),
    Column("decided_at", MOMENT, nullable=False),
    Column("decided_by", Text),
    Column("settled_at", MOMENT),
    Column("settled_by", Text),
    Index(None, "report_id"),
    sqlite_autoincrement=True,
)

# What reviewers found that the program did not see.
additions = Table(
    "additions",
    metadata,
    Column("id", NUMBER, primary_key=True),
    _report(),
    Column("kind", String(20), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("added_at", MOMENT, nullable=False),
    Column("added_by", Text),
    Column("withdrawn_at", MOMENT),
    Column("withdrawn_by", Text),
    Index(None, "report_id"),
    sqlite_autoincrement=True,
)

# Of the service's clients. `digest` is the SHA-256 of the secret, which is kept nowhere; `start` its first characters.
keys = Table(
    "keys",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", HASH, nullable=False, unique=True),
    Column("start", String(10), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("made_by", Text),
    Column("expires_at", MOMENT),
    Column("revoked_at", MOMENT),
    Column("used_at", MOMENT),
    sqlite_autoincrement=True,
)
# The log calls a key's holder by its name: of those in force no two share one.
_in_force = text("revoked_at IS NULL")
Index("uq_keys_name_in_force", keys.c.name, unique=True, sqlite_where=_in_force, postgresql_where=_in_force)

# Browsers that are signed in with a key; `digest` is the SHA-256 of their cookie.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", HASH, primary_key=True),
    Column(
        "key_id", NUMBER, ForeignKey("keys.id", ondelete="CASCADE"), nullable=False, index=True, autoincrement=False
    ),
    Column("until", MOMENT, nullable=False),
)

# What came in, from where, and what became of it; one row for each content of each source. `source` is a path, that of an
# archive with `!/` and the path inside, or what else the one who loads calls it; `source_key` its SHA-256, since
# PostgreSQL indexes no long text; `sha256` is empty where no content could be had. Not bound to `originals`: it stays
# when they are deleted.
intake = Table(
    "intake",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_key", HASH, nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", HASH, nullable=False),
    Column("size", BigInteger),
    Column(
        "modified", BigInteger
    ),  # nanoseconds since 1970, of a file on disk: with its size tells that it is the same
    Column("state", String(10), nullable=False),  # waiting, loaded, duplicate, failed
    Column("reason", Text),  # of failed, in Chinese
    Column("attempts", Integer, nullable=False),
    Column("came_at", MOMENT, nullable=False),
    Column("done_at", MOMENT),
    Column("by", Text),
    UniqueConstraint("source_key", "sha256"),
    Index(None, "sha256"),
    Index(None, "state", "id"),
    sqlite_autoincrement=True,
)

# Append-only: triggers refuse to change or remove a row.
log = Table(
    "log",
    metadata,
    Column("id", NUMBER, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("by", Text),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Index(None, "subject"),
    Index(None, "at", "id"),
    Index(None, "action", "at", "id"),
    sqlite_autoincrement=True,
)
