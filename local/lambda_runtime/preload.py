"""Import what handlers import, once, so that the environments that are forked need not.

A handler's own module runs in each environment alone, as its decorators read settings and secrets.
"""

import ast
import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

INITIALIZING = "AWS_LAMBDA_INITIALIZATION_TYPE"
"""Lambda's variable, by which code knows that it runs in an execution environment."""


class Preloaded:
    """The application's modules that this process has imported.

    Parameters
    ----------
    paths
        Where the code is: function and layers, in the order of `sys.path`.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = list(paths)
        self._files: dict[str, tuple[int, int]] = {}

    def add(self, handler: str, variables: Mapping[str, str]) -> None:
        """Import what the module of a handler imports at its top level, with the variables of its function.

        What cannot be imported is left to the environment, where its error belongs.
        """
        before, path = dict(os.environ), list(sys.path)
        os.environ.update({name: text for name, text in variables.items() if name != INITIALIZING})
        sys.path[:0] = self._paths
        try:
            for module, names in _imports(self._file(handler)):
                with contextlib.suppress(Exception, SystemExit):
                    imported = importlib.import_module(module)
                    for name in names:
                        if not hasattr(imported, name):
                            importlib.import_module(f"{module}.{name}")
        finally:
            sys.path[:] = path
            os.environ.clear()
            os.environ.update(before)
            self._note()

    def is_current(self) -> bool:
        """Tell whether the files of all these modules are as they were."""
        return all(_signature(file) == known for file, known in self._files.items())

    def _file(self, handler: str) -> Path:
        relative = handler.rpartition(".")[0].replace(".", "/") + ".py"
        return next(
            (file for path in self._paths if (file := Path(path, relative)).is_file()), Path(os.devnull)
        )

    def _note(self) -> None:
        for module in list(sys.modules.values()):
            file: Any = getattr(module, "__file__", None)
            if file and file not in self._files and str(file).startswith(tuple(self._paths)):
                self._files[file] = _signature(file)


def _imports(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each module that a file imports at its top level, and the names that it takes from there."""
    with contextlib.suppress(SyntaxError, ValueError, OSError):
        for statement in ast.parse(file.read_bytes()).body:
            if isinstance(statement, ast.Import):
                yield from ((alias.name, []) for alias in statement.names)
            elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
                yield statement.module, [alias.name for alias in statement.names if alias.name != "*"]


def _signature(file: str) -> tuple[int, int]:
    try:
        found = Path(file).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
