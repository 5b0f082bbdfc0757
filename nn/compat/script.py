"""Running a script as `python script.py` would, with PyTorch's names given by this library."""

from __future__ import annotations

import io
import os
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

import nn.compat.alias as alias

_SPAWNED = "nn.compat.spawned."
_ROOT = str(Path(__file__).resolve().parents[2])


def run(script: str, arguments: list[str]) -> None:
    """Run `script` as the main program, with `sys.argv`, `sys.path` and tracebacks as under plain Python.

    Raises FileNotFoundError if there is no such file, and what the script raises.
    """
    path = os.path.abspath(script)
    code = code_of(path)
    alias.install()
    sys.argv = [script, *arguments]
    sys.path[0] = str(Path(path).resolve().parent)
    if _ROOT not in sys.path:
        sys.path.append(_ROOT)
    main = ModuleType("__main__")
    main.__file__ = path
    # multiprocessing's spawn asks the spec which module the main program was.
    main.__spec__ = ModuleSpec(name_of(path), None, origin=path)
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    with _Uncaught(path):
        exec(code, main.__dict__)


def name_of(script: str) -> str:
    """The name by which a spawned process imports the script; see `nn.compat.spawned`."""
    return _SPAWNED + script.encode().hex()


def script_of(name: str) -> str | None:
    """The path of the script with that name; None for other modules' names."""
    return bytes.fromhex(name[len(_SPAWNED) :]).decode() if name.startswith(_SPAWNED) else None


def code_of(script: str) -> CodeType:
    """The code of the file. Raises OSError where it cannot be read, SyntaxError where it is none."""
    with io.open_code(script) as file:
        code: CodeType = compile(file.read(), script, "exec", dont_inherit=True)
    return code


def _explain(problem: BaseException) -> None:
    """Add to a failed `from torch.nn import X` what Python drops from the error behind it."""
    if not isinstance(problem, ImportError) or isinstance(problem, ModuleNotFoundError):
        return
    module = sys.modules.get(problem.name or "")
    wanted = str(problem).partition("name '")[2].partition("'")[0]
    if isinstance(module, alias.AliasModule) and wanted:
        try:
            getattr(module, wanted)
        except AttributeError as missing:
            problem.add_note(str(missing))


class _Uncaught:
    """Errors that leave the block are shown from the script's frames on, without those of this command."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, problem: BaseException | None, trace: TracebackType | None) -> None:
        if problem is not None:
            _explain(problem)
            self.hook = sys.excepthook
            sys.excepthook = self.show

    def show(self, kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        """`sys.excepthook` as the script left it, with a shorter traceback."""
        start = trace
        while start is not None and start.tb_frame.f_code.co_filename != self.path:
            start = start.tb_next
        problem.__traceback__ = start or trace
        self.hook(kind, problem, problem.__traceback__)
