"""Activation functions of straight pieces as modules. What they compute stands in `nn.functional`."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.creation import full
from autograd.ops.selection import heaviside
from autograd.ops.sign import sign
from nn.layers.activation import InPlace, if_inplace
from nn.module import Module
from nn.parameter import Parameter


class Hardtanh(Module):
    """`nn.functional.hardtanh`."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{if_inplace(self)}"


class ReLU6(Hardtanh):
    """`nn.functional.relu6`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class _Quiet(InPlace):
    """As PyTorch has it, the repr says nothing of `inplace`."""

    def extra_repr(self) -> str:
        return ""


class Hardsigmoid(_Quiet):
    """`nn.functional.hardsigmoid`."""

    def forward(self, input: Any) -> Any:
        return F.hardsigmoid(input, self.inplace)


class Hardswish(_Quiet):
    """`nn.functional.hardswish`."""

    def forward(self, input: Any) -> Any:
        return F.hardswish(input, self.inplace)


class Hardshrink(Module):
    """`nn.functional.hardshrink`."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """`nn.functional.softshrink`."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Threshold(Module):
    """`nn.functional.threshold`."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{if_inplace(self)}"


class PReLU(Module):
    """`nn.functional.prelu` with a learnt weight (num_parameters,), `init` at first."""

    def __init__(self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(full((num_parameters,), float(init), dtype=dtype, device=device))

    def reset_parameters(self) -> None:
        """Set every weight to `init` again."""
        self.weight.data.fill_(self.init)

    def forward(self, input: Any) -> Any:
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """`nn.functional.rrelu`, with random slopes in training mode."""

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{if_inplace(self)}"


class Sign(Module):
    """The threshold unit with values -1, 0 at 0, and 1; its derivative is 0."""

    def forward(self, input: Any) -> Any:
        return sign(input)


class Heaviside(Module):
    """The threshold unit with values 0 and 1, `value` at 0; its derivative is 0.

    Source: McCulloch and Pitts, "A logical calculus of the ideas immanent in nervous activity" (1943).
    """

    def __init__(self, value: float = 1.0) -> None:
        super().__init__()
        self.value = value

    def forward(self, input: Any) -> Any:
        return heaviside(input, input.new_full((), self.value))

    def extra_repr(self) -> str:
        return f"value={self.value}"
