"""Padding against an index computed for each element, and the transposes of both kinds."""

import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, OperandError, ShapeError
from autograd.ops.padding import extend, extend_back, pad_with
from nn.functional import pad
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def place(i, n, mode):
    """Where position i, counted from the first element, reads; None where it reads the constant."""
    if mode == "constant":
        return i if 0 <= i < n else None
    if mode == "replicate":
        return min(max(i, 0), n - 1)
    if mode == "circular":
        return i % n
    return abs(i) if i < n else 2 * (n - 1) - i


def continued(x, widths, mode, value=0.0):
    """Every element of the result from its own index."""
    out = np.full([n + a + b for n, (a, b) in zip(x.shape, widths, strict=True)], value, x.dtype)
    for at in np.ndindex(*out.shape):
        source = [place(i - a, n, mode) for i, n, (a, _) in zip(at, x.shape, widths, strict=True)]
        if None not in source:
            out[at] = x[tuple(source)]
    return out


def padded(x, pad, mode="constant", value=None):
    pairs = [(0, 0)] * (x.ndim - len(pad) // 2) + [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    return continued(x, pairs, mode, 0.0 if value is None else value)


def folded(y, shape, widths, mode):
    """The transpose, column by column of the matrix: each unit vector through the definition."""
    out = np.zeros(shape)
    for at in np.ndindex(*shape):
        unit = np.zeros(shape)
        unit[at] = 1.0
        out[at] = (continued(unit, widths, mode) * y).sum()
    return out


WIDTHS = ((0, 0), (1, 2), (3, 1))

CASES = [
    OpCase(pad, padded, [(2, 3)], {"pad": (1, 2)}),
    OpCase(pad, padded, [(2, 3, 2)], {"pad": (1, 0, -1, 2), "value": 2.5}),
    OpCase(pad, padded, [(2, 4)], {"pad": (-1, -2, 0, 1)}),
    OpCase(pad, padded, [(0, 3)], {"pad": (1, 1, 1, 0), "value": -1.0}),
    OpCase(pad, padded, [()], {"pad": ()}),
    *[
        case
        for mode in ("reflect", "replicate", "circular")
        for case in [
            OpCase(pad, padded, [(2, 4)], {"pad": (2, 3), "mode": mode}),
            OpCase(pad, padded, [(2, 3, 4)], {"pad": (1, 2, 2, 1), "mode": mode}),
            OpCase(pad, padded, [(1, 2, 3, 3)], {"pad": (1, 0, 2, 2, 1, 1), "mode": mode}),
            OpCase(pad, padded, [(0, 2, 3)], {"pad": (1, 2), "mode": mode}),
            OpCase(pad, padded, [(2, 5)], {"pad": (0, 0), "mode": mode}),
            OpCase(extend_back, folded, [(2, 6, 8)], {"shape": (2, 3, 4), "widths": WIDTHS, "mode": mode}),
            OpCase(extend, continued, [(2, 3, 4)], {"widths": WIDTHS, "mode": mode}),
        ]
    ],
    *[OpCase(pad, padded, [(2, 5)], {"pad": pads, "mode": mode})
      for mode in ("reflect", "replicate") for pads in [(-2, 3), (3, -2), (-1, -1)]],
    OpCase(pad, padded, [(2, 5)], {"pad": (-1, -3), "mode": "circular"}),
    OpCase(pad, lambda x, pad, mode: padded(x[:, 1:], (0, 2), mode), [(2, 5)], {"pad": (-1, 2), "mode": "circular"}),
    OpCase(pad_with, lambda x, widths, value: continued(x, widths, "constant", value), [(2, 3)],
           {"widths": ((0, 1), (-1, 2)), "value": 3.0}),
]  # fmt: skip

X = ag.zeros(2, 3, 4)
ERRORS = [
    ErrorCase(pad, [X, (1, 2, 3)], ShapeError, r"at most 6, for shape \(2, 3, 4\), got pad=\(1, 2, 3\)"),
    ErrorCase(pad, [X, (1,) * 8], ShapeError, "two numbers for each padded dimension"),
    ErrorCase(pad, [X, (0, -5)], ShapeError, "crop at most what shape"),
    ErrorCase(pad, [X, (0.5, 1)], OperandError, "whole numbers"),
    ErrorCase(pad, [X, (1, 1), "mirror"], ArgumentError, "a mode among constant, reflect, replicate, circular"),
    ErrorCase(pad, [X, (1, 1), "reflect", 2.0], ArgumentError, 'no value with mode="reflect", got value=2.0'),
    ErrorCase(pad, [X, (4, 0), "reflect"], ShapeError, 'at most 3 for size 4 with mode="reflect", got 4'),
    ErrorCase(pad, [X, (0, 5), "circular"], ShapeError, "at most 4 for size 4"),
    ErrorCase(pad, [ag.zeros(2, 0), (0, 5), "replicate"], ShapeError, "at most 0 for size 0"),
    ErrorCase(pad, [ag.zeros(4), (1, 1), "circular"], ShapeError, "1, 2 or 3 padded dimensions and 1 or 2 more"),
    ErrorCase(pad, [X, (), "replicate"], ShapeError, r"0 padded dimensions of shape \(2, 3, 4\)"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
