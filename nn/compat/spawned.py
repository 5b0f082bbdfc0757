"""The main program again, in a process that multiprocessing has spawned.

Such a process imports the main program by its name. That of a script here is `nn.compat.spawned.` and the script's path
in hexadecimal digits: to import it is to import this module first, which makes PyTorch's names ours there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import NoReturn

import nn.compat.alias as alias
from nn.compat.script import code_of, script_of

__path__: list[str] = []


class ScriptFinder(MetaPathFinder, InspectLoader):
    """Finds scripts by the names that `script.name_of` gives them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec at the script's place; None for other names."""
        script = script_of(fullname)
        if script is None:
            return None
        spec = ModuleSpec(fullname, self, origin=script)
        spec.has_location = True
        return spec

    def get_code(self, fullname: str) -> CodeType:
        """The script's code."""
        return code_of(script_of(fullname) or fullname)

    def get_source(self, fullname: str) -> NoReturn:
        """Raises ImportError: tracebacks read the file itself."""
        raise ImportError(f"{fullname} is read from its file")


alias.install(ScriptFinder())
