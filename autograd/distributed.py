"""What scripts ask of a process group, answered for one process."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, complaint

__all__ = [
    "barrier", "destroy_process_group", "get_rank", "get_world_size", "init_process_group", "is_available",
    "is_initialized",
]  # fmt: skip


def is_available() -> bool:
    """Always False."""
    return False


def is_initialized() -> bool:
    """Always False."""
    return False


def get_rank(group: Any = None) -> int:
    """Always 0."""
    return 0


def get_world_size(group: Any = None) -> int:
    """Always 1."""
    return 1


def barrier(group: Any = None) -> None:
    """Nothing: there is nobody to wait for."""


def init_process_group(backend: str | None = None, **options: Any) -> None:
    """Raises ArgumentError: there are no groups of processes."""
    raise ArgumentError(complaint("init_process_group", "one process", "a group", "Start the script without torchrun"))


def destroy_process_group(group: Any = None) -> None:
    """Nothing: there is no group."""
