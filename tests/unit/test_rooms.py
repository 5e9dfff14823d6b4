"""Inside of a feature, imports go one way: handlers, use cases, storage, domain; and domains decide alone.

Import-linter's contracts in pyproject.toml tell the rooms apart; what they cannot say is read here from the
source: a feature's modules outside of its three rooms are use cases, and a domain reads neither the clock nor
the environment.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
FEATURES = sorted(path.parent.name for path in FUNCTIONS.glob("*/__init__.py"))
MODULES = sorted(path.relative_to(FUNCTIONS) for path in FUNCTIONS.rglob("*.py"))
DOMAIN = [path for path in MODULES if "domain" in path.parts]
STORAGE = [path for path in MODULES if "storage" in path.parts]
HANDLERS = [path for path in MODULES if "handlers" in path.parts and path.name != "__init__.py"]

CLOCK_AND_ENVIRONMENT = {"time", "os", "random", "secrets", "uuid"}
NOW = {"now", "utcnow", "today"}


def _tree(module: Path) -> ast.Module:
    return ast.parse((FUNCTIONS / module).read_bytes())


def _imports(module: Path) -> Iterator[str]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _own(module: Path) -> set[str]:
    """Return the names right below its feature that a module imports."""
    feature = module.parts[0]
    return {name.split(".")[1] for name in _imports(module) if name.startswith(f"{feature}.")}


@pytest.mark.parametrize("module", DOMAIN, ids=str)
def test_a_domain_imports_only_itself_and_reads_neither_clock_nor_environment(module: Path) -> None:
    assert _own(module) <= {"domain"}
    assert not {name.partition(".")[0] for name in _imports(module)} & CLOCK_AND_ENVIRONMENT
    called = [node.func for node in ast.walk(_tree(module)) if isinstance(node, ast.Call)]
    assert not {name.attr for name in called if isinstance(name, ast.Attribute)} & NOW


@pytest.mark.parametrize("module", STORAGE, ids=str)
def test_storage_imports_no_use_case(module: Path) -> None:
    assert _own(module) <= {"storage", "domain", "settings"}


@pytest.mark.parametrize("module", HANDLERS, ids=str)
def test_a_module_of_handlers_is_one_lambda(module: Path) -> None:
    defined = {
        target.id
        for node in _tree(module).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    } | {node.name for node in _tree(module).body if isinstance(node, ast.FunctionDef)}
    assert "handler" in defined
    assert "handlers" not in _own(module)


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
