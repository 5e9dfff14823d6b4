"""The log lines of the functions, as the call paths' tests read them."""

from tests.integration.ivr_path.conftest import lines

__all__ = ["lines"]
