"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.errors import ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.joining import cat
from autograd.tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The elements of all parameters one after the other, a vector through which gradients pass."""
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copy the elements of a vector into the parameters, in their order.

    Raises ShapeError unless it has as many elements as they have; nothing is copied then.
    """
    chosen = list(parameters)
    total = sum(parameter.numel() for parameter in chosen)
    if vec.shape != (total,):
        raise ShapeError(
            complaint("vector_to_parameters", f"a vector of {total} elements, as the parameters have",
                      f"shape {tuple(vec.shape)}")
        )  # fmt: skip
    first = 0
    with no_grad():
        for parameter in chosen:
            parameter.copy_(vec[first : first + parameter.numel()].reshape(parameter.shape))
            first += parameter.numel()
