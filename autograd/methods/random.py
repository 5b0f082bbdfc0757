"""Filling with random numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops.inplace import overwrite
from autograd.random import Generator, default_generator
from autograd.random_layout import drawn_like
from autograd.tensor_base import TensorBase
from autograd.typing import Array, Shape


class RandomMethods(TensorBase):
    """In-place draws from PyTorch's stream; see `autograd.random.Generator` for the distributions."""

    __slots__ = ()

    def uniform_(self, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None, **named: Any) -> Any:
        """Uniform numbers on [from, to)."""
        low = named.pop("from", from_)
        return _fill(self, "uniform_", generator, lambda source, shape, dtype: source.uniform(shape, dtype, low, to))

    def normal_(self, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Any:
        """Normal numbers of that mean and standard deviation."""
        dense = self._array.flags.c_contiguous
        return _fill(
            self,
            "normal_",
            generator,
            lambda source, shape, dtype: source.normal(shape, dtype, mean, std, contiguous=dense),
        )

    def log_normal_(self, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None) -> Any:
        """The exponential of normal numbers of that mean and standard deviation."""
        return _fill(
            self, "log_normal_", generator, lambda source, shape, dtype: source.log_normal(shape, dtype, mean, std)
        )

    def exponential_(self, lambd: float = 1.0, *, generator: Generator | None = None) -> Any:
        """Exponential numbers with mean 1 / lambd."""
        return _fill(
            self, "exponential_", generator, lambda source, shape, dtype: source.exponential(shape, dtype, lambd)
        )

    def cauchy_(self, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None) -> Any:
        """Cauchy numbers with that median and half width."""
        return _fill(
            self, "cauchy_", generator, lambda source, shape, dtype: source.cauchy(shape, dtype, median, sigma)
        )

    def geometric_(self, p: float, *, generator: Generator | None = None) -> Any:
        """The number of trials up to the first success of probability p."""
        return _fill(self, "geometric_", generator, lambda source, shape, dtype: source.geometric(p, shape, dtype))

    def random_(self, *bounds: int, generator: Generator | None = None) -> Any:
        """Integers: `random_(to)` from 0 to `to` − 1, `random_(from, to)`, or `random_()` to what the dtype holds."""
        if not bounds:
            return _fill(self, "random_", generator, lambda source, shape, dtype: source.any_integers(shape, dtype))
        low, high = bounds if len(bounds) == 2 else (0, bounds[0])
        return _fill(self, "random_", generator, lambda source, shape, dtype: source.integers(low, high, shape, dtype))

    def bernoulli_(self, p: Any = 0.5, *, generator: Generator | None = None) -> Any:
        """Ones with probability p, a number or a tensor that broadcasts, else zeros."""
        if isinstance(p, TensorBase):
            drawn = (generator or default_generator).bernoulli(np.broadcast_to(p._array, self.shape))
            return overwrite(self, self._wrapped(drawn.astype(self._array.dtype)), "bernoulli_")
        return _fill(
            self,
            "bernoulli_",
            generator,
            lambda source, shape, dtype: source.bernoulli_scalar(float(p), shape).astype(dtype),
        )

    def bernoulli(self, p: float | None = None, *, generator: Generator | None = None) -> Any:
        """A new tensor of ones with the probabilities in this one, or with probability p, else zeros."""
        source = generator or default_generator
        if p is None:
            drawn = source.bernoulli(self._array)
        else:
            drawn = drawn_like(self._array, lambda shape: source.bernoulli_scalar(float(p), shape))
        return self._wrapped(drawn.astype(self._array.dtype))

    def multinomial(self, num_samples: int, replacement: bool = False, *, generator: Generator | None = None) -> Any:
        """Indices drawn by the weights in each row, (categories,) or (rows, categories); int64."""
        drawn = (generator or default_generator).multinomial(self._array, int(num_samples), replacement)
        return self._wrapped(drawn)


def _fill(
    target: Any, name: str, generator: Generator | None, draw: Callable[[Generator, Shape, np.dtype[Any]], Array]
) -> Any:
    source = generator or default_generator
    array = target._array
    return overwrite(target, target._wrapped(drawn_like(array, lambda shape: draw(source, shape, array.dtype))), name)
