"""PyTorch's CPU random stream: the words of MT19937, and the numbers that PyTorch makes of them.

The rules below were read off PyTorch 2.13 and hold bit for bit. Nothing here checks arguments or locks:
`autograd.random.Generator` does both.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike

from autograd import kernels
from autograd.errors import ArgumentError, complaint
from autograd.typing import Array

Finish: TypeAlias = Callable[[Array], None]

_LENGTH = 624
_CHUNK = 1 << 15  # elements worked on at a time: their words and results stay in the processor's cache
_KERNEL_FROM = 1 << 16  # words from which the bulk kernel pays; fewer come from NumPy, and Numba stays unloaded
_SPLITS_UP_TO = 1e290  # factors beyond would overflow in `fused`
_BLOCK = 16  # normal values that PyTorch makes at a time, and the least count for which it does

_STATE = np.dtype(
    [
        ("seed", "<u8"),
        ("left", "<i4"),
        ("seeded", "<i4"),
        ("next", "<u8"),
        ("words", "<u8", (_LENGTH,)),
        ("unused", "<f8"),
        ("spare", "<f8"),
        ("unused_too", "<f8"),
        ("has_spare", "<i4"),
        ("float_spare", "<f4"),
        ("has_float_spare", "u1"),
    ],
    align=True,
)
"""The layout of `torch.get_rng_state()`, 5056 bytes."""


class _Unseeded(ISeedSequence):
    """No entropy for a bit generator whose state is written at once: it takes a fifth of the time."""

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Array:
        return np.zeros(n_words, dtype)


class RandomStream:
    """One MT19937 sequence and the draws from it. `seed` is what it was started with, 0 to 2^64 − 1.

    Source: M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
    number generator", ACM TOMACS 8 (1998); PyTorch, aten/src/ATen/core/MT19937RNGEngine.h.
    """

    def __init__(self, seed: int) -> None:
        unseeded: Any = _Unseeded()  # NumPy's stubs know its own SeedSequence only
        self._twister = np.random.MT19937(unseeded)
        self._seeding = np.random.RandomState(self._twister)
        # NumPy's own state, 624 words and the position in them, shared with the bulk kernel.
        memory = (ctypes.c_uint32 * (_LENGTH + 1)).from_address(self._twister.ctypes.state_address)
        self._state = np.ctypeslib.as_array(memory)
        self.restart(seed)

    def restart(self, seed: int) -> None:
        """Begin again at the first word for `seed`, of which only the low 32 bits count."""
        self.seed = seed
        self._spare: float | None = None
        self._seeding.seed(seed & 0xFFFFFFFF)  # the paper's init_genrand, and the position after the last word

    # Words

    def words(self, count: int) -> Array:
        """The next `count` words, uint32."""
        if count < _KERNEL_FROM:
            return self._twister.random_raw(count).astype(np.uint32)
        words = np.empty(count, np.uint32)
        self._fill(words)
        return words

    def _fill(self, words: Array) -> None:
        position = int(self._state[_LENGTH])
        self._state[_LENGTH] = kernels.mersenne_twister.fill(self._state[:_LENGTH], position, words)

    def _chunks(self, count: int, words_each: int) -> Iterator[tuple[slice, Array]]:
        """For `count` results out of `words_each` words: slices of the results, each with its words to write over."""
        if count * words_each < _KERNEL_FROM:
            yield slice(0, count), self.words(count * words_each)
            return
        buffer = np.empty(_CHUNK * words_each, np.uint32)
        for start in range(0, count, _CHUNK):
            stop = min(start + _CHUNK, count)
            words = buffer[: (stop - start) * words_each]
            self._fill(words)
            yield slice(start, stop), words

    # Uniform numbers and integers

    def fill_unit(self, out: Array, finish: Finish | None = None) -> None:
        """Fill with uniform numbers on [0, 1): float64 of 53 bits out of two words, float32 of 24 bits out of one.

        `finish` changes a chunk in place while it is in the cache; chunks begin at multiples of 16.
        """
        to_units = _units64 if out.dtype == np.float64 else _units32
        for part, words in self._chunks(out.size, out.itemsize // 4):
            values = out[part]
            to_units(words, values)
            if finish is not None:
                finish(values)

    def unit(self, count: int, dtype: DTypeLike) -> Array:
        """`count` numbers, uniform on [0, 1), float32 or float64."""
        out = np.empty(count, dtype)
        self.fill_unit(out)
        return out

    def uniform(self, count: int, dtype: np.dtype[Any], low: float, high: float) -> Array:
        """Uniform on [low, high)."""
        work = np.dtype(np.float32) if dtype == np.float16 else dtype
        first, last = work.type(low), work.type(high)
        values = np.empty(count, work)
        self.fill_unit(values, None if (first, last) == (0, 1) else lambda chunk: _stretch(chunk, first, last))
        if dtype == work:
            return values
        halves = values.astype(dtype)
        halves[halves == dtype.type(high)] = low
        return halves

    def integers(self, count: int, low: int, span: int, two_words: bool) -> Array:
        """Integers from low to low + span − 1, int64: what a division of one word or two by span leaves.

        span is at most 2^32, or 2^64 of two words.
        """
        out = np.empty(count, np.int64)
        for part, words in self._chunks(count, 1 + two_words):
            values = _long_words(words) if two_words else words
            if span < 1 << (64 if two_words else 32):
                whole = values // span  # NumPy divides by one number in vectors; its remainder does not
                whole *= values.dtype.type(span)
                values -= whole
            chosen = out[part]
            chosen[:] = values.view(np.int64) if two_words else values
            chosen += low
        return out

    # Normal numbers

    def normal(self, count: int, dtype: np.dtype[Any], mean: float, std: float) -> Array:
        """Normal numbers as PyTorch fills contiguous memory: in blocks of 16, below that in pairs.

        The last 16 are drawn anew where count is no multiple of 16.
        """
        if count < _BLOCK:
            return narrow(fused(self.paired_normal(count), std, mean), dtype)
        half = dtype == np.float16
        values = np.empty(count, np.float32 if half else dtype)

        def turn(chunk: Array) -> None:
            _to_normal(chunk, mean, std)

        self.fill_unit(values[: count - count % _BLOCK] if half else values, turn)
        if count % _BLOCK:
            self.fill_unit(values[-_BLOCK:], turn)
        return narrow(values, dtype)

    def paired_normal(self, count: int) -> Array:
        """Standard normal float64, two at a time; of an odd count, the second value is kept for the next call."""
        if not count:
            return np.empty(0)
        kept = [] if self._spare is None else [self._spare]
        missing = count - len(kept)
        missing += missing % 2
        if count < _BLOCK:
            values = np.array(kept + _pairs(self.words(2 * missing).tolist()))
        else:
            units = self.unit(missing, np.float64)
            kernels.box_muller.pairs64(units)
            values = np.concatenate([kept, units])
        self._spare = float(values[count]) if values.size > count else None
        return values[:count]

    # State

    def get_state(self) -> Array:
        """The state as `torch.get_rng_state()` lays it out: 5056 uint8."""
        record = np.zeros(1, _STATE)
        words, position = self._state[:_LENGTH], int(self._state[_LENGTH])
        fresh = position == _LENGTH and np.array_equal(words, RandomStream(self.seed)._state[:_LENGTH])
        record["seed"] = self.seed
        record["left"] = 1 if fresh else _LENGTH + 1 - position
        record["seeded"] = 1
        record["next"] = 0 if fresh else position
        record["words"] = words
        record["spare"] = 0.0 if self._spare is None else self._spare
        record["has_spare"] = self._spare is not None
        return record.view(np.uint8)

    def set_state(self, state: Array) -> None:
        """Go on from `state`. Raises ArgumentError for bytes that are no state of MT19937."""
        record = np.frombuffer(state.tobytes(), _STATE)[0]
        left, following = int(record["left"]), int(record["next"])
        fresh = (left, following) == (1, 0)
        if record["seeded"] != 1 or not 1 <= left <= _LENGTH or not (fresh or left + following == _LENGTH + 1):
            given = f"seeded={record['seeded']}, left={left}, next={following}"
            raise ArgumentError(
                complaint("set_state", "the state of a seeded MT19937", given, "Pass what get_state() gave")
            )
        self.seed = int(record["seed"])
        self._spare = float(record["spare"]) if record["has_spare"] else None
        self._state[:_LENGTH] = record["words"]
        self._state[_LENGTH] = _LENGTH if fresh else following


def fused(values: Array, factor: Any, term: Any) -> Array:
    """values·factor + term rounded once, as a processor's fused instruction does; float64 but for one in 10^15.

    Source: T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971).
    """
    if values.dtype == np.float32:
        exact = values * np.float64(factor)
        exact += term
        return exact.astype(np.float32)
    product = values * factor
    if term == 0 or abs(factor) > _SPLITS_UP_TO:
        return product + term
    high, low = _split(values)
    factor_high, factor_low = _split(factor)
    total = product + term
    added = total - product
    lost = high * factor_high - product + high * factor_low + low * factor_high + low * factor_low
    lost += product - (total - added) + (term - added)
    return total + lost


def _split(number: Any) -> tuple[Any, Any]:
    """Two float64 of 26 bits each, whose products are exact."""
    large = number * 134217729.0
    high = large - (large - number)
    return high, number - high


def narrow(values: Array, dtype: np.dtype[Any]) -> Array:
    """float64 as dtype; float16 by way of float32, as in PyTorch. What is too large becomes infinite."""
    with np.errstate(over="ignore"):
        return (values.astype(np.float32) if dtype == np.float16 else values).astype(dtype, copy=False)


def _long_words(words: Array) -> Array:
    """Pairs of uint32 as uint64, the first word high; writes over `words`."""
    pairs = words.astype("<u4", copy=False).view("<u8")
    high = pairs << 32
    pairs >>= 32
    high |= pairs
    return high


def _units64(words: Array, out: Array) -> None:
    mantissas = _long_words(words)
    mantissas &= (1 << 53) - 1
    np.multiply(mantissas.view(np.int64), 2.0**-53, out=out)


def _units32(words: Array, out: Array) -> None:
    words &= (1 << 24) - 1
    out[:] = words.view(np.int32)
    out *= 2.0**-24


def _stretch(units: Array, low: Any, high: Any) -> None:
    """From [0, 1) to [low, high), in place."""
    if low == -high:  # a shorter way to the same number, since 2u − 1 is exact
        units *= 2
        units -= 1
        units *= high
    else:
        units[:] = fused(units, high - low, low)
        units[units == high] = low  # what was rounded up


def _to_normal(values: Array, mean: float, std: float) -> None:
    """Turn blocks of 16 uniform numbers into normal ones in place; a shorter rest means nothing then."""
    if values.dtype == np.float32:
        kernels.box_muller.normal32(values, np.float32(mean), np.float32(std))
        return
    kernels.box_muller.normal64(values)
    if (mean, std) != (0.0, 1.0):
        values[:] = fused(values, std, mean)


def _pairs(words: list[int]) -> list[float]:
    """Two normal numbers of each four words, by the C library as PyTorch has it."""
    values = []
    for a, b, c, d in zip(*[iter(words)] * 4):
        angle = 2 * math.pi * (((a & 0x1FFFFF) << 32 | b) * 2.0**-53)
        radius = math.sqrt(-2 * math.log1p(-((c & 0x1FFFFF) << 32 | d) * 2.0**-53))
        values += [radius * math.cos(angle), radius * math.sin(angle)]
    return values
