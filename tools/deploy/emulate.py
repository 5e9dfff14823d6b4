"""Every sample event, taken by what was built, under AWS's Runtime Interface Emulator.

``python -m tools.deploy.emulate`` runs it on the Lambdas' own Python, against the local platform's AWS and
Twilio. What is built is for arm64; on another machine the dependencies are built for that one first.
"""

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from local.log_lines import Terminal
from local.platform import Platform
from local.template import parameters
from local.template.application import Application
from local.template.document import Names, Template
from tools.deploy.build import BUILT, ROOT
from tools.deploy.packages import dependencies_layer, lambda_runtime
from tools.deploy.platform_python import find_python, runtime_version
from tools.lambda_emulator import EmulatorError, emulator, invoke_once
from tools.sample_events import NOT_FOUND, sample_events

_LAYER: Final = "DependenciesLayer"
_MACHINES: Final = ("x86_64", "aarch64")
_BUILT_FOR: Final = "aarch64"


def emulate(python: Path, version: str) -> Iterator[tuple[str, str]]:
    """Invoke every function with its sample event; yield its name and outcome.

    Raises
    ------
    EmulatorError
        A function failed, or answered with an error.
    """
    runtime = lambda_runtime(version)
    layer = BUILT / _LAYER / "python"
    used = layer if platform.machine() == _BUILT_FOR else dependencies_layer(python, version)
    built = Application(Template(BUILT / "template.yaml", Names(), parameters.TEMPLATE_PARAMETERS))
    with Platform(port=0, terminal=Terminal(quiet=True), watch=False) as running:
        for name, event in sample_events().items():
            function = built.functions[name]
            paths = [path.replace(str(layer.resolve()), str(used)) for path in function.paths]
            variables = running.functions.variables(running.application.functions[name])
            variables |= {
                "PYTHONPATH": os.pathsep.join([*paths, str(runtime)]),
                "PYTHONDONTWRITEBYTECODE": "1",
                "LAMBDA_TASK_ROOT": paths[0],
                "AWS_LAMBDA_FUNCTION_NAME": function.physical_name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            }
            # Without site-packages: nothing of this machine stands in for what was not built.
            done = invoke_once([str(python), "-S"], function.handler, event, variables)
            yield name, f"{judge(name, event, json.loads(done.answer)):<4} ready in {done.init_ms:4.0f} ms"


def judge(name: str, event: Mapping[str, Any], answer: Any) -> str:
    """Return the status that a function answered with, ``done`` where it answers no caller.

    Raises
    ------
    EmulatorError
        It refused its event, failed, or failed a part of it.
    """
    if "routeKey" in event:
        if answer["statusCode"] >= 400 and not (answer["statusCode"] == 404 and name in NOT_FOUND):
            raise EmulatorError(f"{name} answered {answer}")
        return str(answer["statusCode"])
    if isinstance(answer, Mapping) and answer.get("batchItemFailures"):
        raise EmulatorError(f"{name} failed items: {answer}")
    return "done"


def _skip(reason: str) -> None:
    print(f"\n*** NOT RUN under the Runtime Interface Emulator: {reason}\n", file=sys.stderr)


def main() -> int:
    """Return the exit status: 0 where every function takes its event, or where that cannot be tried."""
    version = runtime_version(ROOT / "template.yaml")
    python = find_python(version)
    if python is None:
        _skip(f"this machine has no Python {version}, which the Lambdas run on")
        return 0
    if platform.system() != "Linux" or platform.machine() not in _MACHINES:
        _skip(f"AWS has none for {platform.system()} on {platform.machine()}")
        return 0
    try:
        print(f"{emulator().name}, {python}", flush=True)
        for name, outcome in emulate(python, version):
            print(f"  {name:<30} {outcome}", flush=True)
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
