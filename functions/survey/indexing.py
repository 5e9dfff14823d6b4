"""The index and the archive of results: kept as result files are written and deleted."""

from dataclasses import replace

from survey.domain.results.entry import ResultEntry
from survey.domain.results.table import question_names
from survey.settings import ResultSettings
from survey.storage import result_days, result_index
from survey.storage.result_archive import archive_key, delete_archived, write_archive
from survey.storage.result_index import StoredEntry
from switchboard.aws.conditional import retry_on_conflict
from switchboard.settings import from_environment
from switchboard.timestamps import now_ms


def index_result(entry: ResultEntry) -> bool:
    """Write what a result file says to the index, and to the archive where the settings say so.

    The same entry may come twice, and an older one late: the newest stays.

    Returns
    -------
    bool
        False where the index has the same one already, or a newer one.
    """
    return retry_on_conflict(lambda: _index(entry))


def remove_result(respondent: str, survey_id: str, deleted_at: int) -> bool:
    """Delete the entry of a deleted result file, in the archive, too.

    Parameters
    ----------
    respondent, survey_id : str
        Which file it was.
    deleted_at : int
        When it was deleted, in milliseconds since the epoch: an entry that was written after that stays.

    Returns
    -------
    bool
        Whether there was one.
    """
    return retry_on_conflict(lambda: _remove(respondent, survey_id, deleted_at))


def _index(entry: ResultEntry) -> bool:
    stored = result_index.load(entry.respondent, entry.survey_id)
    if stored is not None and entry.is_older_than(stored.entry):
        return False
    key = archive_key(entry) if from_environment(ResultSettings).archive_results else ""
    is_new = stored is None or (stored.entry, stored.archive_key) != (entry, key)
    if is_new:
        _count_change(entry, stored)
        if stored is not None and stored.archive_key not in ("", key):
            delete_archived(stored.archive_key)
        stored = result_index.save(entry, stored, key, now_ms())
    if stored is not None and key:
        _archive(stored)
    return is_new


def _count_change(entry: ResultEntry, stored: StoredEntry | None) -> None:
    now = now_ms()
    result_days.count_change(entry.survey_id, entry.day, question_names(entry.document), now)
    if stored is not None and stored.entry.day != entry.day:
        result_days.count_change(entry.survey_id, stored.entry.day, frozenset(), now)


def _archive(stored: StoredEntry) -> None:
    """Write an entry to the archive, and repeat it while a concurrent request changes the entry.

    The last request to write to the archive returns only once the index has the same entry.
    """
    while True:
        write_archive(stored.archive_key, stored.entry)
        present = result_index.load(stored.entry.respondent, stored.entry.survey_id)
        if present is not None and present.is_same_write(stored):
            return
        if present is None or present.archive_key != stored.archive_key:
            delete_archived(stored.archive_key)
        entry = result_index.with_content(present.entry) if present and present.archive_key else None
        if present is None or entry is None:
            return
        stored = replace(present, entry=entry)


def _remove(respondent: str, survey_id: str, deleted_at: int) -> bool:
    stored = result_index.load(respondent, survey_id)
    if stored is None or stored.written_at > deleted_at:
        return False
    day = stored.entry.day
    result_days.count_change(survey_id, day, frozenset(), now_ms())
    result_days.delete_summary(survey_id, day)
    if stored.archive_key:
        delete_archived(stored.archive_key)
    result_index.delete(stored)
    return True
