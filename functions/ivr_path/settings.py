"""The settings of this feature, from the function's environment."""

from switchboard.settings import Settings, Words, from_environment


class IvrPathSettings(Settings):
    """Settings of paths, as template.yaml sets them.

    Attributes
    ----------
    ivr_paths_table : str
        The DynamoDB table.
    ivr_bucket : str
        The bucket for contexts too large for the table, and for the archive.
    ivr_queue_url : str
        The queue of calls whose path is to be recorded.
    ivr_path_seconds : int
        Retention of a record; 0: for ever.
    archive_ivr_paths : bool
        Whether each finished record is also written to the archive.
    ivr_retry_seconds : tuple[str, ...]
        Pauses before each attempt to record a path, at most 900 s each (SQS's longest delay). The first is
        the delay of the queue itself.
    """

    ivr_paths_table: str = ""
    ivr_bucket: str = ""
    ivr_queue_url: str = ""
    ivr_path_seconds: int = 86_400
    archive_ivr_paths: bool = False
    ivr_retry_seconds: Words = ()


def settings() -> IvrPathSettings:
    """Return the settings."""
    return from_environment(IvrPathSettings)
