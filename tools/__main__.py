"""Start of the ``switchboard`` command: makes the project's packages importable, then reads arguments."""

import os
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = (_ROOT, _ROOT / "functions", _ROOT / "layers" / "switchboard" / "python")


def main() -> None:
    """Run the command from any directory, and exit with its code."""
    sys.path[:0] = [str(directory) for directory in _PACKAGES]
    compiled = Path(sys.prefix) / "pycache"
    if sys.prefix != sys.base_prefix and sys.pycache_prefix is None:
        # The Makefile compiles the packages to this place; child processes read it from the environment.
        sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(compiled)
    from local.timeouts import ScaledTime, scale
    from tools.cli import app

    if scale() != 1:
        ScaledTime(scale()).scale_sockets()
    app(prog_name="switchboard")


if __name__ == "__main__":
    main()
