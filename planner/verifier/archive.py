"""The wheel as a file: RECORD, odd entries, size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.model.wheels import Entry, Oddness, RecordRow
from planner.verifier.catalogue import Rule
from planner.verifier.context import Context
from planner.verifier.findings import Finding, finding

_WEAK = frozenset({"md5", "sha1"})
_RULES = {Oddness.DUPLICATE: Rule.DUPLICATE_ENTRY}
_UNLISTED = ("RECORD", "RECORD.jws", "RECORD.p7s")


def oddities(context: Context) -> Iterator[Finding]:
    """What was odd about the archive; damaged ELF files are reported with the libraries."""
    for oddity in context.wheel.oddities:
        if oddity.what is Oddness.DAMAGED_ELF:
            continue
        limit = "member" if oddity.member else "inflated"
        rule = _RULES.get(oddity.what) or Rule(oddity.what.value)
        yield finding(rule, oddity.member, detail=oddity.detail, limit=limit)


def size(context: Context) -> Iterator[Finding]:
    """A wheel above ``--max-size``."""
    allowed = context.options.max_size
    if allowed is not None and context.wheel.size > allowed:
        yield finding(Rule.TOO_BIG, found=context.wheel.size, allowed=allowed)


def record(context: Context) -> Iterator[Finding]:
    """RECORD against the members (binary distribution format, "Signed wheel files", "RECORD")."""
    wheel = context.wheel
    if not wheel.entries:
        return
    if wheel.record is None:
        if wheel.metadata_name:
            yield finding(Rule.RECORD_MISSING)
        return
    rows = {row.path: row for row in wheel.record}
    counts = Counter(row.path for row in wheel.record)
    for path, count in counts.items():
        if count > 1:
            yield finding(Rule.RECORD_DOUBLE_ROW, path, count=count)
    entries = {entry.path: entry for entry in wheel.entries if not entry.is_folder}
    for path, entry in entries.items():
        row = rows.get(path)
        if row is None:
            if not _may_be_unlisted(path):
                yield finding(Rule.RECORD_FILE_WITHOUT_ROW, path)
        elif entry.digests:
            yield from _compared(entry, row)
    for path, row in rows.items():
        if path not in entries and not path.endswith("/"):
            yield finding(Rule.RECORD_ROW_WITHOUT_FILE, row.path)


def _may_be_unlisted(path: str) -> bool:
    folder, _, name = path.partition("/")
    return folder.endswith(".dist-info") and name in _UNLISTED[1:]


def _compared(entry: Entry, row: RecordRow) -> Iterator[Finding]:
    if not row.digest:
        folder, _, name = row.path.partition("/")
        if not (folder.endswith(".dist-info") and name in _UNLISTED):
            yield finding(Rule.RECORD_NO_HASH, row.path)
        return
    found = entry.digests.get(row.algorithm)
    if found is None:
        yield finding(Rule.RECORD_UNKNOWN_HASH, row.path, algorithm=row.algorithm)
    elif found != row.digest:
        yield finding(
            Rule.RECORD_HASH,
            row.path,
            algorithm=row.algorithm,
            found=found,
            claimed=row.digest,
        )
    elif row.algorithm in _WEAK:
        yield finding(Rule.RECORD_WEAK_HASH, row.path, algorithm=row.algorithm)
    if row.size is not None and row.size != entry.size:
        yield finding(Rule.RECORD_SIZE, row.path, found=entry.size, claimed=row.size)
