"""The laws of docs/architecture.md, read from the source: names, purity, keys, sizes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from voorzieningen import schema
from voorzieningen.cli import main
from voorzieningen.config import Catalogue, load_catalogue
from voorzieningen.pipeline import STAGES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "voorzieningen"
MODULES = sorted(SOURCE.rglob("*.py"))
STAGE_NAMES = [stage.name for stage in STAGES]
TOUCH_DISK = {
    "__init__",
    "__main__",
    "artefacts",
    "cli",
    "config",
    "pipeline",
    "read",
    "report",
    "sample",
    "store",
    "workspace",
}
PURE_MODULES = [path for path in MODULES if path.relative_to(SOURCE).parts[0].removesuffix(".py") not in TOUCH_DISK]
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc"}
MAX_FUNCTION_LINES = 40

# Words of the code that some block of the catalogue happens to be called as well.
ALSO_WORDS = {
    "groen": "a status, and the norm for parks",
}


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_the_stages_stand_in_their_order() -> None:
    assert STAGE_NAMES == ["read", "network", "facilities", "residents", "reach", "tracks", "gaps", "report"]


@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_a_stage_is_a_module_a_command_and_a_test_file_of_one_name(stage: str) -> None:
    assert (SOURCE / f"{stage}.py").is_file() or (SOURCE / stage / "__init__.py").is_file()
    assert stage in main.commands
    tests = ROOT / "tests" / "unit"
    assert (tests / f"test_{stage}.py").is_file() or any(tests.glob(f"test_{stage}_*.py"))


def test_every_table_is_made_by_a_stage() -> None:
    assert {stage for table in schema.TABLES.values() for stage in table.stages} <= set(STAGE_NAMES)


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_the_middle_touches_no_files(path: Path) -> None:
    touching = [
        f"line {call.lineno}: {name}" for call, name in _calls(tree_of(path)) if name == "open" or _is_file_method(name)
    ]

    assert touching == []


@pytest.mark.parametrize("path", PURE_MODULES, ids=name_of)
def test_the_middle_does_not_know_the_store(path: Path) -> None:
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }

    assert not [name for name in imported if name.startswith("voorzieningen.store")]


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, f".{node.func.attr}"


def _is_file_method(name: str) -> bool:
    formats = ("file", "parquet", "csv", "excel", "feather", "text", "bytes", "pickle")
    return name == ".open" or name in {f".{verb}_{kind}" for verb in ("read", "write", "to") for kind in formats}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_spells_a_key_of_the_catalogue(path: Path) -> None:
    keys = _keys(load_catalogue()) - ALSO_WORDS.keys()

    spelled = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and node.value in keys
    ]

    assert spelled == []


def _keys(catalogue: Catalogue) -> set[str]:
    return {*catalogue.facility_type, *catalogue.target_group, *catalogue.profile, *catalogue.norm}


def test_the_words_that_are_keys_too_are_still_both() -> None:
    assert ALSO_WORDS.keys() <= _keys(load_catalogue())
    assert ALSO_WORDS.keys() <= {*schema.STATUSES, *schema.VERDICTS, *schema.UNITS}


def test_no_module_is_a_drawer() -> None:
    parts = {part.removesuffix(".py").strip("_") for path in MODULES for part in path.relative_to(SOURCE).parts}

    assert not parts & DRAWERS


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_a_screen(path: Path) -> None:
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        for lines in [_lines_of_code(node)]
        if lines > MAX_FUNCTION_LINES
    ]

    assert long == []


def _lines_of_code(function: ast.FunctionDef) -> int:
    """Count the lines of a body, the docstring left out."""
    first = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0
