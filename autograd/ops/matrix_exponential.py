"""The exponential of matrices, by scaling and squaring.

Source: Higham, "The scaling and squaring method for the matrix exponential revisited" (2005). The derivative of exp at
A in the direction E stands in the corner of exp([[A, E], [0, A]]): van Loan, "Computing integrals involving the matrix
exponential" (1978).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.general_call import operation
from autograd.ops.joining import cat
from autograd.ops.matrix_checks import require_square
from autograd.typing import A as Same

LARGEST = 5.371920351148152
"""The 1-norm up to which the approximant is exact to the precision of float64."""

COEFFICIENTS = (
    64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
    670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
)  # fmt: skip
"""Of Padé's approximant of degree 13 over 13, the numerator's; the denominator's have alternating signs."""


@operation(lambda g, A: _back(g, A))
def matrix_exp(A: Same) -> Same:
    """The sums of A^k / k! over all k, of square matrices (..., N, N). Raises ShapeError."""
    require_square("matrix_exp", A)
    return _exponential(A.astype(np.float64)).astype(A.dtype) if A.size else A.copy()


def _exponential(a: Any) -> Any:
    norm = np.abs(a).sum(-2).max(-1)
    with np.errstate(divide="ignore"):
        halvings = np.maximum(np.ceil(np.log2(norm / LARGEST)), 0)[..., None, None]
    halvings = np.where(np.isfinite(halvings), halvings, 0)
    found = _approximant(a * 0.5**halvings)
    for i in range(int(halvings.max())):
        found = np.where(i < halvings, found @ found, found)
    return found


def _approximant(a: Any) -> Any:
    """Padé's approximant: even powers make one sum, odd ones the other; numerator and denominator share both."""
    powers = [np.broadcast_to(np.eye(a.shape[-1]), a.shape), a @ a]
    for _ in range(5):
        powers.append(powers[-1] @ powers[1])
    even = sum(c * x for c, x in zip(COEFFICIENTS[::2], powers, strict=True))
    odd = a @ sum(c * x for c, x in zip(COEFFICIENTS[1::2], powers, strict=True))
    return np.linalg.solve(even - odd, even + odd)


def _back(g: Any, a: Any) -> Any:
    """The transposed derivative at a is the derivative at the transposed a."""
    size = a.shape[-1]
    both = cat([cat([a.mT, g], -1), cat([g * 0, a.mT], -1)], -2)
    return matrix_exp(both)[..., :size, size:]
