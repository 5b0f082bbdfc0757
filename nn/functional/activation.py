"""Activation functions."""

from __future__ import annotations

import warnings
from typing import Any

import autograd.ops.activation as ops
import autograd.ops.selection as selection
import autograd.ops.softmax as normalized
from autograd.creation import empty_like, zeros_like
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.exponential import log, sigmoid
from autograd.ops.indexing import narrow
from autograd.ops.inplace import overwrite
from autograd.ops.trigonometry import tanh

__all__ = [
    "celu", "celu_", "elu", "elu_", "gelu", "glu", "gumbel_softmax", "leaky_relu", "leaky_relu_", "log_softmax",
    "logsigmoid", "mish", "relu", "relu_", "selu", "selu_", "sigmoid", "silu", "softmax", "softmin", "softplus",
    "softsign", "tanh", "tanhshrink",
]  # fmt: skip

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


def relu(input: Any, inplace: bool = False) -> Any:
    """max(0, x) of each element; `inplace` writes the result into the input.

    Source: Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines" (2010).
    """
    return _stored(input, selection.relu(input), "relu_") if inplace else selection.relu(input)


def relu_(input: Any) -> Any:
    """`relu` in place."""
    return relu(input, inplace=True)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x where positive, negative_slope·x elsewhere.

    Source: Maas et al., "Rectifier nonlinearities improve neural network acoustic models" (2013).
    """
    result = ops.leaky_relu(input, negative_slope=negative_slope)
    return _stored(input, result, "leaky_relu_") if inplace else result


def leaky_relu_(input: Any, negative_slope: float = 0.01) -> Any:
    """`leaky_relu` in place."""
    return leaky_relu(input, negative_slope, inplace=True)


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where positive, alpha·(exp(x) − 1) elsewhere.

    Source: Clevert et al., "Fast and accurate deep network learning by exponential linear units" (2015).
    """
    result = ops.elu(input, alpha=alpha)
    return _stored(input, result, "elu_") if inplace else result


def elu_(input: Any, alpha: float = 1.0) -> Any:
    """`elu` in place."""
    return elu(input, alpha, inplace=True)


def selu(input: Any, inplace: bool = False) -> Any:
    """1.0507·elu(x) with alpha 1.6733, which drives activations towards mean 0 and variance 1.

    Source: Klambauer et al., "Self-normalizing neural networks" (2017).
    """
    result = ops.elu(input, alpha=_SELU_ALPHA, scale=_SELU_SCALE)
    return _stored(input, result, "selu_") if inplace else result


def selu_(input: Any) -> Any:
    """`selu` in place."""
    return selu(input, inplace=True)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x where positive, alpha·(exp(x / alpha) − 1) elsewhere. Raises ArgumentError for alpha 0.

    Source: Barron, "Continuously differentiable exponential linear units" (2017).
    """
    if alpha == 0:
        raise ArgumentError(complaint("celu", "an alpha that is not 0", str(alpha)))
    result = ops.elu(input, alpha=alpha, input_scale=1 / alpha)
    return _stored(input, result, "celu_") if inplace else result


def celu_(input: Any, alpha: float = 1.0) -> Any:
    """`celu` in place."""
    return celu(input, alpha, inplace=True)


def gelu(input: Any, approximate: str = "none") -> Any:
    """x·Φ(x), Φ the normal distribution function; `approximate="tanh"` takes a hyperbolic tangent for it.

    Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
    """
    if approximate not in ("none", "tanh"):
        raise ArgumentError(complaint("gelu", 'approximate "none" or "tanh"', repr(approximate)))
    return ops.gelu(input) if approximate == "none" else ops.gelu_tanh(input)


def silu(input: Any, inplace: bool = False) -> Any:
    """x·sigmoid(x), also known as swish. Source: Elfwing et al., "Sigmoid-weighted linear units" (2017)."""
    return _stored(input, ops.silu(input), "silu_") if inplace else ops.silu(input)


def mish(input: Any, inplace: bool = False) -> Any:
    """x·tanh(softplus(x)). Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019)."""
    return _stored(input, ops.mish(input), "mish_") if inplace else ops.mish(input)


def tanhshrink(input: Any) -> Any:
    """x − tanh(x)."""
    return ops.tanhshrink(input)


def softsign(input: Any) -> Any:
    """x / (1 + |x|)."""
    return ops.softsign(input)


def glu(input: Any, dim: int = -1) -> Any:
    """The first half of the input along `dim` times the sigmoid of the second. Raises ShapeError for an odd size.

    Source: Dauphin et al., "Language modeling with gated convolutional networks" (2017).
    """
    if input.ndim == 0 or input.shape[dim] % 2:
        raise ShapeError(complaint("glu", f"an even size along dimension {dim}", f"shape {tuple(input.shape)}"))
    half = input.shape[dim] // 2
    return narrow(input, dim, 0, half) * sigmoid(narrow(input, dim, half, half))


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + exp(beta·x)) / beta, and x itself where beta·x exceeds the threshold."""
    return ops.softplus(input, beta=beta, threshold=threshold)


def logsigmoid(input: Any) -> Any:
    """log(sigmoid(x)), without loss for large negative x."""
    return -ops.softplus(-input, threshold=float("inf"))


def softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """exp(x) divided by its sum along `dim`; `dtype`: cast to it first. Without `dim` it warns and guesses."""
    return normalized.softmax(input, _chosen_dim("softmax", input, dim, _stacklevel), dtype=dtype)


def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """softmax(−x) along `dim`."""
    return normalized.softmax(-input, _chosen_dim("softmin", input, dim, _stacklevel), dtype=dtype)


def log_softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """log(softmax(x)) along `dim`, in one stable step; `dtype` and a missing `dim` as for `softmax`."""
    return normalized.log_softmax(input, _chosen_dim("log_softmax", input, dim, _stacklevel), dtype=dtype)


def gumbel_softmax(logits: Any, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Any:
    """A sample of the Gumbel-softmax distribution: softmax((logits + Gumbel noise) / tau) along `dim`.

    `hard`: the one-hot vector of its largest element, with the gradient of the soft sample. `eps` has no effect.
    Sources: Jang et al., "Categorical reparameterization with Gumbel-softmax" (2017); Maddison et al., "The concrete
    distribution" (2017).
    """
    noise = -log(empty_like(logits).detach().exponential_())
    soft = normalized.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    chosen = soft.max(dim, keepdim=True)[1]
    return zeros_like(logits).detach().scatter_(dim, chosen, 1.0) - soft.detach() + soft


def _chosen_dim(where: str, input: Any, dim: int | None, stacklevel: int) -> int:
    if dim is not None:
        return dim
    guess = 0 if input.ndim in (0, 1, 3) else 1
    warnings.warn(f"{where}: no dim was given; taking {guess}. Pass dim=...", stacklevel=stacklevel)
    return guess


def _stored(input: Any, result: Any, name: str) -> Any:
    return overwrite(input, result, name)
