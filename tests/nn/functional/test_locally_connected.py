"""Locally connected maps: plain loops as the oracle."""

import numpy as np

import autograd as ag
import nn.functional as F
from autograd.errors import ArgumentError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def loops(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """Place by place, image by image, output by output."""
    dims = weight.ndim // 2 - 1
    stride, padding, dilation = (np.broadcast_to(value, dims) for value in (stride, padding, dilation))
    images = x if x.ndim == dims + 2 else x[None]
    padded = np.pad(images, [(0, 0), (0, 0)] + [(zeros, zeros) for zeros in padding])
    places, outputs = weight.shape[:dims], weight.shape[dims]
    made = np.zeros((len(images), outputs, *places), x.dtype)
    for place in np.ndindex(places):
        spans = zip(place, stride, dilation, weight.shape[-dims:], strict=True)
        below = padded[(..., *(slice(at * step, at * step + gap * taps, gap) for at, step, gap, taps in spans))]
        for n in range(len(images)):
            for o in range(outputs):
                added = 0 if bias is None else bias[(*place, o)]
                made[(n, o, *place)] = (below[n] * weight[(*place, o)]).sum() + added
    return made if x.ndim == dims + 2 else made[0]


OPTIONS = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}
CASES = [
    OpCase(F.locally_connected2d, loops, [(2, 3, 4, 5), (2, 4, 2, 3, 3, 2), (2, 4, 2)]),
    OpCase(F.locally_connected2d, loops, [(2, 3, 4, 5), (2, 4, 2, 3, 3, 2)]),
    OpCase(F.locally_connected2d, loops, [(3, 4, 5), (2, 4, 2, 3, 3, 2), (2, 4, 2)]),
    OpCase(F.locally_connected2d, loops, [(0, 3, 4, 5), (2, 4, 2, 3, 3, 2), (2, 4, 2)]),
    OpCase(F.locally_connected2d, loops, [(1, 2, 6, 5), (3, 5, 2, 2, 3, 3), (3, 5, 2)], OPTIONS),
    OpCase(F.locally_connected2d, loops, [(2, 2, 5, 4), (2, 2, 3, 2, 1, 1)], {"stride": (3, 2)}),
    OpCase(F.locally_connected1d, loops, [(2, 3, 5), (4, 2, 3, 2), (4, 2)]),
    OpCase(F.locally_connected1d, loops, [(3, 5), (4, 2, 3, 2)]),
    OpCase(F.locally_connected1d, loops, [(2, 3, 6), (2, 2, 3, 3), (2, 2)], {"stride": 2, "padding": 1, "dilation": 2}),
]
X, WEIGHT = ag.zeros(1, 3, 5), ag.zeros(3, 4, 3, 3)
ERRORS = [
    ErrorCase(F.locally_connected1d, [ag.zeros(1, 3, 5, 5), WEIGHT], ShapeError, r"locally_connected1d: .*\(N, C, L\)"),
    ErrorCase(F.locally_connected2d, [X, WEIGHT], ShapeError, r"6 dimensions, got shapes .*\(3, 4, 3, 3\)"),
    ErrorCase(F.locally_connected1d, [ag.zeros(1, 3, 6), WEIGHT], ShapeError,
              r"a weight of shape \(4, 4, 3, 3\) for input of shape \(1, 3, 6\), got shape \(3, 4, 3, 3\)"),
    ErrorCase(F.locally_connected1d, [ag.zeros(1, 2, 5), WEIGHT], ShapeError, r"a weight of shape \(3, 4, 2, 3\)"),
    ErrorCase(F.locally_connected1d, [ag.zeros(1, 3, 2), WEIGHT], ShapeError, r"input of shape \(1, 3, 2\)"),
    ErrorCase(F.locally_connected1d, [X, WEIGHT, ag.zeros(4)], ShapeError, r"shape \(3, 4\), got shape \(4,\)"),
    ErrorCase(F.locally_connected1d, [X, WEIGHT], ArgumentError, "stride as a whole number", {"stride": 0}),
]  # fmt: skip
test_cases = conforms(CASES)
test_errors = refuses(ERRORS)
