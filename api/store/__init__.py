"""The archive: originals, results of every version of the extractor, decisions and a log, in SQLite or PostgreSQL.

store = open_store()                        # or a path, or postgresql://…
added = add_original(store, Path("报告.pdf"))
save_results(store, analyse(path), texts)   # saved twice changes nothing
"""

from __future__ import annotations

from api.store.additions import Addition, add_finding, additions_of, withdraw_addition
from api.store.backup import Contents, backup, restore
from api.store.connection import Store, open_as_is, open_beside, open_store, upgrade
from api.store.contents import Original, ParagraphRow, body_of, is_report, original, paragraphs_in
from api.store.corrections import (
    Correction,
    Progress,
    Reviewed,
    carried_facts,
    correct,
    corrections_of,
    progress_of,
    review_of,
    reviewed,
    settle_correction,
)
from api.store.cursors import Page
from api.store.decisions import Decision, Standing, Verdict, decide, decisions_of, settle_decision, standings
from api.store.errors import StoreError
from api.store.filters import CheckFilter, FindingFilter, ProblemFilter, ReportFilter
from api.store.findings import CheckRow, FindingRow, find_checks, find_findings
from api.store.journal import Journal
from api.store.keys import (
    SCOPES,
    Key,
    Scope,
    check_key,
    expiry,
    find_key,
    key_in_force,
    keys_of,
    make_key,
    note_used,
    revoke_key,
)
from api.store.layouts import Box, Grid, Layout, Text, layout_in, layout_of, lines_of
from api.store.log import Entry, Wanted, read_log
from api.store.originals import (
    Added,
    Deleted,
    add_original,
    adding_original,
    delete_original,
    find_original,
    names_of,
    original_bytes,
    original_file,
)
from api.store.panorama import (
    Advice,
    Alarms,
    Category,
    Trend,
    Unanswered,
    alarms_by,
    category_trends,
    same_project,
    score_trends,
    unanswered,
)
from api.store.paragraphs import paragraphs_of
from api.store.problems import ProblemRow, find_problems
from api.store.reports import ReportRow, count_reports, find_report, find_reports, other_versions, report_versions
from api.store.results import (
    Outdated,
    Paragraph,
    Prepared,
    is_read_by,
    outdated,
    prepare,
    report_ids,
    result_of,
    result_versions,
    save_in,
    save_prepared,
    save_results,
)
from api.store.search import Hit, search
from api.store.sessions import end_session, key_of_session, open_session
from api.store.statistics import Group, Share, facets, statistics
from api.store.stats import Stats, stats
from api.store.sweep import Swept, sweep

__all__ = [
    "SCOPES",
    "Added",
    "Addition",
    "Advice",
    "Alarms",
    "Box",
    "Category",
    "CheckFilter",
    "CheckRow",
    "Contents",
    "Correction",
    "Decision",
    "Deleted",
    "Entry",
    "FindingFilter",
    "FindingRow",
    "Grid",
    "Group",
    "Hit",
    "Journal",
    "Key",
    "Layout",
    "Original",
    "Outdated",
    "Page",
    "Paragraph",
    "ParagraphRow",
    "Prepared",
    "ProblemFilter",
    "ProblemRow",
    "Progress",
    "ReportFilter",
    "ReportRow",
    "Reviewed",
    "Scope",
    "Share",
    "Standing",
    "Stats",
    "Store",
    "StoreError",
    "Swept",
    "Text",
    "Trend",
    "Unanswered",
    "Verdict",
    "Wanted",
    "add_finding",
    "add_original",
    "adding_original",
    "additions_of",
    "alarms_by",
    "backup",
    "body_of",
    "carried_facts",
    "category_trends",
    "check_key",
    "correct",
    "corrections_of",
    "count_reports",
    "decide",
    "decisions_of",
    "delete_original",
    "end_session",
    "expiry",
    "facets",
    "find_checks",
    "find_findings",
    "find_key",
    "find_original",
    "find_problems",
    "find_report",
    "find_reports",
    "is_read_by",
    "is_report",
    "key_in_force",
    "key_of_session",
    "keys_of",
    "layout_in",
    "layout_of",
    "lines_of",
    "make_key",
    "names_of",
    "note_used",
    "open_as_is",
    "open_beside",
    "open_session",
    "open_store",
    "original",
    "original_bytes",
    "original_file",
    "other_versions",
    "outdated",
    "paragraphs_in",
    "paragraphs_of",
    "prepare",
    "progress_of",
    "read_log",
    "report_ids",
    "report_versions",
    "restore",
    "result_of",
    "result_versions",
    "review_of",
    "reviewed",
    "revoke_key",
    "same_project",
    "save_in",
    "save_prepared",
    "save_results",
    "score_trends",
    "search",
    "settle_correction",
    "settle_decision",
    "standings",
    "statistics",
    "stats",
    "sweep",
    "unanswered",
    "upgrade",
    "withdraw_addition",
]
