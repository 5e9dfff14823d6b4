"""Delete what is stored about a respondent: sessions, result files in all versions, index and archive.

A person's opt-out stays: without it they would be written to again.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from survey.domain.result import result_key
from survey.indexing import remove_result
from survey.storage import campaigns, result_index, sessions
from survey.storage.recipient_deletion import campaigns_of, discard, forget
from survey.storage.result_archive import ARCHIVE
from survey.storage.result_days import read_days
from survey.storage.results import OLDER_RESULTS_FOLDER
from switchboard.aws.conditional import retry_on_conflict
from tools.survey_results.campaign_lists import CampaignLists
from tools.survey_results.index_results import survey_ids

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_AT_ONCE: Final = 16
_KEYS_A_REQUEST: Final = 1000
_ROUNDS: Final = 3


@dataclass
class Stored:
    """What is stored about a respondent.

    Attributes
    ----------
    sessions, entries : list[str]
        Surveys in which there is a session, and an entry of the index.
    versions : list
        Every version of result files, of copies of another application's, and of lines in the archive.
    opted_out : bool
        Whether the respondent wants no messages, which is not deleted.
    campaigns : list[tuple[str, str]]
        Survey and id of the campaigns that have taken the respondent's row.
    lists : list[str]
        Keys of the files in which lists of campaigns have it.
    """

    sessions: list[str] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    versions: list["ObjectIdentifierTypeDef"] = field(default_factory=list)
    opted_out: bool = False
    campaigns: list[tuple[str, str]] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to delete."""
        return not (self.sessions or self.entries or self.versions or self.campaigns or self.lists)


class Respondent:
    """A respondent, and what is stored about them in one survey, or in all.

    Parameters
    ----------
    s3 : S3Client
    bucket : str
    respondent : str
        E.164 number, or the CallSid of a caller whose number was withheld.
    survey_id : str
        Empty: in every survey.
    now : Callable
        Returns the stack's time, ms since the epoch.
    """

    def __init__(
        self, s3: "S3Client", bucket: str, respondent: str, survey_id: str, now: Callable[[], int]
    ) -> None:
        self._s3 = s3
        self._now = now
        self._bucket = bucket
        self._respondent = respondent
        self._survey_id = survey_id
        self._lists = CampaignLists(s3, bucket)

    def find(self) -> Stored:
        """Return what is stored."""
        state = sessions.load_respondent(self._respondent)
        with_session = [one.survey_id for one in state.sessions if self._is_asked_for(one.survey_id)]
        with_entry = [one for one in result_index.surveys_of(self._respondent) if self._is_asked_for(one)]
        surveys = {*survey_ids(self._s3, self._bucket), *with_session, *with_entry}
        prefixes = [
            prefix
            for survey_id in sorted(surveys)
            if self._is_asked_for(survey_id)
            for prefix in self._prefixes(survey_id)
        ]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            versions = [one for found in pool.map(self._versions, prefixes) for one in found]
        asked_by = [
            (survey_id, campaign_id)
            for survey_id in sorted(surveys)
            if self._is_asked_for(survey_id)
            for campaign_id in campaigns_of(survey_id, self._respondent)
        ]
        lists = self._lists.find(self._respondent, self._survey_id)
        return Stored(with_session, with_entry, versions, state.opted_out, asked_by, lists)

    def delete(self) -> Stored:
        """Delete what is stored, and return what is still there: nothing, unless they answer just now."""
        left = self.find()
        for _ in range(_ROUNDS):
            if left.is_empty:
                break
            self._delete(left)
            left = self.find()
        return left

    def _delete(self, stored: Stored) -> None:
        for survey_id in stored.sessions:
            retry_on_conflict(lambda survey_id=survey_id: self._delete_session(survey_id))  # type: ignore[misc]
        for survey_id in stored.entries:
            remove_result(self._respondent, survey_id, self._now())
        for start in range(0, len(stored.versions), _KEYS_A_REQUEST):
            objects = stored.versions[start : start + _KEYS_A_REQUEST]
            answer = self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True})
            if answer.get("Errors"):
                raise PermissionError(answer["Errors"][0].get("Message", "objects cannot be deleted"))
        # The rows first: a run that takes one then stores it, and it is found afterwards.
        for key in stored.lists:
            self._lists.remove(key, self._respondent)
        for survey_id, campaign_id in stored.campaigns:
            retry_on_conflict(lambda ids=(survey_id, campaign_id): self._leave_campaign(*ids))  # type: ignore[misc]

    def _leave_campaign(self, survey_id: str, campaign_id: str) -> None:
        campaign = campaigns.load(survey_id, campaign_id)
        if campaign is None:
            discard(survey_id, self._respondent, campaign_id)
        else:
            forget(campaign, self._respondent)

    def _delete_session(self, survey_id: str) -> None:
        session = sessions.load(self._respondent, survey_id)
        if session is not None:
            sessions.delete(session)

    def _is_asked_for(self, survey_id: str) -> bool:
        return self._survey_id in ("", survey_id)

    def _prefixes(self, survey_id: str) -> Iterator[str]:
        """Yield beginnings of keys that no other respondent's have."""
        key = result_key(self._respondent, survey_id)
        yield key
        yield f"{OLDER_RESULTS_FOLDER}{key.removesuffix('json')}"
        file = key.rpartition("/")[2]
        for day in read_days(survey_id, "0", "9"):
            yield f"{ARCHIVE}survey={survey_id}/day={day.day}/{file}"

    def _versions(self, prefix: str) -> list["ObjectIdentifierTypeDef"]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
        return [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for page in pages
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
