"""Activation functions as modules. What they compute stands in `nn.functional`."""

from __future__ import annotations

from typing import Any

import nn.functional as F
from autograd.errors import ShapeError, complaint
from nn.module import Module


class InPlace(Module):
    """An activation whose only setting is whether it writes its result into the input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(InPlace):
    """`nn.functional.relu`."""

    def forward(self, input: Any) -> Any:
        return F.relu(input, self.inplace)


class SELU(InPlace):
    """`nn.functional.selu`."""

    def forward(self, input: Any) -> Any:
        return F.selu(input, self.inplace)


class SiLU(InPlace):
    """`nn.functional.silu`."""

    def forward(self, input: Any) -> Any:
        return F.silu(input, self.inplace)


class Mish(InPlace):
    """`nn.functional.mish`."""

    def forward(self, input: Any) -> Any:
        return F.mish(input, self.inplace)


class Tanhshrink(Module):
    """`nn.functional.tanhshrink`."""

    def forward(self, input: Any) -> Any:
        return F.tanhshrink(input)


class Softsign(Module):
    """`nn.functional.softsign`."""

    def forward(self, input: Any) -> Any:
        return F.softsign(input)


class Tanh(Module):
    """`nn.functional.tanh`."""

    def forward(self, input: Any) -> Any:
        return F.tanh(input)


class Sigmoid(Module):
    """`nn.functional.sigmoid`."""

    def forward(self, input: Any) -> Any:
        return F.sigmoid(input)


class LogSigmoid(Module):
    """`nn.functional.logsigmoid`."""

    def forward(self, input: Any) -> Any:
        return F.logsigmoid(input)


class LeakyReLU(Module):
    """`nn.functional.leaky_relu`."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{if_inplace(self)}"


class ELU(Module):
    """`nn.functional.elu`."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Any) -> Any:
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{if_inplace(self)}"


class CELU(ELU):
    """`nn.functional.celu`."""

    def forward(self, input: Any) -> Any:
        return F.celu(input, self.alpha, self.inplace)


class GELU(Module):
    """`nn.functional.gelu`."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        return F.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """`nn.functional.softplus`."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Any) -> Any:
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class _AlongDim(Module):
    """A normalization along one dimension."""

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """`nn.functional.softmax`."""

    def forward(self, input: Any) -> Any:
        return F.softmax(input, self.dim, _stacklevel=5)


class Softmax2d(Module):
    """`nn.functional.softmax` over the channels of (N, C, H, W) or (C, H, W). Raises ShapeError for other inputs."""

    def forward(self, input: Any) -> Any:
        if input.ndim not in (3, 4):
            expected = "an input (N, C, H, W) or (C, H, W)"
            raise ShapeError(complaint("Softmax2d", expected, f"shape {tuple(input.shape)}"))
        return F.softmax(input, -3)


class GLU(Module):
    """`nn.functional.glu`."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmin(_AlongDim):
    """`nn.functional.softmin`."""

    def forward(self, input: Any) -> Any:
        return F.softmin(input, self.dim, _stacklevel=5)


class LogSoftmax(_AlongDim):
    """`nn.functional.log_softmax`."""

    def forward(self, input: Any) -> Any:
        return F.log_softmax(input, self.dim, _stacklevel=5)


def if_inplace(module: Any) -> str:
    """What the repr of a module says of its `inplace`, after other settings."""
    return ", inplace=True" if module.inplace else ""
