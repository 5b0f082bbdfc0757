"""Optimizer steps over many parameters at once: one pass over their memory, in place, with PyTorch's arithmetic.

Each function takes lists of arrays, one of each list for a parameter, whose arrays have one shape. The arrays may have
any layout; float32 and float64 are computed as they are, all else in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import prange, types
from numba.core import cgutils
from numba.extending import intrinsic

from autograd.errors import ShapeError, complaint
from autograd.kernels import threads
from autograd.kernels.array_addresses import addresses
from autograd.kernels.jit import kernel
from autograd.kernels.vectors import I64, Held, Lanes, Vector, integer
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""

_LINE = 16
"""Shares are cut at multiples of this many elements, so that two threads seldom write to one cache line."""

_SINGLE, _DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
_LIKE = {dtype: np.empty(0, dtype) for dtype in (_SINGLE, _DOUBLE)}

_SETTINGS = 10
"""How many numbers a rule is given, whether it needs as many or not: tuples of one type need one compilation."""

_Rule = Callable[[list[Vector], list[Vector]], list[Vector]]
"""New values of the written arrays, from the settings and the old values of all arrays, the gradient last."""


def _in_place(rule: _Rule, written: int) -> Any:
    """An intrinsic that applies a rule to elements of arrays, whose addresses lie at `places`; it writes the first."""

    @intrinsic
    def update(typing_context, like, places, settings, start, count):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth)
            _, places, numbers, start, count = arguments
            skipped = builder.mul(start, integer(lanes.size))
            arrays = [builder.add(_address(builder, places, i), skipped) for i in range(written + 1)]
            constants = [lanes.broadcast(lanes.rounded(x)) for x in cgutils.unpack_tuple(builder, numbers)]

            def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                targets = [builder.add(array, offset) for array in arrays]
                results = rule(constants, [lanes.load(target, mask) for target in targets])
                for result, target in zip(results, targets):
                    lanes.store(result, target, mask)
                return []

            lanes.each(count, [], apply)
            return context.get_dummy_value()

        return types.void(like, types.intp, settings, types.intp, types.intp), generate

    return update


def _address(builder: ir.IRBuilder, places: ir.Value, number: int) -> ir.Value:
    return builder.load(builder.inttoptr(builder.add(places, integer(8 * number)), I64.as_pointer()), align=8)


def _signed_and_decayed(sign: Vector, decay: Vector, param: Vector, grad: Vector) -> Vector:
    """The gradient, with the penalty's; without decay an infinite parameter leaves it alone."""
    grad = sign * grad
    return (grad + decay * param).where(decay.is_("!=", 0.0), grad)


def _sgd_rule(settings: list[Vector], arrays: list[Vector]) -> list[Vector]:
    lr, sign, decay = settings[:3]
    param, grad = arrays
    return [param - lr * _signed_and_decayed(sign, decay, param, grad)]


def _momentum_rule(settings: list[Vector], arrays: list[Vector]) -> list[Vector]:
    lr, sign, decay, momentum, undamped, nesterov = settings[:6]
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


def _rmsprop_rule(settings: list[Vector], arrays: list[Vector], centered: bool, momentum: bool) -> list[Vector]:
    lr, sign, decay, alpha, weight, inner_eps, outer_eps, kept = settings[:8]
    param, square, *states, grad = arrays
    grad = _signed_and_decayed(sign, decay, param, grad)
    square = alpha * square + weight * grad * grad
    spread, written = square, [square]
    if centered:
        mean = states[0] + weight * (grad - states[0])
        spread = grad.lanes.constant(0.0).larger(square - mean * mean)
        written.append(mean)
    step = grad / ((spread + inner_eps).sqrt() + outer_eps)
    if momentum:
        step = kept * states[-1] + step
        written.append(step)
    return [param - lr * step, *written]


_sgd = _in_place(_sgd_rule, 1)
_momentum = _in_place(_momentum_rule, 2)
_adam = _in_place(_adam_rule, 3)
_amsgrad = _in_place(_adam_rule, 4)
_rmsprop = _in_place(lambda settings, arrays: _rmsprop_rule(settings, arrays, False, False), 2)
_rmsprop_centered = _in_place(lambda settings, arrays: _rmsprop_rule(settings, arrays, True, False), 3)
_rmsprop_momentum = _in_place(lambda settings, arrays: _rmsprop_rule(settings, arrays, False, True), 3)
_rmsprop_both = _in_place(lambda settings, arrays: _rmsprop_rule(settings, arrays, True, True), 4)

_SGD, _MOMENTUM, _ADAM, _AMSGRAD, _RMSPROP, _RMSPROP_CENTERED, _RMSPROP_MOMENTUM, _RMSPROP_BOTH = range(8)


@kernel()
def _apply_rule(rule, like, places, settings, start, count):
    if rule == _SGD:
        _sgd(like, places, settings, start, count)
    elif rule == _MOMENTUM:
        _momentum(like, places, settings, start, count)
    elif rule == _ADAM:
        _adam(like, places, settings, start, count)
    elif rule == _AMSGRAD:
        _amsgrad(like, places, settings, start, count)
    elif rule == _RMSPROP:
        _rmsprop(like, places, settings, start, count)
    elif rule == _RMSPROP_CENTERED:
        _rmsprop_centered(like, places, settings, start, count)
    elif rule == _RMSPROP_MOMENTUM:
        _rmsprop_momentum(like, places, settings, start, count)
    else:
        _rmsprop_both(like, places, settings, start, count)


@kernel()
def _cut(place, before, size):
    """Where a cut through all elements, one array after another, falls in an array that has so many before it."""
    return min(max((place - before + _LINE - 1) // _LINE * _LINE, 0), size)


@kernel()
def _update_part(rule, like, table, total, settings, worker, workers):
    sizes, before = table[:, -1], 0
    first, last = worker * total // workers, (worker + 1) * total // workers
    for row in range(table.shape[0]):
        start, stop = _cut(first, before, sizes[row]), _cut(last, before, sizes[row])
        if start < stop:
            _apply_rule(rule, like, np.intp(table[row].ctypes.data), settings, start, stop - start)
        before += sizes[row]


@kernel(parallel=True)
def _update_shared(rule, like, table, total, settings, workers):
    for worker in prange(workers):
        _update_part(rule, like, table, total, settings, np.intp(worker), workers)


@intrinsic
def _one_more(typing_context, address):
    """Add one to the 32-bit float at an address; its new value."""

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
        place = builder.inttoptr(arguments[0], ir.FloatType().as_pointer())
        value = builder.fadd(builder.load(place, align=4), ir.Constant(ir.FloatType(), 1.0))
        builder.store(value, place, align=4)
        return value

    return types.float32(types.intp), generate


@kernel()
def _count(table):
    """The new count, if it is the same for all; else -1."""
    common = _one_more(table[0, 0])
    for row in range(1, table.shape[0]):
        if _one_more(table[row, 0]) != common:
            common = np.float32(-1)
    return common


def count_steps(steps: list[Array]) -> list[float]:
    """Add one to every step count, in place (arrays of one element); the new counts."""
    table = addresses([steps], 1, _SINGLE)
    if table is None or table[1] != len(steps):
        for step in steps:
            step += 1
    elif (common := _count(table[0])) > 0:
        return [common] * len(steps)
    return [step.item() for step in steps]


def sgd(
    params: list[Array],
    grads: list[Array],
    momentum_buffers: list[Array] | None = None,
    *,
    lr: float,
    momentum: float = 0.0,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
    nesterov: bool = False,
    maximize: bool = False,
    first: Sequence[bool] = (),
) -> None:
    """One step of stochastic gradient descent, as `torch.optim.SGD`.

    `momentum_buffers` is None without momentum. Where it is the parameter's `first` step, its buffer holds zeros and
    takes the gradient undamped.
    """
    common = (lr, -1.0 if maximize else 1.0, weight_decay)
    if momentum_buffers is None:
        _update(_SGD, [params], grads, common)
        return
    for undamped, columns in _alike(first, [params, momentum_buffers, grads]):
        settings = (*common, momentum, 1.0 if undamped else 1.0 - dampening, nesterov)
        _update(_MOMENTUM, columns[:-1], columns[-1], settings)


def adam(
    params: list[Array],
    grads: list[Array],
    exp_avgs: list[Array],
    exp_avg_sqs: list[Array],
    max_exp_avg_sqs: list[Array] | None = None,
    *,
    counts: Sequence[float],
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float = 0.0,
    decoupled: bool = False,
    maximize: bool = False,
    eps_inside_sqrt: bool = False,
) -> None:
    """One step of Adam, as `torch.optim.Adam`; AdamW if weight decay is `decoupled`.

    `counts` tells which step it is of each parameter, from 1. `max_exp_avg_sqs` are AMSGrad's running maxima, or None.
    `eps_inside_sqrt` adds eps to the corrected second moment before its root is taken, not after.
    """
    states = [exp_avgs, exp_avg_sqs] if max_exp_avg_sqs is None else [exp_avgs, exp_avg_sqs, max_exp_avg_sqs]
    for step, columns in _alike(counts, [params, *states, grads]):
        settings = (
            lr / (1 - beta1**step),
            1.0 - beta1,
            beta2,
            1.0 - beta2,
            1 / (1 - beta2**step),
            *_inner_and_outer(eps, eps_inside_sqrt),
            0.0 if decoupled else weight_decay,
            1.0 - lr * weight_decay if decoupled else 1.0,
            -1.0 if maximize else 1.0,
        )
        _update(_ADAM if max_exp_avg_sqs is None else _AMSGRAD, columns[:-1], columns[-1], settings)


def rmsprop(
    params: list[Array],
    grads: list[Array],
    square_avgs: list[Array],
    grad_avgs: list[Array] | None = None,
    momentum_buffers: list[Array] | None = None,
    *,
    lr: float,
    alpha: float,
    eps: float,
    weight_decay: float = 0.0,
    momentum: float = 0.0,
    maximize: bool = False,
    eps_inside_sqrt: bool = False,
) -> None:
    """One step of RMSprop, as `torch.optim.RMSprop`.

    With `grad_avgs` it is centered; a variance that rounding makes negative counts as zero. With `momentum_buffers`
    it has momentum. `eps_inside_sqrt` adds eps before the root is taken, not after.
    """
    sign, epsilons = -1.0 if maximize else 1.0, _inner_and_outer(eps, eps_inside_sqrt)
    if grad_avgs is None:
        rule = _RMSPROP if momentum_buffers is None else _RMSPROP_MOMENTUM
    else:
        rule = _RMSPROP_CENTERED if momentum_buffers is None else _RMSPROP_BOTH
    columns = [column for column in (params, square_avgs, grad_avgs, momentum_buffers) if column is not None]
    _update(rule, columns, grads, (lr, sign, weight_decay, alpha, 1.0 - alpha, *epsilons, momentum))


def _inner_and_outer(eps: float, inside: bool) -> tuple[float, float]:
    return (eps, 0.0) if inside else (0.0, eps)


def _alike(keys: Sequence[Any], columns: list[list[Array]]) -> Iterator[tuple[Any, list[list[Array]]]]:
    """Each key that occurs, with the rows of the columns that have it."""
    occurring = set(keys)
    if len(occurring) == 1:
        yield keys[0], columns
        return
    for key in sorted(occurring):
        yield key, [[array for array, own in zip(column, keys) if own == key] for column in columns]


def _update(rule: int, written: list[list[Array]], grads: list[Array], settings: tuple[float, ...]) -> None:
    columns = [*written, grads]
    dtype = _computed_in(written[0][0])
    found = addresses(columns, len(written), dtype)
    if found is not None:
        table, total = found
        numbers = (*map(float, settings), *[0.0] * (_SETTINGS - len(settings)))
        threads.run(
            _update_part, _update_shared, total // WORTH_A_THREAD, rule, _LIKE[dtype], table, total, numbers
        )  # fmt: skip
        return
    for key, alike in _alike([_computed_in(param) for param in written[0]], columns):
        _update_copies(rule, alike, key, settings)


def _update_copies(rule: int, columns: list[list[Array]], dtype: np.dtype, settings: tuple[float, ...]) -> None:
    """Update arrays of any layout, those that need it through a copy."""
    for row in zip(*columns):
        if any(array.shape != row[0].shape for array in row):
            shapes = ", ".join(str(array.shape) for array in row[1:])
            raise ShapeError(complaint("step", f"state and gradient of the parameter's shape {row[0].shape}", shapes))
    copies = [[_plain(array, dtype) for array in column] for column in columns]
    _update(rule, copies[:-1], copies[-1], settings)
    for column, copied in zip(columns[:-1], copies):
        for array, copy in zip(column, copied):
            if copy is not array:
                array[...] = copy


def _computed_in(param: Array) -> np.dtype:
    return _DOUBLE if param.dtype == _DOUBLE else _SINGLE


def _plain(array: Array, dtype: np.dtype) -> Array:
    """The array if kernels can write it as it is, else a copy that they can."""
    if array.dtype is dtype and array.flags.carray:
        return array
    copy = np.empty(array.shape, dtype)
    copy[...] = array
    return copy
