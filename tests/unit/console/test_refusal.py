"""What is said where the platform does not answer, and where the machine itself refuses."""

from http.client import RemoteDisconnected
from urllib.error import URLError

import pytest

from console.refusal import explain

GONE = (URLError(ConnectionRefusedError(111, "Connection refused")), RemoteDisconnected(), TimeoutError())


@pytest.mark.parametrize("error", GONE)
def test_a_platform_that_does_not_answer_is_asked_for(error: OSError) -> None:
    assert "is `make run` still running?" in explain(error)


def test_a_full_disk_is_not_called_a_platform_that_does_not_answer() -> None:
    assert explain(OSError(28, "No space left on device")) == (
        "This machine refuses: [Errno 28] No space left on device"
    )
