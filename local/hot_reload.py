"""Edits take effect at once: configuration is uploaded, code starts anew, an outsider's upload is heeded."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from local.aws.moto_server import LAMBDA_KEY, Aws, Call
from local.config_files import ConfigFiles
from local.lambda_runtime.functions import Functions
from local.log_lines import Terminal
from local.template.application import Application
from local.watch import Watched, Watcher

_SHOWN = 3


class Edits:
    """Follows what changes outside the functions.

    Parameters
    ----------
    application
        Whose code is watched.
    aws
        Whose buckets are watched.
    functions
        What starts anew after a change.
    terminal
        Where a change is told.
    config_files
        What keeps the bucket in step with a directory; None where there is nothing to upload.
    """

    def __init__(
        self,
        application: Application,
        aws: Aws,
        functions: Functions,
        terminal: Terminal,
        config_files: ConfigFiles | None,
    ) -> None:
        self._application = application
        self._functions = functions
        self._terminal = terminal
        self._config_files = config_files
        self._watcher: Watcher | None = None
        aws.on_call(self._see)

    def upload(self) -> None:
        """Put the configuration into the bucket."""
        if self._config_files:
            self._config_files.upload_all()

    def watch(self) -> None:
        """Begin to look for edits on disk."""
        functions = self._application.functions.values()
        code = sorted({Path(path) for function in functions for path in function.paths})
        watched = [Watched(code, self._code_changed)]
        if self._config_files:
            watched.append(Watched([self._config_files.directory], self._config_changed))
        self._watcher = Watcher(watched)
        self._watcher.start()

    def stop(self) -> None:
        """Look no more."""
        if self._watcher:
            self._watcher.stop()

    def _code_changed(self, paths: Sequence[Path]) -> None:
        self._functions.recycle()
        self._terminal.say(f"code changed ({_listed(path.name for path in paths)}): functions start anew")

    def _config_changed(self, paths: Sequence[Path]) -> None:
        if self._config_files:
            self._terminal.say(f"uploaded {_listed(self._config_files.upload(paths))}")

    def _see(self, call: Call) -> None:
        # Functions keep configuration in memory for a while; whoever uploads a file wants it used at once.
        if call.service == "s3" and call.writes and call.access_key != LAMBDA_KEY:
            self._functions.recycle()


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more
