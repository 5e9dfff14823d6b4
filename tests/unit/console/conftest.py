"""The console's tests, where its packages are installed (`make console`)."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("nicegui") else ["test_*.py"]
