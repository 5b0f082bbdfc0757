"""Optimizer steps in one pass over memory, in place, with PyTorch's arithmetic.

All arrays of a call have one shape and dtype (float32 or float64). Arrays that are not contiguous are updated through
a copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.core import cgutils
from numba.extending import intrinsic

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import Held, Lanes, Vector
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

_LINE = 16
"""Shares are cut at multiples of this many elements, so that two threads seldom write to one cache line."""

_Rule = Callable[[list[Vector], list[Vector]], list[Vector]]
"""New values of the written arrays, from the settings and the old values of all arrays, the gradient last."""


def _in_place(rule: _Rule, written: int) -> Any:
    """An intrinsic that applies a rule to `count` elements of each array; it writes the first `written` of them."""

    @intrinsic
    def update(typing_context, like, addresses, count, settings):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth)
            arrays = cgutils.unpack_tuple(builder, arguments[1])
            constants = [lanes.broadcast(lanes.rounded(value)) for value in cgutils.unpack_tuple(builder, arguments[3])]

            def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                places = [builder.add(array, offset) for array in arrays]
                results = rule(constants, [lanes.load(place, mask) for place in places])
                for result, place in zip(results, places[:written]):
                    lanes.store(result, place, mask)
                return []

            lanes.each(arguments[2], [], apply)
            return context.get_dummy_value()

        return types.void(like, addresses, types.intp, settings), generate

    return update


def _signed_and_decayed(sign: Vector, decay: Vector, param: Vector, grad: Vector) -> Vector:
    """The gradient, with the penalty's; without decay an infinite parameter leaves it alone."""
    grad = sign * grad
    return (grad + decay * param).where(decay.is_("!=", 0.0), grad)


def _sgd_rule(settings: list[Vector], arrays: list[Vector]) -> list[Vector]:
    lr, sign, decay = settings
    param, grad = arrays
    return [param - lr * _signed_and_decayed(sign, decay, param, grad)]


def _momentum_rule(settings: list[Vector], arrays: list[Vector]) -> list[Vector]:
    lr, sign, decay, momentum, undamped, nesterov = settings
    param, velocity, grad = arrays
    grad = _signed_and_decayed(sign, decay, param, grad)
    velocity = momentum * velocity + undamped * grad
    step = (grad + momentum * velocity).where(nesterov.is_("!=", 0.0), velocity)
    return [param - lr * step, velocity]


def _adam_rule(settings: list[Vector], arrays: list[Vector]) -> list[Vector]:
    param, mean, square, *largest, grad = arrays
    step_size, weight1, beta2, weight2, unbias, inner_eps, outer_eps, decay, shrink, sign = settings
    grad = _signed_and_decayed(sign, decay, param, grad)
    mean = mean + weight1 * (grad - mean)
    square = beta2 * square + weight2 * grad * grad
    largest = [old.larger(square) for old in largest]
    scale = (largest[0] if largest else square) * unbias
    param = shrink * param - step_size * (mean / ((scale + inner_eps).sqrt() + outer_eps))
    return [param, mean, square, *largest]


_sgd = _in_place(_sgd_rule, 1)
_momentum = _in_place(_momentum_rule, 2)
_adam = _in_place(_adam_rule, 3)
_amsgrad = _in_place(_adam_rule, 4)


@kernel()
def _share(size, worker, workers):
    """First element and number of elements of one worker's share."""
    lines = (size + _LINE - 1) // _LINE
    start, stop = worker * lines // workers * _LINE, (worker + 1) * lines // workers * _LINE
    return start, min(size, stop) - start


@kernel()
def _address(x, start):
    return np.intp(x.ctypes.data) + start * x.itemsize


@kernel()
def _sgd_part(param, grad, settings, worker, workers):
    start, count = _share(param.size, worker, workers)
    _sgd(param, (_address(param, start), _address(grad, start)), count, settings)


@kernel(parallel=True)
def _sgd_shared(param, grad, settings, workers):
    for worker in prange(workers):
        _sgd_part(param, grad, settings, np.intp(worker), workers)


@kernel()
def _momentum_part(param, velocity, grad, settings, worker, workers):
    start, count = _share(param.size, worker, workers)
    _momentum(param, (_address(param, start), _address(velocity, start), _address(grad, start)), count, settings)


@kernel(parallel=True)
def _momentum_shared(param, velocity, grad, settings, workers):
    for worker in prange(workers):
        _momentum_part(param, velocity, grad, settings, np.intp(worker), workers)


@kernel()
def _adam_part(param, mean, square, grad, settings, worker, workers):
    start, count = _share(param.size, worker, workers)
    places = (_address(param, start), _address(mean, start), _address(square, start), _address(grad, start))
    _adam(param, places, count, settings)


@kernel(parallel=True)
def _adam_shared(param, mean, square, grad, settings, workers):
    for worker in prange(workers):
        _adam_part(param, mean, square, grad, settings, np.intp(worker), workers)


@kernel()
def _amsgrad_part(param, mean, square, largest, grad, settings, worker, workers):
    start, count = _share(param.size, worker, workers)
    states = (_address(param, start), _address(mean, start), _address(square, start), _address(largest, start))
    _amsgrad(param, states + (_address(grad, start),), count, settings)


@kernel(parallel=True)
def _amsgrad_shared(param, mean, square, largest, grad, settings, workers):
    for worker in prange(workers):
        _amsgrad_part(param, mean, square, largest, grad, settings, np.intp(worker), workers)


def sgd(
    param: Array,
    grad: Array,
    momentum_buffer: Array | None = None,
    *,
    lr: float,
    momentum: float = 0.0,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
    nesterov: bool = False,
    maximize: bool = False,
    first: bool = False,
) -> None:
    """One step of stochastic gradient descent, in place, as `torch.optim.SGD`.

    `momentum_buffer` is None without momentum. At the `first` step it holds zeros and takes the gradient undamped.
    """
    settings: tuple[float, ...] = (float(lr), -1.0 if maximize else 1.0, float(weight_decay))
    if momentum_buffer is None:
        _apply(_sgd_part, _sgd_shared, [param], grad, settings)
    else:
        settings += (float(momentum), 1.0 if first else 1.0 - dampening, float(nesterov))
        _apply(_momentum_part, _momentum_shared, [param, momentum_buffer], grad, settings)


def adam(
    param: Array,
    grad: Array,
    exp_avg: Array,
    exp_avg_sq: Array,
    max_exp_avg_sq: Array | None = None,
    *,
    step: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float = 0.0,
    decoupled: bool = False,
    maximize: bool = False,
    eps_inside_sqrt: bool = False,
) -> None:
    """Step number `step` (from 1) of Adam, in place, as `torch.optim.Adam`; AdamW if weight decay is `decoupled`.

    `max_exp_avg_sq` is AMSGrad's running maximum, or None. `eps_inside_sqrt` adds eps to the corrected second moment
    before its root is taken, not after.
    """
    settings = (
        lr / (1 - beta1**step),
        1.0 - beta1,
        float(beta2),
        1.0 - beta2,
        1 / (1 - beta2**step),
        float(eps) if eps_inside_sqrt else 0.0,
        0.0 if eps_inside_sqrt else float(eps),
        0.0 if decoupled else float(weight_decay),
        1.0 - lr * weight_decay if decoupled else 1.0,
        -1.0 if maximize else 1.0,
    )
    if max_exp_avg_sq is None:
        _apply(_adam_part, _adam_shared, [param, exp_avg, exp_avg_sq], grad, settings)
    else:
        _apply(_amsgrad_part, _amsgrad_shared, [param, exp_avg, exp_avg_sq, max_exp_avg_sq], grad, settings)


def _apply(part: Any, shared: Any, written: list[Array], grad: Array, settings: tuple[float, ...]) -> None:
    flat = [np.ascontiguousarray(x).reshape(-1) for x in written]
    threads.run(part, shared, grad.size // WORTH_A_THREAD, *flat, flat_readable(grad), settings)
    for array, values in zip(written, flat):
        if not array.flags.c_contiguous:
            array[...] = values.reshape(array.shape)
