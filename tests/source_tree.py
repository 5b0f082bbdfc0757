"""The project's Python files, parsed: what each imports, and where."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBRARY = ("autograd", "nn", "optim")
AROUND = ("benchmarks", "examples", "tests")


@dataclass(frozen=True)
class Import:
    """One imported name: `target` is a module, as far as one can tell from the text."""

    importer: str
    target: str
    line: int
    inside_function: bool
    for_types_only: bool
    star: bool = False

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


@dataclass(frozen=True)
class Source:
    """One file: its dotted module name (`autograd.ops` for `autograd/ops/__init__.py`) and its text."""

    module: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        return self.module.split(".")[0]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self, modules: set[str]) -> Iterator[Import]:
        """Every import; `from package import name` means the module `package.name` if `modules` has it."""
        yield from self._imports_below(self.tree, modules, inside_function=False, for_types_only=False)

    def _imports_below(self, parent: ast.AST, modules: set[str], **place: bool) -> Iterator[Import]:
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(self.module, alias.name, node.lineno, **place)
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                for alias in node.names:
                    full = f"{origin}.{alias.name}"
                    target = full if full in modules else origin
                    yield Import(self.module, target, node.lineno, **place, star=alias.name == "*")
            else:
                yield from self._imports_below(node, modules, **_place_of_children(node, place))

    def _origin(self, node: ast.ImportFrom) -> str:
        """The module after `from`, written out in full."""
        if node.level == 0:
            return node.module or ""
        parts = self.module.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join(parts + ([node.module] if node.module else []))


def _place_of_children(node: ast.AST, place: dict[str, bool]) -> dict[str, bool]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return place | {"inside_function": True}
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return place | {"for_types_only": True}
    return place


def read(*packages: str) -> list[Source]:
    """Every Python file under the named folders of the project."""
    return [_read_file(path) for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def _read_file(path: Path) -> Source:
    parts = path.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    return Source(".".join(parts[:-1] if is_package else parts), path.read_text(encoding="utf-8"), is_package)
