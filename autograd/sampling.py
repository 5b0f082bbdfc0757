"""New tensors of random numbers, drawn from PyTorch's stream (`autograd.random`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.creation import dtype_or_default
from autograd.device import check_device
from autograd.dtypes import to_numpy
from autograd.errors import OperandError, complaint
from autograd.random import Generator, default_generator
from autograd.random_layout import drawn_like
from autograd.size import named_size, new_sizes
from autograd.tensor import Tensor, as_tensor_of
from autograd.tensor_base import TensorBase
from autograd.typing import Array, Shape


def get_rng_state() -> Tensor:
    """The whole state of the generator that random numbers come from: 5056 uint8, byte for byte PyTorch's."""
    return as_tensor_of(default_generator.get_state())


def rand(
    *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **named: Any,
) -> Tensor:  # fmt: skip
    """Uniform numbers on [0, 1) of the given sizes, `rand(2, 3)` or `rand((2, 3))`; the default dtype."""
    source = _source(generator, device)
    return as_tensor_of(source.uniform(named_size("rand", size, named), dtype_or_default(dtype)), requires_grad)


def randn(
    *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None,
    requires_grad: bool = False, **named: Any,
) -> Tensor:  # fmt: skip
    """Normal numbers of mean 0 and variance 1 of the given sizes; the default dtype."""
    source = _source(generator, device)
    return as_tensor_of(source.normal(named_size("randn", size, named), dtype_or_default(dtype)), requires_grad)


def randint(
    *bounds_and_size: Any, low: int = 0, high: int | None = None, size: Any = None, generator: Generator | None = None,
    dtype: Any = np.int64, device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Integers from `low` (0 if left out) to `high` − 1: `randint(high, size)` or `randint(low, high, size)`; int64."""
    rest = list(bounds_and_size)
    if size is None and rest:
        size = rest.pop()
    if rest:
        high = rest.pop()
    if rest:
        low = rest.pop()
    if rest or size is None or high is None:
        raise OperandError(complaint("randint", "(high, size) or (low, high, size)", repr(bounds_and_size)))
    shape = new_sizes((size,), "randint")
    return as_tensor_of(_source(generator, device).integers(low, high, shape, to_numpy(dtype)), requires_grad)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = np.int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The integers from 0 to `n` − 1 in random order; int64."""
    order = _source(generator, device).permutation(int(n))
    return as_tensor_of(order.astype(to_numpy(dtype), copy=False), requires_grad)


def rand_like(input: Any, **options: Any) -> Tensor:
    """`rand` in the shape and dtype of `input`; options as for `rand`."""
    return _drawn_like("rand_like", input, lambda source, shape, dtype: source.uniform(shape, dtype), **options)


def randn_like(input: Any, **options: Any) -> Tensor:
    """`randn` in the shape and dtype of `input`; options as for `randn`."""
    dense = isinstance(input, TensorBase) and input._array.flags.c_contiguous
    return _drawn_like(
        "randn_like", input, lambda source, shape, dtype: source.normal(shape, dtype, contiguous=dense), **options
    )


def randint_like(input: Any, *bounds: int, **options: Any) -> Tensor:
    """`randint` in the shape and dtype of `input`: `randint_like(x, high)` or `randint_like(x, low, high)`."""
    low, high = bounds if len(bounds) == 2 else (0, *bounds)
    return _drawn_like(
        "randint_like", input, lambda source, shape, dtype: source.integers(low, high, shape, dtype), **options
    )


def _drawn_like(
    where: str,
    input: Any,
    draw: Callable[[Generator, Shape, np.dtype[Any]], Array],
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    memory_format: Any = None,
) -> Tensor:
    if not isinstance(input, TensorBase):
        raise OperandError(complaint(where, "a Tensor", type(input).__name__))
    source, kind = _source(generator, device), input._array.dtype if dtype is None else to_numpy(dtype)
    return as_tensor_of(drawn_like(input._array, lambda shape: draw(source, shape, kind)), requires_grad)


def normal(
    mean: Any = 0.0, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None, dtype: Any = None,
    device: Any = None, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """Normal numbers of that mean and standard deviation: numbers with a `size`, or tensors that broadcast.

    No gradient flows to mean and std.
    """
    source = _source(generator, device)
    if size is not None:
        shape = new_sizes((size,), "normal")
        return as_tensor_of(source.normal(shape, dtype_or_default(dtype), float(mean), float(std)), requires_grad)
    given = [x._array for x in (mean, std) if isinstance(x, TensorBase)]
    if not given:
        raise OperandError(complaint("normal", "a tensor for mean or std, or a size", f"{mean!r} and {std!r}"))
    centre, spread = (x._array if isinstance(x, TensorBase) else float(x) for x in (mean, std))
    return as_tensor_of(source.normal(np.broadcast_shapes(*(x.shape for x in given)), given[0].dtype, centre, spread))


def bernoulli(input: Any, p: float | None = None, *, generator: Generator | None = None) -> Tensor:
    """Ones with the probabilities in `input`, or with probability `p` in its shape, else zeros; dtype of `input`."""
    source, array = _source(generator, None), input._array
    drawn = source.bernoulli(array) if p is None else source.bernoulli_scalar(float(p), array.shape)
    return as_tensor_of(drawn.astype(array.dtype))


def multinomial(
    input: Any, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Indices drawn by the weights in each row of `input`, (categories,) or (rows, categories); int64."""
    return as_tensor_of(_source(generator, None).multinomial(input._array, int(num_samples), replacement))


def _source(generator: Generator | None, device: Any) -> Generator:
    check_device(device)
    return default_generator if generator is None else generator
