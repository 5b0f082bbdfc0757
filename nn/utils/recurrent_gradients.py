"""How gradients shrink or grow on their way back through a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.grad_mode import enable_grad
from autograd.gradients import grad
from autograd.ops.joining import stack
from autograd.tensor import Tensor
from autograd.typing import Array


@enable_grad()
def gradient_norms_per_step(
    layer: Callable[..., Any], input: Any, loss_function: Callable[[Any], Any], hx: Any = None
) -> Array:
    """‖dL/dh_t‖ for each step t of a sequence, (T,): what the state h after the step, of all layers, means to the loss.

    layer: a recurrent layer in one direction, called a step at a time as `layer(step, states)`.
    input: (T, N, I), or (N, T, I) where the layer has `batch_first`, or (T, I).
    loss_function: the loss, a tensor of one element, from the outputs (T, N, H) or (T, H);
        `lambda outputs: outputs[-1].sum()` shows how much the last output depends on each step.
    Norms of an RNN fall or rise geometrically; see Bengio et al., "Learning long-term dependencies with gradient
    descent is difficult" (1994). Raises ArgumentError for a layer in both directions, OperandError and ShapeError.
    """
    if getattr(layer, "bidirectional", False):
        expected = "a layer in one direction"
        raise ArgumentError(complaint("gradient_norms_per_step", expected, "bidirectional=True"))
    if not isinstance(input, Tensor):
        expected = "a Tensor (T, N, I) or (T, I)"
        raise OperandError(complaint("gradient_norms_per_step", expected, type(input).__name__))
    dim = 1 if getattr(layer, "batch_first", False) and input.ndim == 3 else 0
    if input.ndim not in (2, 3) or not input.shape[dim]:
        expected = "an input (T, N, I) or (T, I) of at least one step"
        raise ShapeError(complaint("gradient_norms_per_step", expected, f"shape {tuple(input.shape)}"))
    input = input if input.requires_grad else input.detach().requires_grad_()  # for layers that are frozen
    states, carried = [], hx
    for t in range(input.shape[dim]):
        _, carried = layer(input.narrow(dim, t, 1), carried)
        states.append(carried[0] if isinstance(carried, tuple) else carried)
    loss = loss_function(stack([state[-1] for state in states]))
    gradients = grad(loss, states, allow_unused=True)
    return np.array([0.0 if each is None else float(np.linalg.norm(each.numpy())) for each in gradients])
