"""The generator that every random operation draws from: after `manual_seed(s)`, PyTorch's numbers on a CPU.

The methods give arrays in C order; PyTorch fills a tensor in the order of its memory, so what is to land in a
transposed tensor is drawn in the transposed shape.
"""

from __future__ import annotations

import operator
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import kernels
from autograd.device import device as Device
from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.random_arguments import (
    check_multinomial,
    check_probabilities,
    element_count,
    floating,
    integer_range,
    last_integer,
    require,
)
from autograd.random_streams import RandomStream, fused, narrow
from autograd.typing import Array, Shape

_DEFAULT_SEED = 67280421310721
_STATE_BYTES = 5056
_SHUFFLE_KERNEL_FROM = 1 << 13  # items from which the compiled shuffle pays; fewer leave Numba unloaded
_TWO_WORDS_FROM = 1 << 28  # the count of integers to choose from above which PyTorch takes two words a draw


class Generator:
    """A source of random numbers with PyTorch's CPU stream, safe to draw from in several threads.

    Equal seeds give equal numbers; copies and pickles go on from where the original stood. `dtype` arguments are
    NumPy's or this library's dtypes, `shape` is a tuple. Source: PyTorch, `torch.Generator`.
    """

    def __init__(self, device: Any = "cpu") -> None:
        self.device = Device(device)
        self._lock = threading.Lock()
        self._stream = RandomStream(_DEFAULT_SEED)

    def __reduce__(self) -> tuple[Any, ...]:
        return Generator, (), self.get_state()

    def __setstate__(self, state: Array) -> None:
        self.set_state(state)

    # Seed and state

    def manual_seed(self, seed: int) -> Generator:
        """Begin the sequence of `seed`, from −2^63 to 2^64 − 1 (negative ones count from 2^64); returns the generator.

        Raises DTypeError for what is not an integer, ArgumentError for one out of range.
        """
        try:
            number = operator.index(seed)
        except TypeError:
            raise DTypeError(complaint("manual_seed", "an integer", repr(seed))) from None
        if not -(1 << 63) <= number < 1 << 64:
            raise ArgumentError(complaint("manual_seed", "a seed from -2**63 to 2**64 - 1", str(number)))
        with self._lock:
            self._stream.restart(number % (1 << 64))
        return self

    def seed(self) -> int:
        """Begin a sequence that nobody knows, from the system's entropy; returns its seed."""
        seed = int.from_bytes(os.urandom(8), "little")
        self.manual_seed(seed)
        return seed

    def initial_seed(self) -> int:
        """The seed that the sequence began with."""
        return self._stream.seed

    def get_state(self) -> Array:
        """The whole state: 5056 uint8, byte for byte what `torch.Generator.get_state` gives."""
        with self._lock:
            return self._stream.get_state()

    def set_state(self, state: Any) -> None:
        """Go on from a state of `get_state`, ours or PyTorch's.

        Raises DTypeError or ShapeError for other arrays, ArgumentError for bytes that are no state.
        """
        found = np.asarray(state)
        if found.dtype != np.uint8:
            raise DTypeError(complaint("set_state", "uint8", str(found.dtype), "Pass what get_state() gave"))
        if found.shape != (_STATE_BYTES,):
            raise ShapeError(complaint("set_state", f"shape ({_STATE_BYTES},)", f"shape {found.shape}"))
        with self._lock:
            self._stream.set_state(found)

    # Uniform numbers

    def uniform(self, shape: Shape, dtype: Any = np.float32, low: float = 0.0, high: float = 1.0) -> Array:
        """Uniform on [low, high), PyTorch's bits.

        Raises DTypeError unless dtype is floating point, ArgumentError if low > high or a bound is beyond the dtype.
        """
        kind = floating("uniform", dtype)
        most = float(np.finfo(kind).max)
        if not (-most <= low <= high <= most and high - low <= most):
            raise ArgumentError(complaint("uniform", f"low <= high, at most {most:.4g} apart", f"[{low}, {high})"))
        with self._lock:
            return self._stream.uniform(element_count("uniform", shape), kind, float(low), float(high)).reshape(shape)

    def exponential(self, shape: Shape, dtype: Any = np.float32, rate: float = 1.0) -> Array:
        """Exponential with mean 1/rate, rate > 0. PyTorch's bits; in float64 all but the last."""
        kind = floating("exponential", dtype)
        require("exponential", rate > 0, "rate > 0", rate)
        units = self._units(element_count("exponential", shape))
        return narrow(-1 / rate * np.log1p(-units), kind).reshape(shape)

    def cauchy(self, shape: Shape, dtype: Any = np.float32, median: float = 0.0, sigma: float = 1.0) -> Array:
        """Cauchy with that median and half width sigma > 0; PyTorch's bits, in float64 all but the last."""
        kind = floating("cauchy", dtype)
        require("cauchy", sigma > 0, "sigma > 0", sigma)
        units = self._units(element_count("cauchy", shape))
        return narrow(fused(np.tan(np.pi * (units - 0.5)), sigma, median), kind).reshape(shape)

    def geometric(self, p: float, shape: Shape, dtype: Any = np.float32) -> Array:
        """Trials up to the first success of probability p, 0 < p < 1; any dtype."""
        require("geometric", 0 < p < 1, "0 < p < 1", p)
        with np.errstate(divide="ignore"):
            trials = np.ceil(np.log(self._units(element_count("geometric", shape))) / np.log1p(-p))
        return trials.astype(to_numpy(dtype)).reshape(shape)

    # Normal numbers

    def normal(
        self,
        shape: Shape,
        dtype: Any = np.float32,
        mean: float | Array = 0.0,
        std: float | Array = 1.0,
        *,
        contiguous: bool = True,
    ) -> Array:
        """Normal numbers; mean and std >= 0 are numbers, or arrays that broadcast to shape, with the dtype's precision.

        `contiguous=False` draws as PyTorch fills a tensor whose memory is not contiguous in C order. The bits are
        those of PyTorch on a processor with AVX2. Raises DTypeError unless dtype is floating point, ArgumentError for
        a negative std.
        """
        if isinstance(mean, np.ndarray) or isinstance(std, np.ndarray):
            return self._normal_around(shape, dtype, mean, std, contiguous)
        kind = floating("normal", dtype)
        require("normal", std >= 0, "std >= 0", std)
        count = element_count("normal", shape)
        with self._lock:
            if contiguous:
                values = self._stream.normal(count, kind, float(mean), float(std))
            else:
                values = narrow(fused(self._stream.paired_normal(count), std, mean), kind)
        return values.reshape(shape)

    def _normal_around(
        self, shape: Shape, dtype: Any, mean: float | Array, std: float | Array, contiguous: bool
    ) -> Array:
        if not isinstance(std, np.ndarray):
            values = self.normal(shape, dtype, 0.0, std, contiguous=contiguous)
        elif np.all(std >= 0):
            values = self.normal(shape, dtype, contiguous=contiguous)
            values *= std
        else:
            raise ArgumentError(complaint("normal", "every std >= 0", f"a smallest one of {std.min()}"))
        values += mean
        return values

    def log_normal(self, shape: Shape, dtype: Any = np.float32, mean: float = 1.0, std: float = 2.0) -> Array:
        """The exponential of normal numbers with that mean and std > 0."""
        kind = floating("log_normal", dtype)
        require("log_normal", std > 0, "std > 0", std)
        with self._lock:
            normal = self._stream.paired_normal(element_count("log_normal", shape))
        with np.errstate(over="ignore"):
            values = np.exp(fused(normal, std, mean))
        return narrow(values, kind).reshape(shape)

    # Integers

    def integers(self, low: int, high: int | None, shape: Shape, dtype: Any = np.int64) -> Array:
        """Integers from low to high − 1, or to the dtype's last (2^24 in float32, 2^53 in float64) if high is None.

        Source: PyTorch, `randint` and `Tensor.random_(from, to)`. Raises ArgumentError for an empty range or bounds
        that the dtype does not hold.
        """
        kind = to_numpy(dtype)
        first, span = integer_range(operator.index(low), None if high is None else operator.index(high), kind)
        return self._integers(first, span, span >= _TWO_WORDS_FROM, shape, kind)

    def any_integers(self, shape: Shape, dtype: Any = np.int64) -> Array:
        """Integers from 0 to the dtype's last, or to 2^digits in a floating-point dtype: `Tensor.random_()`."""
        kind = to_numpy(dtype)
        return self._integers(0, last_integer(kind) + 1, kind in (np.int64, np.float64), shape, kind)

    def _integers(self, low: int, span: int, two_words: bool, shape: Shape, dtype: np.dtype[Any]) -> Array:
        count = element_count("random_", shape)
        with self._lock:
            drawn = self._stream.integers(count, low, span, two_words)
        return drawn.astype(dtype, copy=False).reshape(shape)

    def random_u64(self) -> int:
        """An integer from 0 to 2^64 − 1, out of two words: what the DataLoader seeds its workers and shuffles with."""
        with self._lock:
            high, low = self._stream.words(2).tolist()
        return high << 32 | low

    def permutation(self, n: int) -> Array:
        """The integers 0 to n − 1 in random order, int64: `torch.randperm`. Raises ArgumentError for a negative n."""
        require("permutation", n >= 0, "n >= 0", n)
        with self._lock:
            words = self._stream.words(max(n - 1, 0))
        if n >= _SHUFFLE_KERNEL_FROM:
            order = np.arange(n)
            kernels.shuffle.fisher_yates(words, order)
            return order
        items = list(range(n))
        for i, word in enumerate(words.tolist()):
            other = i + word % (n - i)
            items[i], items[other] = items[other], items[i]
        return np.array(items, np.int64)

    # Choices

    def bernoulli(self, p: Array) -> Array:
        """True with the probability in each place of p, a floating-point array of numbers from 0 to 1."""
        kind = floating("bernoulli", p.dtype)
        check_probabilities(p)
        with self._lock:
            units = self._stream.unit(p.size, np.float64 if kind == np.float64 else np.float32)
        return units.reshape(p.shape) < p

    def bernoulli_scalar(self, p: float, shape: Shape) -> Array:
        """True with probability p, 0 <= p <= 1, in each place of shape."""
        require("bernoulli", 0 <= p <= 1, "0 <= p <= 1", p)
        return (self._units(element_count("bernoulli", shape)) < p).reshape(shape)

    def keep_mask(self, p: float, shape: Shape) -> Array:
        """True where dropout of probability p, 0 <= p <= 1, keeps the value. p of 0 and 1 draw nothing."""
        require("dropout", 0 <= p <= 1, "0 <= p <= 1", p)
        if p in (0, 1):
            return np.full(shape, p == 0)
        return self.bernoulli_scalar(1 - p, shape)

    def multinomial(self, p: Array, n: int, replacement: bool = False) -> Array:
        """n indices for each row of weights p, of shape (categories,) or (rows, categories); int64, (n,) or (rows, n).

        Weights are not negative and need not sum to 1. Raises ShapeError, DTypeError, or ArgumentError for weights or
        n out of range.
        """
        kind = floating("multinomial", p.dtype)
        check_multinomial(p, n, replacement)
        if not p.size:
            return np.empty((0, n), np.int64)
        if replacement and n > 1:
            return self._with_replacement(p.reshape(-1, p.shape[-1]), n).reshape(*p.shape[:-1], n)
        with np.errstate(divide="ignore", invalid="ignore"):
            rank = p / self.exponential(p.shape, kind)
        if n == 1:
            return rank.argmax(axis=-1, keepdims=True)
        return np.argsort(-rank, axis=-1, kind="stable")[..., :n]

    def _with_replacement(self, rows: Array, n: int) -> Array:
        ends = rows.cumsum(axis=1)
        ends /= ends[:, -1:].copy()
        ends[:, -1] = 1
        units = self._units(len(rows) * n).reshape(-1, n)
        return np.stack([np.searchsorted(end, unit) for end, unit in zip(ends, units)])

    def _units(self, count: int) -> Array:
        with self._lock:
            return self._stream.unit(count, np.float64)


default_generator = Generator()
"""What every random operation draws from unless it is given another generator."""
default_generator.seed()


def manual_seed(seed: int) -> Generator:
    """Begin the default generator's sequence of `seed`; returns the generator."""
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Begin an unknown sequence in the default generator; returns its seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed that the default generator's sequence began with."""
    return default_generator.initial_seed()


def get_rng_state() -> Array:
    """The default generator's state, 5056 uint8; PyTorch's `set_rng_state` takes it too."""
    return default_generator.get_state()


def set_rng_state(state: Any) -> None:
    """Go on from a state of `get_rng_state`, ours or PyTorch's."""
    default_generator.set_state(state)


@contextmanager
def fork_rng(devices: Sequence[Any] = (), enabled: bool = True) -> Iterator[None]:
    """Draw freely within: afterwards the default generator stands where it stood before, unless `enabled` is False.

    `devices` is there for PyTorch's signature: the CPU's generator is always the one.
    """
    state = default_generator.get_state()
    try:
        yield
    finally:
        if enabled:
            default_generator.set_state(state)
