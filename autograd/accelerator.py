"""What scripts ask of an accelerator, answered for a machine without one."""

from __future__ import annotations

__all__ = ["current_accelerator", "device_count", "is_available", "synchronize"]


def is_available() -> bool:
    """Always False: this library computes on the CPU."""
    return False


def current_accelerator(check_available: bool = False) -> None:
    """Always None."""


def device_count() -> int:
    """Always 0."""
    return 0


def synchronize() -> None:
    """Nothing: results are there when a call returns."""
