"""Convolutions against plain loops, their gradients against differences, and what they refuse."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, ShapeError
from autograd.kernels.geometry import Window
from autograd.ops.convolution import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from autograd.ops.correlation import correlate, correlate_input, correlate_weight
from benchmarks.naive import convolution as naive
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def many(value, dims):
    return (value,) * dims if isinstance(value, int) else tuple(value)


def loops(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """The definition; "same" and "valid" as numbers of zeros that are written out."""
    dims = weight.ndim - 2
    stride, dilation = many(stride, dims), many(dilation, dims)
    if x.ndim == dims + 1:
        return loops(x[None], weight, bias, stride, padding, dilation, groups)[0]
    if padding == "same":
        totals = [d * (k - 1) for d, k in zip(dilation, weight.shape[2:], strict=True)]
        x = np.pad(x, [(0, 0), (0, 0), *((t // 2, t - t // 2) for t in totals)])
    padding = many(0 if isinstance(padding, str) else padding, dims)
    return naive.convolution(x, weight, bias, stride, padding, dilation, groups)


def spread(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """The transpose by its definition."""
    dims = weight.ndim - 2
    if x.ndim == dims + 1:
        return spread(x[None], weight, bias, stride, padding, output_padding, groups, dilation)[0]
    stride, padding, extra, dilation = (many(v, dims) for v in (stride, padding, output_padding, dilation))
    outputs, kernel = weight.shape[1] * groups, weight.shape[2:]
    full = [max(s, d) + (n - 1) * s + d * (k - 1) + 1
            for n, s, d, k in zip(x.shape[2:], stride, dilation, kernel, strict=True)]  # fmt: skip
    out = np.zeros((len(x), outputs, *full))
    share = weight.shape[0] // groups
    for n, c, o, *rest in np.ndindex(len(x), weight.shape[0], weight.shape[1], *x.shape[2:], *kernel):
        at, tap = rest[:dims], rest[dims:]
        to = tuple(a * s + t * d for a, s, t, d in zip(at, stride, tap, dilation, strict=True))
        out[(n, c // share * weight.shape[1] + o, *to)] += x[(n, c, *at)] * weight[(c, o, *tap)]
    sizes = [(n - 1) * s - 2 * p + d * (k - 1) + e + 1
             for n, s, p, d, k, e
             in zip(x.shape[2:], stride, padding, dilation, kernel, extra, strict=True)]  # fmt: skip
    out = out[(..., *(slice(p, p + size) for p, size in zip(padding, sizes, strict=True)))]
    return out if bias is None else out + bias.reshape(1, -1, *(1,) * dims)


def case(op, shapes, **kwargs):
    return OpCase(op, spread if "transpose" in op.__name__ else loops, shapes, kwargs)


CASES = [
    case(conv2d, [(2, 2, 4, 5), (3, 2, 3, 2), (3,)]),
    case(conv2d, [(1, 4, 5, 4), (4, 2, 2, 3), (4,)], stride=2, padding=(1, 2), groups=2),
    case(conv2d, [(1, 2, 5, 6), (2, 2, 2, 2)], dilation=(2, 1), stride=(1, 2)),
    case(conv2d, [(3, 4, 4), (3, 1, 3, 3), (3,)], padding="same", groups=3),
    case(conv2d, [(1, 1, 3, 4), (2, 1, 2, 2)], padding="same"),
    case(conv2d, [(1, 2, 3, 3), (2, 2, 1, 1), (2,)], padding="valid"),
    case(conv2d, [(0, 2, 4, 4), (3, 2, 3, 3), (3,)]),
    case(conv2d, [(1, 2, 4, 4), (2, 2, 1, 1)], stride=3),
    case(conv1d, [(2, 2, 7), (3, 2, 3), (3,)], stride=2, padding=1),
    case(conv1d, [(2, 6), (2, 1, 2)], groups=2, dilation=2),
    case(conv3d, [(1, 2, 3, 3, 4), (2, 1, 2, 2, 2), (2,)], groups=2, padding=(1, 0, 1)),
    case(conv3d, [(1, 1, 3, 3, 3), (1, 1, 2, 2, 2)], stride=(2, 1, 2), padding=1),
    case(conv_transpose2d, [(1, 2, 3, 2), (2, 3, 2, 3), (3,)]),
    case(conv_transpose2d, [(1, 4, 2, 3), (4, 1, 3, 3), (2,)], stride=2, padding=1, output_padding=1, groups=2),
    case(conv_transpose2d, [(2, 3, 3), (2, 2, 2, 2)], dilation=3, output_padding=(2, 1)),
    case(conv_transpose2d, [(0, 2, 3, 3), (2, 1, 2, 2), (1,)]),
    case(conv_transpose2d, [(1, 1, 2, 2), (1, 1, 1, 1)], stride=3),
    case(conv_transpose1d, [(2, 2, 3), (2, 2, 3), (2,)], stride=2, output_padding=1),
    case(conv_transpose3d, [(1, 2, 2, 2, 2), (2, 1, 2, 1, 2), (1,)], stride=(1, 2, 1)),
]
WINDOW = Window((2, 3), (2, 1), ((1, 1), (0, 0)), (1, 1))
OPTIONS = (2, 1), (1, 0), (1, 1), 1
MAPS = {"window": WINDOW, "groups": 1}
CASES += [
    OpCase(correlate, lambda x, w, b, **_: naive.convolution(x, w, b, *OPTIONS),
           [(1, 2, 3, 4), (3, 2, 2, 3), (3,)], MAPS),
    OpCase(correlate_input, lambda g, w, b, **_: naive.input_gradient(g, w, (1, 2, 3, 4), *OPTIONS) + b[:, None, None],
           [(1, 3, 2, 2), (3, 2, 2, 3), (2,)], {**MAPS, "size": (3, 4)}),
    OpCase(correlate_weight, lambda g, x, **_: naive.weight_gradient(g, x, (3, 2, 2, 3), *OPTIONS),
           [(1, 3, 2, 2), (1, 2, 3, 4)], MAPS),
]  # fmt: skip

X, W = ag.zeros(1, 4, 5, 5), ag.zeros(6, 4, 3, 3)
ERRORS = [
    ErrorCase(
        conv2d, [ag.zeros(1, 3, 5, 5), W], ShapeError, r"4 input channels.*\(6, 4, 3, 3\).*\(1, 3, 5, 5\).*has 3"
    ),
    ErrorCase(conv2d, [ag.zeros(4, 5), W], ShapeError, r"input \(N, C, H, W\)"),
    ErrorCase(conv2d, [X, ag.zeros(6, 4, 3)], ShapeError, "a weight of 4 dimensions"),
    ErrorCase(conv2d, [X, ag.zeros(6, 4, 0, 3)], ShapeError, "not empty"),
    ErrorCase(conv2d, [X, W, ag.zeros(5)], ShapeError, r"a bias of shape \(6,\)"),
    ErrorCase(conv2d, [X, W.double()], DTypeError, "one dtype"),
    ErrorCase(conv2d, [X.long(), W.long()], DTypeError, "floating-point"),
    ErrorCase(conv2d, [X, W], ArgumentError, "groups of 1 or more", {"groups": 0}),
    ErrorCase(conv2d, [X, W], ShapeError, "3 groups can share", {"groups": 3}),
    ErrorCase(conv2d, [X, ag.zeros(5, 2, 3, 3)], ShapeError, "output channels that 2 groups", {"groups": 2}),
    ErrorCase(conv2d, [ag.zeros(1, 4, 2, 5), W], ShapeError, r"window of \(3, 3\).*\(2, 5\)"),
    ErrorCase(conv2d, [X, W], ArgumentError, "stride as a whole number from 1", {"stride": 0}),
    ErrorCase(conv2d, [X, W], ArgumentError, "2 of them", {"stride": (1, 1, 1)}),
    ErrorCase(conv2d, [X, W], ArgumentError, "padding as a whole number from 0", {"padding": -1}),
    ErrorCase(conv2d, [X, W], ArgumentError, "dilation", {"dilation": 0}),
    ErrorCase(conv2d, [X, W], ArgumentError, '"same" or "valid"', {"padding": "full"}),
    ErrorCase(conv2d, [X, W], ArgumentError, "stride 1 with padding", {"padding": "same", "stride": 2}),
    ErrorCase(conv_transpose2d, [X, W], ShapeError, "6 input channels"),
    ErrorCase(conv_transpose2d, [ag.zeros(1, 6, 5, 5), W], ShapeError, "4 groups can share", {"groups": 4}),
    ErrorCase(conv_transpose2d, [ag.zeros(1, 6, 5, 5), W], ArgumentError, "output_padding less", {"output_padding": 1}),
    ErrorCase(conv_transpose2d, [ag.zeros(1, 6, 1, 1), W], ShapeError, "size 1 at least", {"padding": 2}),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_half_precision_is_computed_in_single():
    x, weight = ag.randn(1, 3, 6, 6).half(), ag.randn(4, 3, 3, 3).half()
    out = conv2d(x, weight)
    assert out.dtype == ag.float16
    np.testing.assert_allclose(out.numpy(), conv2d(x.float(), weight.float()).numpy(), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("wanted", [(True, False), (False, True)])
def test_only_what_the_wanted_gradient_needs_is_kept(wanted):
    x, weight = ag.randn(1, 3, 6, 6, requires_grad=wanted[0]), ag.randn(4, 3, 3, 3, requires_grad=wanted[1])
    kept = [item for item in conv2d(x, weight).grad_fn.kept if isinstance(item, np.ndarray)]
    assert [item.shape for item in kept] == [(4, 3, 3, 3) if wanted[0] else (1, 3, 6, 6)]
