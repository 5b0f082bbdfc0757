"""Normalization to mean 0 and variance 1: over a batch, over groups of channels, over rows. Checks: `nn.functional`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import kernels
from autograd.general_call import operation
from autograd.ops.reduction import mean
from autograd.ops.shape import reshape
from autograd.typing import Array


def _wide(x: Any) -> Any:
    """An array as kernels take it: float16 as float32."""
    return None if x is None else x.astype(np.float32) if x.dtype.itemsize == 2 else x


def _standardized(x: Any, dims: tuple[int, ...], eps: float) -> Any:
    centred = x - mean(x, dims, True)
    return centred * (mean(centred * centred, dims, True) + eps) ** -0.5


def _scaled(x: Any, weight: Any, bias: Any, shape: tuple[int, ...]) -> Any:
    found = x if weight is None else x * reshape(weight, shape)
    return found if bias is None else found + reshape(bias, shape)


def _present(gradients: Any, input: Any, weight: Any, bias: Any) -> tuple[Any, Any, Any]:
    operands = input, weight, bias
    return tuple(
        None if x is None else g.astype(input.dtype, copy=False) for g, x in zip(gradients, operands, strict=True)
    )


def _batch_back(g: Any, input: Any, weight: Any, bias: Any, running: Any, workspace: list[Any]) -> Any:
    used = workspace[0]
    found = kernels.normalization.batch_backward(_wide(g), _wide(input), _wide(weight), used, running is not None)
    return _present(found, input, weight, bias)


def _batch_parts(input: Any, weight: Any, bias: Any, running: Any, eps: float, workspace: list[Any]) -> Any:
    channels = (1, input.shape[1]) + (1,) * (input.ndim - 2)
    if running is None:
        found = _standardized(input, (0, *range(2, input.ndim)), eps)
    else:
        centre, variance = (input.new_tensor(x).reshape(channels) for x in running)
        found = (input - centre) * (variance + eps) ** -0.5
    return _scaled(found, weight, bias, channels)


@operation(operands=("input", "weight", "bias"), joint=_batch_back, decompose=_batch_parts)
def batch_norm(
    input: Any, weight: Any, bias: Any, running: tuple[Array, Array] | None, eps: float, workspace: list[Any]
) -> Any:
    """Each channel of `input` (N, C, *) to mean 0 and variance 1 over the batch, times weight (C,) plus bias (C,).

    `running`: mean and variance (C,) to use instead of the batch's. `workspace`, an empty list, receives mean, inverse
    deviation and variance in float64.
    """
    given = None
    if running is not None:
        centre, variance = (np.asarray(x, np.float64) for x in running)
        given = kernels.normalization.Statistics(centre, 1 / np.sqrt(variance + eps), variance)
    out, used = kernels.normalization.batch_forward(_wide(input), _wide(weight), _wide(bias), eps, given)
    workspace.append(used)
    return out.astype(input.dtype, copy=False)


def _group_back(g: Any, input: Any, weight: Any, bias: Any, groups: int, workspace: list[Any]) -> Any:
    found = kernels.normalization.group_backward(_wide(g), _wide(input), groups, _wide(weight), workspace[0])
    return _present(found, input, weight, bias)


def _group_parts(input: Any, weight: Any, bias: Any, groups: int, eps: float, workspace: list[Any]) -> Any:
    rows = reshape(input, (input.shape[0], groups, -1))
    found = reshape(_standardized(rows, (2,), eps), input.shape)
    return _scaled(found, weight, bias, (1, input.shape[1]) + (1,) * (input.ndim - 2))


@operation(operands=("input", "weight", "bias"), joint=_group_back, decompose=_group_parts)
def group_norm(input: Any, weight: Any, bias: Any, groups: int, eps: float, workspace: list[Any]) -> Any:
    """Each of `groups` groups of channels of each sample of `input` (N, C, *) to mean 0 and variance 1, then
    times weight (C,) plus bias (C,).

    `workspace`, an empty list, receives what the gradient needs.
    """
    out, used = kernels.normalization.group_forward(_wide(input), groups, _wide(weight), _wide(bias), eps)
    workspace.append(used)
    return out.astype(input.dtype, copy=False)


def _rows_back(g: Any, input: Any, weight: Any, bias: Any, centred: bool, workspace: list[Any]) -> Any:
    used = workspace[0]
    found = kernels.row_normalization.backward(_wide(g), _wide(input), _wide(weight), used, centred)
    return _present(found, input, weight, bias)


def _rows_parts(input: Any, weight: Any, bias: Any, centred: bool, eps: float, workspace: list[Any]) -> Any:
    rows = _standardized(input, (1,), eps) if centred else input * (mean(input * input, (1,), True) + eps) ** -0.5
    return _scaled(rows, weight, bias, (1, input.shape[1]))


@operation(operands=("input", "weight", "bias"), joint=_rows_back, decompose=_rows_parts)
def row_norm(input: Any, weight: Any, bias: Any, centred: bool, eps: float, workspace: list[Any]) -> Any:
    """Each row of `input` (R, L) divided by its deviation, times weight (L,) plus bias (L,).

    The deviation is that from the row's mean, which is taken off, if `centred`, else from 0. `workspace`, an empty
    list, receives what the gradient needs.
    """
    out, used = kernels.row_normalization.forward(_wide(input), _wide(weight), _wide(bias), eps, centred)
    workspace.append(used)
    return out.astype(input.dtype, copy=False)
