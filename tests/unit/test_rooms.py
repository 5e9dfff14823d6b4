"""The rooms: what a folder holds, how long a file is, and that imports go one way.

Import-linter's contracts in pyproject.toml tell the rooms apart; what they cannot say is read here from the
source: a feature's modules outside of its three rooms are use cases, a domain reads neither the clock nor the
environment, a module of handlers/ is a Lambda of template.yaml, and imports make no circle.
"""

import ast
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.data.template import FUNCTIONS as LAMBDAS

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
SOURCES = (FUNCTIONS, ROOT / "layers" / "switchboard" / "python", ROOT)
PACKAGES = {
    package.parent.name: package.parent
    for source in SOURCES
    for package in source.glob("*/__init__.py")
    if package.parent.name != "tests"
}
FEATURES = sorted(name for name, folder in PACKAGES.items() if folder.parent == FUNCTIONS)
MODULES = sorted(path.relative_to(FUNCTIONS) for path in FUNCTIONS.rglob("*.py"))
DOMAIN = [path for path in MODULES if "domain" in path.parts]
STORAGE = [path for path in MODULES if "storage" in path.parts]
HANDLERS = [path for path in MODULES if "handlers" in path.parts and path.name != "__init__.py"]
USE_CASES = [path for path in MODULES if len(path.parts) == 2]

CLOCK_AND_ENVIRONMENT = {"time", "os", "random", "secrets", "uuid"}
NOW = {"now", "utcnow", "today"}
LONGEST_FILE = 300
MOST_MODULES = 20
MOST_USE_CASES = 12


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes())


def _imports(file: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, in functions too, but not those of types alone."""
    waiting: list[ast.AST] = [_tree(file)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _rooms(module: Path) -> set[str]:
    """Return the names right below its feature that a module imports."""
    return {
        name.split(".")[1] for name in _imports(FUNCTIONS / module) if name.startswith(f"{module.parts[0]}.")
    }


@pytest.mark.parametrize("module", DOMAIN, ids=str)
def test_a_domain_imports_only_itself_and_reads_neither_clock_nor_environment(module: Path) -> None:
    assert _rooms(module) <= {"domain"}
    assert not {name.partition(".")[0] for name in _imports(FUNCTIONS / module)} & CLOCK_AND_ENVIRONMENT
    called = [node.func for node in ast.walk(_tree(FUNCTIONS / module)) if isinstance(node, ast.Call)]
    assert not {name.attr for name in called if isinstance(name, ast.Attribute)} & NOW


@pytest.mark.parametrize("module", STORAGE, ids=str)
def test_storage_imports_no_use_case(module: Path) -> None:
    assert _rooms(module) <= {"storage", "domain", "settings"}


@pytest.mark.parametrize("module", USE_CASES, ids=str)
def test_a_use_case_imports_no_handler(module: Path) -> None:
    assert "handlers" not in _rooms(module)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_features_ask_aws_and_twilio_through_the_layer_alone(module: Path) -> None:
    doors = ("boto3", "botocore", "requests", "twilio.rest", "twilio.base", "twilio.http")
    assert not [
        name
        for name in _imports(FUNCTIONS / module)
        if f"{name}.".startswith(tuple(f"{door}." for door in doors))
    ]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_features_root_holds_few_modules(feature: str) -> None:
    assert (
        len([path for path in USE_CASES if path.parts[0] == feature and path.name != "__init__.py"])
        <= MOST_USE_CASES
    )


@pytest.mark.parametrize("module", HANDLERS, ids=str)
def test_a_handler_imports_no_other_handler(module: Path) -> None:
    assert "handlers" not in _rooms(module)


@pytest.mark.parametrize("feature", FEATURES)
def test_handlers_are_the_lambdas_of_the_template_and_nothing_else(feature: str) -> None:
    of_template = {
        function["Handler"]
        for function in LAMBDAS.values()
        if function["Handler"].startswith(f"{feature}.handlers.")
    }
    modules = [path for path in HANDLERS if path.parts[0] == feature]
    assert {".".join(path.with_suffix("").parts) + ".handler" for path in modules} == of_template
    folder = FUNCTIONS / feature / "handlers"
    assert {path.suffix for path in folder.glob("*") if path.is_file()} <= {".py"}


def test_a_lambda_is_named_by_its_feature_and_its_module() -> None:
    prefixes: dict[str, set[str]] = {}
    for name, function in LAMBDAS.items():
        feature, *_, module, _ = function["Handler"].split(".")
        suffix = "".join(part.capitalize() for part in module.split("_"))
        assert name.endswith(suffix), name
        prefixes.setdefault(feature, set()).add(name.removesuffix(suffix))
    assert set(prefixes) == set(FEATURES)
    assert all(len(found) == 1 for found in prefixes.values()), prefixes
    assert len(set.union(*prefixes.values())) == len(prefixes)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_is_short_and_a_folder_holds_few(package: str) -> None:
    files = list(PACKAGES[package].rglob("*.py"))
    too_long = [file for file in files if len(file.read_text(encoding="utf-8").splitlines()) >= LONGEST_FILE]
    assert not too_long
    folders = [file.parent for file in files if file.name != "__init__.py"]
    assert not {folder for folder in folders if folders.count(folder) > MOST_MODULES}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_make_no_circle(package: str) -> None:
    root = PACKAGES[package].parent
    modules = {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file
        for file in PACKAGES[package].rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for name, file in modules.items():
        found = {
            target if target in modules else target.rpartition(".")[0]
            for target in _imports(file)
            if target in modules or target.rpartition(".")[0] in modules
        }
        graph[name] = found - {name}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_every_feature_is_named_in_the_contracts_and_checked_by_mypy() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    linter = settings["importlinter"]
    contracts = {contract["name"]: contract for contract in linter["contracts"]}
    with_domain = {f"{feature}.domain" for feature in FEATURES if (FUNCTIONS / feature / "domain").is_dir()}

    assert set(FEATURES) <= set(linter["root_packages"])
    assert set(FEATURES) <= set(settings["mypy"]["packages"])
    assert set(FEATURES) <= set(contracts["The layer knows no feature"]["forbidden_modules"])
    for name, field in (
        ("Features know neither the local platform nor the tools", "source_modules"),
        ("Features do not know each other", "modules"),
        ("Features are layered: handlers, storage, domain", "containers"),
    ):
        assert set(contracts[name][field]) == set(FEATURES), name
    domains = contracts["Domains know neither AWS nor Twilio's REST API"]["source_modules"]
    assert set(domains) == with_domain
