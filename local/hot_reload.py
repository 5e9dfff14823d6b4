"""Hot reload: edited configuration is uploaded, and functions start anew after a change of their code.

Files are looked at a few times a second, which works on every disk.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.aws.moto_server import Aws, Call
from local.config_files import ConfigFiles, files_below
from local.lambda_runtime.functions import Functions
from local.log_lines import Terminal
from local.template.application import Application
from local.template.parameters import LAMBDA_KEY

_SHOWN = 3
_SECONDS = 0.4
_LOG = logging.getLogger(__name__)


class HotReload:
    """Follows changes that are made outside the functions.

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
    config_directory
        What the bucket is kept in step with; None, or a directory that does not exist, uploads nothing.
    """

    def __init__(
        self,
        application: Application,
        aws: Aws,
        functions: Functions,
        terminal: Terminal,
        config_directory: Path | None,
    ) -> None:
        self._application = application
        self._functions = functions
        self._terminal = terminal
        self._config_files: ConfigFiles | None = None
        if application.config_bucket and config_directory is not None and config_directory.is_dir():
            self._config_files = ConfigFiles(config_directory, application.config_bucket, aws.client("s3"))
        self._watcher: Watcher | None = None
        aws.on_call(self._see)

    def upload(self) -> None:
        """Upload the configuration to the bucket."""
        if self._config_files:
            self._config_files.upload_all()

    def watch(self) -> None:
        """Start watching for edits on disk."""
        functions = self._application.functions.values()
        code = sorted({Path(path) for function in functions for path in function.paths})
        watched = [Watched(code, self._code_changed)]
        if self._config_files:
            watched.append(Watched([self._config_files.directory], self._config_changed))
        self._watcher = Watcher(watched)
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching."""
        if self._watcher:
            self._watcher.stop()

    def _code_changed(self, paths: Sequence[Path]) -> None:
        self._functions.recycle()
        self._terminal.say(f"code changed ({_listed(path.name for path in paths)}): functions start anew")

    def _config_changed(self, paths: Sequence[Path]) -> None:
        if self._config_files:
            self._terminal.say(f"uploaded {_listed(self._config_files.upload(paths))}")

    def _see(self, call: Call) -> None:
        if call.service == "s3" and call.writes and call.access_key != LAMBDA_KEY:
            self._functions.replace_readers(*call.s3_object)


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


@dataclass(frozen=True)
class Watched:
    """Directories, and the callback for paths below them that were edited, added or removed."""

    directories: Sequence[Path]
    on_change: Callable[[Sequence[Path]], None]


class Watcher:
    """Watches directories in a thread of its own.

    Parameters
    ----------
    watched
        What to look at.
    """

    def __init__(self, watched: Sequence[Watched]) -> None:
        self._watched = [(item, files_below(item.directories)) for item in watched]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="watch")

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(_SECONDS):
            for index, (item, before) in enumerate(self._watched):
                try:
                    now = files_below(item.directories)
                    changed = _difference(before, now)
                    if changed:
                        item.on_change(changed)
                    self._watched[index] = (item, now)
                except Exception:  # noqa: BLE001
                    # Half-written files and a bucket that has just gone are tried again at the next look.
                    _LOG.debug("could not follow an edit", exc_info=True)


def _difference(before: Mapping[Path, tuple[int, int]], now: Mapping[Path, tuple[int, int]]) -> list[Path]:
    return sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
