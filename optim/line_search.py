"""A line search for the strong Wolfe conditions.

Source: Nocedal and Wright, "Numerical optimization" (2006), algorithms 3.5 and 3.6.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from autograd.typing import Array


class Point(NamedTuple):
    """A place on the line: the step to it, the value there, the gradient, and the slope along the line."""

    step: float
    value: float
    gradient: Array
    slope: float


def cubic_minimum(first: Point, second: Point, bounds: tuple[float, float] | None = None) -> float:
    """Where the cubic through two points with their slopes is least, within bounds (those of the points by default)."""
    low, high = bounds or (min(first.step, second.step), max(first.step, second.step))
    if first.step == second.step:
        return (low + high) / 2
    bend = first.slope + second.slope - 3 * (first.value - second.value) / (first.step - second.step)
    square = bend * bend - first.slope * second.slope
    if not square >= 0:
        return (low + high) / 2
    root = math.sqrt(square)
    left, right = (first, second) if first.step <= second.step else (second, first)
    width = right.step - left.step
    least = right.step - width * ((right.slope + root - bend) / (right.slope - left.slope + 2 * root))
    return min(max(least, low), high)


class StrongWolfe:
    """A search for a step with value <= value₀ + c1·step·slope₀ and |slope| <= c2·|slope₀|.

    `evaluate(step)` gives the value and the gradient (n,) at a step along `direction` (n,). `width`: brackets that move
    less than it end the search; at most `limit` evaluations are made.
    """

    def __init__(
        self, evaluate: Callable[[float], tuple[float, Array]], direction: Array, start: Point, width: float = 1e-9,
        limit: int = 25, c1: float = 1e-4, c2: float = 0.9,
    ) -> None:  # fmt: skip
        self.evaluate = evaluate
        self.direction = direction
        self.start = start
        self.width = width
        self.limit = limit
        self.c1 = c1
        self.c2 = c2
        self.evaluations = 0

    def run(self, step: float) -> Point:
        """The point found, beginning with a `step`; `self.evaluations` counts what it took."""
        bracket = self._bracket(step)
        return bracket[0] if len(bracket) == 1 else self._zoom(bracket)

    def _at(self, step: float) -> Point:
        value, gradient = self.evaluate(step)
        self.evaluations += 1
        return Point(step, value, gradient, float(np.dot(gradient, self.direction)))

    def _too_high(self, point: Point) -> bool:
        return point.value > self.start.value + self.c1 * point.step * self.start.slope

    def _flat(self, point: Point) -> bool:
        return abs(point.slope) <= -self.c2 * self.start.slope

    def _bracket(self, step: float) -> list[Point]:
        """A point that satisfies both conditions, or two that enclose one."""
        before, now = self.start, self._at(step)
        for count in range(self.limit):
            if self._too_high(now) or (count > 1 and now.value >= before.value):
                return [before, now]
            if self._flat(now):
                return [now]
            if now.slope >= 0:
                return [before, now]
            bounds = now.step + 0.01 * (now.step - before.step), now.step * 10
            further = cubic_minimum(before, now, bounds)
            before, now = now, self._at(further)
        return [self.start, now]

    def _zoom(self, bracket: list[Point]) -> Point:
        """The lowest point of a bracket that shrinks until a point satisfies both conditions."""
        low, high = sorted(bracket, key=lambda point: point.value)
        scale = float(np.abs(self.direction).max())
        near_edge = False
        while self.evaluations < self.limit + 1:
            if abs(high.step - low.step) * scale < self.width:
                break
            step = cubic_minimum(low, high)
            ends = min(low.step, high.step), max(low.step, high.step)
            margin = 0.1 * (ends[1] - ends[0])
            close = min(ends[1] - step, step - ends[0]) < margin
            if close and (near_edge or step >= ends[1] or step <= ends[0]):
                step = ends[1] - margin if abs(step - ends[1]) < abs(step - ends[0]) else ends[0] + margin
                near_edge = False
            else:
                near_edge = close
            now = self._at(step)
            if self._too_high(now) or now.value >= low.value:
                high = now
                if high.value <= low.value:
                    low, high = high, low
                continue
            if self._flat(now):
                return now
            if now.slope * (high.step - low.step) >= 0:
                high = low
            low = now
        return low
