"""Sets of values: what parameters may be, and what outcomes can be, under PyTorch's names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import from_numpy
from autograd.tensor import Tensor
from autograd.typing import Array


@dataclass(frozen=True)
class Constraint:
    """A set of values; `check(value)` says which values are in it, without the last `event_dim` dimensions.

    Arrays are taken as tensors are, so that distributions check their own without recording. `expected` describes the
    set in error messages. `is_discrete`: whether its values are isolated.
    """

    name: str = field(repr=False)
    expected: str
    holds: Callable[[Any], Any]
    event_dim: int = 0
    is_discrete: bool = False

    def check(self, value: Any) -> Any:
        """Booleans: whether values are in the set."""
        return self.holds(value)

    def __repr__(self) -> str:
        return self.name


def greater_than(lower_bound: Any) -> Constraint:
    """Numbers above a bound."""
    return Constraint(f"GreaterThan(lower_bound={lower_bound})", f"> {_told(lower_bound)}", lambda x: x > lower_bound)


def greater_than_eq(lower_bound: Any) -> Constraint:
    """Numbers of at least a bound."""
    name = f"GreaterThanEq(lower_bound={lower_bound})"
    return Constraint(name, f"of at least {_told(lower_bound)}", lambda x: x >= lower_bound)


def less_than(upper_bound: Any) -> Constraint:
    """Numbers below a bound."""
    return Constraint(f"LessThan(upper_bound={upper_bound})", f"< {_told(upper_bound)}", lambda x: x < upper_bound)


def interval(lower_bound: Any, upper_bound: Any) -> Constraint:
    """Numbers from one bound to another."""
    name = f"Interval(lower_bound={lower_bound}, upper_bound={upper_bound})"
    expected = f"from {_told(lower_bound)} to {_told(upper_bound)}"
    return Constraint(name, expected, lambda x: (x >= lower_bound) & (x <= upper_bound))


def integer_interval(lower_bound: int, upper_bound: int) -> Constraint:
    """Integers from one bound to another."""
    name = f"IntegerInterval(lower_bound={lower_bound}, upper_bound={upper_bound})"
    expected = f"that are integers from {lower_bound} to {upper_bound}"
    return Constraint(name, expected, lambda x: _whole(x) & (x >= lower_bound) & (x <= upper_bound), 0, True)


def integer_greater_than(lower_bound: int) -> Constraint:
    """Integers of at least a bound."""
    name = f"IntegerGreaterThan(lower_bound={lower_bound})"
    expected = f"that are integers of at least {lower_bound}"
    return Constraint(name, expected, lambda x: _whole(x) & (x >= lower_bound), 0, True)


def independent(base: Constraint, reinterpreted_batch_ndims: int) -> Constraint:
    """Values of which all parts, along so many last dimensions more, are in a set."""
    dims = tuple(range(-reinterpreted_batch_ndims, 0))
    return replace(
        base, name=f"IndependentConstraint({base}, {reinterpreted_batch_ndims})",
        holds=lambda x: base.check(x).all(dims) if dims else base.check(x),
        event_dim=base.event_dim + reinterpreted_batch_ndims,
    )  # fmt: skip


def multinomial(upper_bound: int) -> Constraint:
    """Vectors of counts that add up to a number."""
    expected = f"that are counts with the sum {upper_bound}"
    return Constraint("Multinomial()", expected, lambda x: (x >= 0).all(-1) & (x.sum(-1) == upper_bound), 1, True)


def _told(bound: Any) -> str:
    if not isinstance(bound, Tensor):
        return f"{bound:g}"
    return f"{bound.item():g}" if bound.numel() == 1 else f"bounds of shape {tuple(bound.shape)}"


def _whole(x: Any) -> Any:
    return x % 1 == 0


def _of_matrices(holds: Callable[[Array], Any]) -> Callable[[Any], Any]:
    """A test of arrays as one of tensors too."""

    def check(x: Any) -> Any:
        found = np.asarray(holds(array_of(x)))
        return from_numpy(found) if isinstance(x, Tensor) else found

    return check


def _lower_with_positive_diagonal(x: Array) -> Any:
    return (np.tril(x) == x).all((-2, -1)) & (np.diagonal(x, 0, -2, -1) > 0).all(-1)


def _symmetric_and_definite(x: Array) -> Any:
    even = np.isclose(x, x.swapaxes(-1, -2), atol=1e-6).all((-2, -1))
    return even & (np.linalg.eigvalsh(x) > 0).all(-1)


real = Constraint("Real()", "without NaN", lambda x: x == x)
positive = greater_than(0.0)
nonnegative = greater_than_eq(0.0)
unit_interval = interval(0.0, 1.0)
boolean = Constraint("Boolean()", "of 0 and 1", lambda x: (x == 0) | (x == 1), 0, True)
nonnegative_integer = integer_greater_than(0)
positive_integer = integer_greater_than(1)
real_vector = independent(real, 1)
simplex = Constraint(
    "Simplex()", "of at least 0 with the sum 1", lambda x: (x >= 0).all(-1) & (abs(x.sum(-1) - 1) < 1e-6), 1
)
one_hot = Constraint(
    "OneHot()", "with a single 1, else 0", lambda x: ((x == 0) | (x == 1)).all(-1) & (x.sum(-1) == 1), 1, True
)
lower_cholesky = Constraint(
    "LowerCholesky()", "of lower triangles with a diagonal above 0", _of_matrices(_lower_with_positive_diagonal), 2
)
positive_definite = Constraint(
    "PositiveDefinite()", "that are symmetric and positive definite", _of_matrices(_symmetric_and_definite), 2
)
