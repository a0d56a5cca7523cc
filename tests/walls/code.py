"""Reading the program as text: its files, its functions, and what each function calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Name = tuple[str, str]  # module, function


def sources() -> list[Path]:
    """Every Python file of ours but the migrations."""
    found = [*ROOT.glob("cadra/**/*.py"), *ROOT.glob("tests/**/*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name == "conftest.py"


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@dataclass
class Function:
    """One function: its node and the names it calls, resolved through the imports of its module."""

    node: ast.FunctionDef
    calls: set[Name] = field(default_factory=set)


def _imported(tree: ast.Module) -> dict[str, Name]:
    """local name → (module, attribute); an imported module has the attribute ''."""
    found: dict[str, Name] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    return found


def _called(node: ast.AST, module: str, imported: dict[str, Name]) -> Iterator[Name]:
    for call in ast.walk(node):
        target = call.func if isinstance(call, ast.Call) else None
        if isinstance(target, ast.Name):
            yield imported.get(target.id, (module, target.id))
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            at = imported.get(target.value.id)
            if at:
                yield (".".join(filter(None, at)), target.attr)


@cache
def functions() -> dict[Name, Function]:
    """Every function at the top of a module of the program."""
    found: dict[Name, Function] = {}
    for path in sources():
        if is_test(path):
            continue
        module, tree = module_of(path), tree_of(path)
        imported = _imported(tree)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                found[module, node.name] = Function(node, set(_called(node, module, imported)))
            elif isinstance(node, ast.ImportFrom) and path.name == "__init__.py":
                # a package that hands on what its modules define
                for alias in node.names:
                    found.setdefault(
                        (module, alias.asname or alias.name),
                        Function(ast.FunctionDef(alias.name), {(node.module or "", alias.name)}),
                    )
    return found


def reaches(start: Name, goals: set[Name]) -> bool:
    """Does this function call one of the goals, directly or through functions of ours?"""
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name in goals:
            return True
        if name in seen:
            continue
        seen.add(name)
        known = functions().get(name)
        waiting += known.calls if known else ()
    return False
