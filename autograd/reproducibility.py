"""PyTorch's settings that trade exact and reproducible results for speed: accepted, they change nothing here."""

from __future__ import annotations

from autograd.errors import ArgumentError, complaint

__all__ = [
    "get_float32_matmul_precision", "set_float32_matmul_precision", "set_flush_denormal",
    "use_deterministic_algorithms",
]  # fmt: skip


def get_float32_matmul_precision() -> str:
    """How float32 products are computed: always "highest"."""
    return "highest"


def set_float32_matmul_precision(precision: str) -> None:
    """Accept "highest", "high" or "medium": products are always of the highest. Raises ArgumentError for others."""
    if precision not in ("highest", "high", "medium"):
        raise ArgumentError(complaint("set_float32_matmul_precision", "'highest', 'high' or 'medium'", repr(precision)))


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Accepted for PyTorch's sake: every algorithm here gives the same numbers in each run and for any thread count."""


def set_flush_denormal(mode: bool) -> bool:
    """Whether numbers too small for their exponent can be set to zero: False, they are always kept."""
    return False
