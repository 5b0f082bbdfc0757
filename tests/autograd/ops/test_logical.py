"""Logic on truth values and on bits."""

import operator

import numpy as np

import autograd as ag
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def each(function, dtype=None):
    """The function of Python numbers as one of arrays."""
    return lambda *arrays: np.vectorize(function, otypes=[dtype or arrays[0].dtype])(
        *[x.astype(object) for x in arrays]
    )


BITS = np.array([[0, 1, 6], [-1, 12, -8]]), np.array([3, 5, 2])
SMALL = np.array([0, 1, 255], np.uint8), np.array([3, 5, 1], np.uint8)
TRUTH = np.array([True, True, False, False]), np.array([True, False, True, False])
NUMBERS = np.array([0.0, 2.0, -1.0]), np.array([0.0, 0.0, 3.0])

CASES = [
    *[
        OpCase(op, each(oracle), [*operands])
        for op, oracle in {
            ag.bitwise_and: operator.and_,
            ag.bitwise_or: operator.or_,
            ag.bitwise_xor: operator.xor,
        }.items()
        for operands in (BITS, SMALL, TRUTH)
    ],
    OpCase(ag.bitwise_not, each(operator.invert), [BITS[0]]),
    OpCase(ag.bitwise_not, each(lambda a: 255 - a), [SMALL[0]]),
    OpCase(ag.bitwise_not, each(operator.not_), [TRUTH[0]]),
    OpCase(ag.bitwise_left_shift, each(lambda a, b: a * 2**b), [*BITS]),
    OpCase(ag.bitwise_right_shift, each(lambda a, b: a // 2**b), [*BITS]),
    *[
        OpCase(op, each(oracle, bool), [*operands], differentiable=False)
        for op, oracle in {
            ag.logical_and: lambda a, b: bool(a) and bool(b),
            ag.logical_or: lambda a, b: bool(a) or bool(b),
            ag.logical_xor: lambda a, b: bool(a) != bool(b),
        }.items()
        for operands in (BITS, TRUTH, NUMBERS)
    ],
    OpCase(ag.logical_not, each(operator.not_, bool), [BITS[0]]),
    OpCase(ag.logical_not, each(operator.not_, bool), [NUMBERS[0]], differentiable=False),
    OpCase(ag.logical_and, lambda a, b: np.zeros((0, 2), bool), [(0, 2), (2,)], differentiable=False),
]

ERRORS = [
    *[ErrorCase(op, [ag.ones(2), ag.ones(2)], TypeError, "bitwise|shift")
      for op in (ag.bitwise_and, ag.bitwise_or, ag.bitwise_xor, ag.bitwise_left_shift, ag.bitwise_right_shift)],
    ErrorCase(ag.bitwise_not, [ag.ones(2)], TypeError, "invert"),
]  # fmt: skip

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
