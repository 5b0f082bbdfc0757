"""The device: there is one, the CPU."""

from __future__ import annotations

from typing import Any

from autograd.errors import ArgumentError, complaint


class device:
    """Where a tensor lives: always "cpu". Any other name raises ArgumentError."""

    __slots__ = ("index", "type")

    index: int | None
    type: str

    def __init__(self, type: Any = "cpu", index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        name, _, number = str(type).partition(":")
        if name != "cpu":
            raise ArgumentError(complaint("device", "'cpu'", repr(type), "This library computes on the CPU only"))
        if number and not number.isdecimal():
            raise ArgumentError(complaint("device", "'cpu', or 'cpu:' and a number", repr(type)))
        self.type = name
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        return (
            f"device(type='{self.type}')" if self.index is None else f"device(type='{self.type}', index={self.index})"
        )

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))


CPU = device()


def check_device(wanted: Any) -> None:
    """Raise ArgumentError if `wanted` is neither None nor the CPU."""
    if wanted is not None and wanted is not CPU and wanted != "cpu":
        device(wanted)


def get_default_device() -> device:
    """The device of new tensors: the CPU."""
    return CPU


def set_default_device(device: Any) -> None:
    """Accept the CPU. Raises ArgumentError for any other device."""
    check_device(device)
