"""The affine map of a layer, `input @ weight.T + bias`, as one operation."""

from __future__ import annotations

from typing import Any

from autograd import kernels
from autograd.errors import ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.large_arrays import worth_a_kernel
from autograd.ops.matmul import different_dtypes, matmul, product, stacked
from autograd.typing import A


@operation(
    lambda g, weight: matmul(g, weight),
    lambda g, input: matmul(stacked(g).mT, stacked(input)),
    lambda g: summed_rows(stacked(g)),
)
def linear(input: A, weight: A, bias: A | None = None) -> A:
    """`input @ weight.T + bias` for `input` (..., in), `weight` (out, in) and `bias` (out,); gives (..., out).

    Raises ShapeError where the sizes do not fit, DTypeError for operands of different dtypes.
    """
    return _affine(input, weight, bias)


def summed_rows(g: A) -> A:
    """The sum of a matrix over its rows, by all threads where it is large."""
    if worth_a_kernel(g):
        return kernels.elementwise.column_sums(g)
    return g.sum(0)


def _affine(input: Any, weight: Any, bias: Any) -> Any:
    if weight.ndim != 2 or not input.ndim or input.shape[-1] != weight.shape[1]:
        raise _misfit(input, weight)
    if bias is None:
        if input.dtype != weight.dtype:
            raise different_dtypes("linear", input, weight)
    elif bias.shape != weight.shape[:1]:
        raise ShapeError(
            complaint("linear", f"a bias of shape {weight.shape[:1]} for a weight of shape {weight.shape}",
                      f"shape {bias.shape}")
        )  # fmt: skip
    elif not input.dtype == weight.dtype == bias.dtype:
        raise different_dtypes("linear", input, weight, bias)
    return product(input, weight.T, bias)


def _misfit(input: Any, weight: Any) -> ShapeError:
    given = f"input of shape {input.shape} and weight of shape {weight.shape}"
    if weight.ndim != 2 or not input.ndim:
        return ShapeError(complaint("linear", "an input (..., in) and a weight (out, in)", given))
    return ShapeError(
        complaint("linear", f"{weight.shape[1]} features in the last dimension of input, as weight has columns", given,
                  f"Make the layer with in_features={input.shape[-1]}, or reshape or transpose the input")
    )  # fmt: skip
