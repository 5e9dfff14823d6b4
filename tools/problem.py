"""Problems that ``switchboard check-config`` reports."""

from dataclasses import dataclass
from typing import Literal

from switchboard.inputs.files import FileProblem


@dataclass(frozen=True)
class Problem(FileProblem):
    """Something wrong with a file, or a warning of something that works and was probably not meant."""

    severity: Literal["error", "warning"] = "error"
