"""Which positions of one dimension each pooling window holds; and the other way round, for gradients."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from autograd.kernels.arguments import readable
from autograd.typing import Array

IRREGULAR, STEP_1, STEP_2, HALF_STEP, HALF_STEP_LATER = range(5)
"""How first positions of neighbouring windows lie: anyhow; 1 apart; 2 apart; each twice; each twice but the first."""


@dataclass(frozen=True, eq=False)
class PoolAxis:
    """One dimension: window o holds starts[o], starts[o] + gap, ... below stops[o], those from 0 on.

    size: positions of the input. starts: int64, below zero where a window begins in the padding. stops: int64, at most
    `size`. taps: positions that the longest window spans. pattern: one of those above. divisors: float64, what the sum
    of each window is divided by.
    """

    size: int
    starts: Array
    stops: Array
    taps: int
    gap: int = 1
    pattern: int = IRREGULAR
    divisors: Array = field(default_factory=lambda: np.ones(1))
    _cast: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def count(self) -> int:
        """How many windows there are."""
        return len(self.starts)

    @cached_property
    def rows(self) -> Array:
        """For each window its first position inside the input and how many it holds there, int64 (2, count)."""
        outside = np.maximum(-self.starts, 0)
        first = self.starts + -(-outside // self.gap) * self.gap
        return readable(np.stack([first, np.maximum(-(-(self.stops - first) // self.gap), 0)]))

    def columns(self, dtype: type[np.integer[Any]]) -> tuple[Array, Array]:
        """`starts` and `stops` as kernels take them, in that dtype."""
        if dtype not in self._cast:
            self._cast[dtype] = readable(self.starts, dtype), readable(self.stops, dtype)
        return self._cast[dtype]

    def divided_by(self, dtype: type[np.floating[Any]]) -> Array:
        """`divisors` as kernels take them, in that dtype."""
        if dtype not in self._cast:
            self._cast[dtype] = readable(self.divisors, dtype)
        return self._cast[dtype]

    @cached_property
    def evenly_divided(self) -> bool:
        """Whether all windows have one divisor."""
        return bool(np.all(self.divisors == self.divisors[:1]))

    @cached_property
    def transposed(self) -> PoolAxis:
        """The same with the roles exchanged: position x is held by the windows starts[x] to stops[x] - 1; gap is 1.

        Divided by the windows' divisor if they have one in common, else by 1.
        """
        places = np.arange(self.size)
        first = np.searchsorted(self.stops, places, side="right")
        last = np.searchsorted(self.starts, places, side="right")
        pattern = IRREGULAR
        if self.pattern in (STEP_1, STEP_2):
            # The first window that reaches so far, were there windows before the first one.
            behind = int(self.starts[0]) + self.taps
            first = (places - behind) // self.pattern + 1
            pattern = STEP_1 if self.pattern == STEP_1 else HALF_STEP + behind % 2
        divisors = np.full(self.size, self.divisors[0] if self.count and self.evenly_divided else 1.0)
        return PoolAxis(self.count, first, last, int((last - first).max(initial=0)), 1, pattern, divisors)


def output_size(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """How many windows a dimension holds, as PyTorch counts; zero or less where it holds none.

    With ceil_mode one more may hang over the end, but none begins behind the input.
    """
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= size + padding else count


@lru_cache(maxsize=1024)
def sliding_axis(
    size: int,
    kernel: int,
    stride: int,
    padding: int,
    dilation: int = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> PoolAxis:
    """Windows `stride` apart. A mean divides by the padding too with count_include_pad; by `divisor` if given."""
    starts = np.arange(output_size(size, kernel, stride, padding, dilation, ceil_mode)) * stride - padding
    ends = starts + dilation * (kernel - 1) + 1
    stops = np.minimum(ends, size)
    counted = np.minimum(ends, size + padding) - starts if count_include_pad else stops - np.maximum(starts, 0)
    divisors = (counted if divisor is None else np.full(len(starts), divisor)).astype(np.float64)
    pattern = {1: STEP_1, 2: STEP_2}.get(stride, IRREGULAR)
    return PoolAxis(size, starts, stops, kernel, dilation, pattern, divisors)


@lru_cache(maxsize=1024)
def adaptive_axis(size: int, count: int) -> PoolAxis:
    """`count` windows that cover the dimension evenly; they overlap by one where it does not divide."""
    places = np.arange(count)
    starts, stops = places * size // max(count, 1), -(-(places + 1) * size // max(count, 1))
    lengths = stops - starts
    return PoolAxis(size, starts, stops, int(lengths.max(initial=0)), divisors=lengths.astype(np.float64))
