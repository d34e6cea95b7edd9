"""The limits of our style, for every module that ships."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40

MODULES = sorted([*(ROOT / "app").rglob("*.py"), ROOT / "config.py", ROOT / "run.py"])
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def too_long(source: str, module: ast.Module) -> list[str]:
    lines = source.count("\n")
    found = [f"{lines} lines in one module"] if lines > LONGEST_MODULE else []
    for node in ast.walk(module):
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            found += [f"{node.name}: {length} lines"] if length > LONGEST_FUNCTION else []
    return found


def undescribed(module: ast.Module, path: str) -> list[str]:
    if not module.body:
        return []  # a package may be empty: importing it must import nothing
    nodes = [("the module", module), *public_classes(module)]
    if path.startswith("app/services/"):
        nodes += public_functions(module)
    return [label for label, node in nodes if not ast.get_docstring(node)]


def public_classes(module: ast.Module) -> Iterator[tuple[str, ast.ClassDef]]:
    for node in module.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node


def public_functions(module: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in module.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node.name, node


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_in_one_sitting(path: Path) -> None:
    assert too_long(path.read_text(), tree(path)) == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_classes_and_services_say_what_they_are_for(path: Path) -> None:
    assert undescribed(tree(path), name(path)) == []


def test_what_is_too_long_or_undescribed_is_found() -> None:
    source = "class A:\n    x = 1\n\ndef f():\n" + "    g()\n" * 300
    module = ast.parse(source)

    assert too_long(source, module) == ["304 lines in one module", "f: 301 lines"]
    assert undescribed(module, "app/services/x.py") == ["the module", "A", "f"]
    assert undescribed(module, "app/models/x.py") == ["the module", "A"]
