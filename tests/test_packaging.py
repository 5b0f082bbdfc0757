"""What a user installs: the three packages, whole, typed, and quick to import."""

import subprocess
import sys
import tomllib

import pytest

from tests.source_tree import LIBRARY, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_takes_the_three_packages_and_nothing_else():
    find = PROJECT["tool"]["setuptools"]["packages"]["find"]
    assert find == {"include": [f"{name}*" for name in LIBRARY], "namespaces": False}
    top_level = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert {name for name in top_level if name.startswith(LIBRARY)} == set(LIBRARY)


@pytest.mark.parametrize("package", LIBRARY)
def test_every_folder_of_a_package_is_a_package(package):
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert folders, "an empty package"
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("package", LIBRARY)
def test_a_package_says_that_it_is_typed(package):
    assert (ROOT / package / "py.typed").exists()
    assert PROJECT["tool"]["setuptools"]["package-data"][package] == ["py.typed"]


def test_heavy_packages_are_imported_on_first_use():
    """Each of these costs more time than the rest of the import."""
    script = "import sys, autograd, nn, optim; print(*{'numba', 'matplotlib', 'safetensors'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
