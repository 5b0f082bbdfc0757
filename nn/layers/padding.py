"""Padding as modules. What the modes mean, and what they refuse, stands at `nn.functional.pad`.

`padding` is one number for all ends, or one for each end, those of the last dimension first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nn.functional as F
from autograd.errors import ArgumentError, complaint
from nn.module import Module


class Pad(Module):
    """Padding of the last `dims` dimensions."""

    dims: int
    mode = "constant"

    def __init__(self, padding: int | Sequence[int]) -> None:
        super().__init__()
        ends = 2 * self.dims
        self.padding = (padding,) * ends if isinstance(padding, int) else tuple(padding)
        if len(self.padding) != ends:
            raise ArgumentError(complaint(self._get_name(), f"one number or {ends} of them", repr(padding)))

    def forward(self, input: Any) -> Any:
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPad(Pad):
    """Padding with a number."""

    def __init__(self, padding: int | Sequence[int], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Any:
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ReflectionPad(Pad):
    """Padding by reflection at the outermost elements."""

    mode = "reflect"


class ReplicationPad(Pad):
    """Padding by repetition of the outermost elements."""

    mode = "replicate"


class CircularPad(Pad):
    """Padding from the other end."""

    mode = "circular"


class ConstantPad1d(ConstantPad):
    """`nn.functional.pad` with a number, for the last dimension."""

    dims = 1


class ConstantPad2d(ConstantPad):
    """`nn.functional.pad` with a number, for the last two dimensions."""

    dims = 2


class ConstantPad3d(ConstantPad):
    """`nn.functional.pad` with a number, for the last three dimensions."""

    dims = 3


class ZeroPad1d(Pad):
    """`nn.functional.pad` with zeros, for the last dimension."""

    dims = 1


class ZeroPad2d(Pad):
    """`nn.functional.pad` with zeros, for the last two dimensions."""

    dims = 2


class ZeroPad3d(Pad):
    """`nn.functional.pad` with zeros, for the last three dimensions."""

    dims = 3


class ReflectionPad1d(ReflectionPad):
    """`nn.functional.pad` by reflection, for input (N, C, L) or (C, L)."""

    dims = 1


class ReflectionPad2d(ReflectionPad):
    """`nn.functional.pad` by reflection, for input (N, C, H, W) or (C, H, W)."""

    dims = 2


class ReflectionPad3d(ReflectionPad):
    """`nn.functional.pad` by reflection, for input (N, C, D, H, W) or (C, D, H, W)."""

    dims = 3


class ReplicationPad1d(ReplicationPad):
    """`nn.functional.pad` by repetition, for input (N, C, L) or (C, L)."""

    dims = 1


class ReplicationPad2d(ReplicationPad):
    """`nn.functional.pad` by repetition, for input (N, C, H, W) or (C, H, W)."""

    dims = 2


class ReplicationPad3d(ReplicationPad):
    """`nn.functional.pad` by repetition, for input (N, C, D, H, W) or (C, D, H, W)."""

    dims = 3


class CircularPad1d(CircularPad):
    """`nn.functional.pad` from the other end, for input (N, C, L) or (C, L)."""

    dims = 1


class CircularPad2d(CircularPad):
    """`nn.functional.pad` from the other end, for input (N, C, H, W) or (C, H, W)."""

    dims = 2


class CircularPad3d(CircularPad):
    """`nn.functional.pad` from the other end, for input (N, C, D, H, W) or (C, D, H, W)."""

    dims = 3
