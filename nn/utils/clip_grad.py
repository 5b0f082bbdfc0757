"""Keeping gradients within bounds before an optimizer's step, in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.creation import zeros
from autograd.errors import ArgumentError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.joining import stack
from autograd.ops.norm import vector_norm
from autograd.tensor import Tensor


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all elements of the tensors taken together, a tensor of shape (); 0 for no tensors.

    Raises ArgumentError, with `error_if_nonfinite`, where it is NaN or infinite. `foreach` has no effect.
    """
    found = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    if not found:
        return zeros(())
    norm = vector_norm(stack([vector_norm(tensor, norm_type) for tensor in found]), norm_type)
    if error_if_nonfinite and not bool(norm.isfinite()):
        raise ArgumentError(
            complaint("get_total_norm", "a finite norm of the gradients", str(norm.item()),
                      "Look for NaN with autograd.detect_anomaly(), or pass error_if_nonfinite=False")
        )  # fmt: skip
    return norm


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Multiply the gradients by max_norm / (total_norm + 1e-6) in place, unless that is 1 or more."""
    scale = float(max_norm) / (total_norm.item() + 1e-6)
    if scale >= 1:
        return
    with no_grad():
        for gradient in _gradients(parameters):
            gradient.mul_(scale)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients of the parameters so that their norm, taken together, is at most `max_norm`.

    Gives the norm before scaling, a tensor of shape (). `norm_type` may be infinity. Parameters without a gradient are
    passed over; `foreach` has no effect. Raises ArgumentError, with `error_if_nonfinite`, where the norm is NaN or
    infinite; the gradients are then as they were.
    Source: Pascanu et al., "On the difficulty of training recurrent neural networks" (2013).
    """
    chosen = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    with no_grad():
        norm = get_total_norm(_gradients(chosen), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(chosen, max_norm, norm)
    return norm


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Cut every element of the gradients off at −clip_value and clip_value. `foreach` has no effect."""
    with no_grad():
        for gradient in _gradients(parameters):
            gradient.clamp_(-float(clip_value), float(clip_value))


def _gradients(parameters: Any) -> list[Tensor]:
    chosen = [parameters] if isinstance(parameters, Tensor) else parameters
    return [parameter.grad for parameter in chosen if parameter.grad is not None]
