"""What is raised for files that cannot be read."""

from __future__ import annotations

from autograd.errors import ArgumentError, complaint


class FileFormatError(ArgumentError):
    """A file is cut off, damaged, of another format, or holds what must not be loaded."""


def damaged(name: str, problem: str) -> FileFormatError:
    """The error for a file `name` in which `problem` was found."""
    cure = "It may be cut off or damaged: save it again, or load an older copy"
    return FileFormatError(complaint("load", f"a whole, undamaged file {name}", problem, cure))


def refused(name: str, problem: str) -> FileFormatError:
    """The error for a file `name` that asks for something that is never done."""
    cure = "Nothing in a file is ever executed: save state_dict() instead of a model, and plain data instead of objects"
    return FileFormatError(complaint("load", f"plain data in {name}", problem, cure))


def unknown_dtype(name: str, problem: Exception) -> FileFormatError:
    """The error for a file `name` with tensors of a type that does not exist here."""
    return FileFormatError(complaint("load", f"types that exist here in {name}", str(problem)))


def unknown_class(name: str, kind: object) -> FileFormatError:
    """The error for a file `name` with an object of a class that is neither given nor registered."""
    cure = f"If you trust it, call load(..., classes=[{kind}]) or autograd.serialization.add_safe_globals([{kind}])"
    return FileFormatError(complaint("load", f"objects of known classes in {name}", f"one of {kind}", cure))
