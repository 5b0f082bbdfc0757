"""Pooling against plain loops, its gradients against differences, and what it refuses."""

import math

import numpy as np
import pytest

import autograd as ag
import nn.functional as F
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from autograd.kernels.pooling_axes import adaptive_axis, sliding_axis
from autograd.ops import pooling_maps
from benchmarks.naive import pooling as naive
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def many(value, dims):
    return (value,) * dims if isinstance(value, int) else tuple(value)


def sliding(x, dims, kernel_size, stride, padding, dilation, ceil_mode):
    kernel = many(kernel_size, dims)
    settings = [kernel if stride is None else many(stride, dims), many(padding, dims), many(dilation, dims)]
    geometry = zip(x.shape[-dims:], kernel, *settings, strict=True)
    return [naive.sliding(*each, ceil_mode) for each in geometry]


def largest(dims):
    def oracle(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
        found = naive.largest(x, sliding(x, dims, kernel_size, stride, padding, dilation, ceil_mode))
        return found if return_indices else found[0]

    return oracle


def located(dims):
    return lambda x, **options: largest(dims)(x, **options, return_indices=True)


def means(dims):
    def oracle(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        windows = sliding(x, dims, kernel_size, stride, padding, 1, ceil_mode)
        return naive.means(x, windows, many(padding, dims), count_include_pad, divisor_override)

    return oracle


def norms(dims):
    def oracle(x, norm_type, kernel_size, stride=None, ceil_mode=False):
        windows = sliding(x, dims, kernel_size, stride, 0, 1, ceil_mode)
        if math.isinf(norm_type):
            return naive.largest(abs(x) * np.sign(norm_type), windows)[0] * np.sign(norm_type)
        means = naive.means(x**norm_type, windows, (0,) * dims)
        return (np.maximum(means, 0) * math.prod(many(kernel_size, dims))) ** (1 / norm_type)

    return oracle


def covering(x, dims, output_size):
    sizes = [n if o is None else o for n, o in zip(x.shape[-dims:], np.broadcast_to(output_size, dims), strict=True)]
    return [naive.adaptive(n, count) for n, count in zip(x.shape[-dims:], sizes, strict=True)]


def adaptive_means(dims):
    return lambda x, output_size: naive.means(x, covering(x, dims, output_size), (0,) * dims)


def adaptive_largest(dims):
    return lambda x, output_size: naive.largest(x, covering(x, dims, output_size))[0]


def adaptive_located(dims):
    return lambda x, output_size: naive.largest(x, covering(x, dims, output_size))


def restored(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    size = tuple(output_size)
    out = np.zeros((*x.shape[: -len(size)], math.prod(size)), x.dtype)
    for at in np.ndindex(*x.shape):
        out[(*at[: -len(size)], indices[at])] = x[at]
    return out.reshape(*x.shape[: -len(size)], *size)


def tensor(*shape):
    """All elements different, and far enough apart for differences."""
    return np.random.default_rng(0).permutation(math.prod(shape)).reshape(shape) / 10


POSITIONS = np.random.default_rng(1).permuted(np.tile(np.arange(12), (2, 3, 1)), axis=2)[:, :, :4]
AXES = (sliding_axis(5, 3, 2, 1, 1, True), sliding_axis(6, 2, 2, 0))
ONE = (adaptive_axis(5, 3),)
SIZES = {1: [(2, 3, 9), (3, 8)], 2: [(2, 2, 5, 6), (2, 6, 5)], 3: [(1, 2, 4, 5, 3), (2, 3, 4, 4)]}
WINDOWS = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 2, "stride": 1, "ceil_mode": True},
    {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
]
CASES = [
    *[
        OpCase(getattr(F, f"max_pool{dims}d"), largest(dims), [tensor(*shape)], options)
        for dims, shapes in SIZES.items()
        for shape in shapes
        for options in [*WINDOWS, {"kernel_size": 2, "stride": 1, "dilation": 2, "padding": 1}]
    ],
    OpCase(ag.max_pool1d, largest(1), [tensor(2, 2, 7)], {"kernel_size": 3}),
    OpCase(ag.max_pool2d, largest(2), [tensor(2, 5, 7)], {"kernel_size": (3, 2), "stride": (1, 2), "padding": (1, 0)}),
    OpCase(ag.max_pool2d, largest(2), [(0, 2, 4, 4)], {"kernel_size": 2}),
    OpCase(ag.max_pool3d, largest(3), [tensor(2, 3, 4, 4)], {"kernel_size": 2, "stride": (1, 2, 2)}),
    OpCase(ag.max_pool1d_with_indices, located(1), [tensor(2, 2, 7)], {"kernel_size": 3, "stride": 2}),
    OpCase(F.max_pool2d_with_indices, located(2), [tensor(2, 5, 7)], {"kernel_size": 2, "padding": 1}),
    OpCase(F.max_pool3d_with_indices, located(3), [tensor(2, 3, 4, 4)], {"kernel_size": 2, "ceil_mode": True}),
    *[
        OpCase(getattr(F, f"avg_pool{dims}d"), means(dims), [shape], {**options, "count_include_pad": counted})
        for dims, shapes in SIZES.items()
        for shape in shapes
        for options in WINDOWS
        for counted in (True, False)
    ],
    OpCase(F.avg_pool2d, means(2), [(2, 5, 6)], {"kernel_size": 3, "padding": 1, "divisor_override": 4}),
    OpCase(F.avg_pool3d, means(3), [(1, 5, 4, 3)], {"kernel_size": 2, "divisor_override": -3}),
    OpCase(F.avg_pool2d, means(2), [(0, 2, 4, 4)], {"kernel_size": 2}),
    *[
        OpCase(getattr(F, f"{kind}_pool{dims}d"), oracle, [tensor(*shape)], {"output_size": size})
        for dims, shape, size in [
            (1, (2, 3, 7), 3),
            (1, (2, 7), 1),
            (1, (2, 3), (8,)),
            (2, (2, 2, 5, 7), (3, 2)),
            (2, (2, 5, 4), (None, 1)),
            (2, (2, 2, 3, 4), 1),
            (3, (1, 2, 3, 4, 5), (2, 3, 4)),
            (3, (2, 4, 3, 2), (2, None, 1)),
        ]
        for kind, oracle in [("adaptive_avg", adaptive_means(dims)), ("adaptive_max", adaptive_largest(dims))]
    ],
    OpCase(F.adaptive_max_pool1d_with_indices, adaptive_located(1), [tensor(2, 2, 7)], {"output_size": 3}),
    OpCase(F.adaptive_max_pool2d_with_indices, adaptive_located(2), [tensor(2, 5, 7)], {"output_size": (2, None)}),
    OpCase(F.adaptive_max_pool3d_with_indices, adaptive_located(3), [tensor(2, 5, 3, 4)], {"output_size": 2}),
    *[
        OpCase(getattr(F, f"lp_pool{dims}d"), norms(dims), [shapes[0]], {"norm_type": p, **options}, (0.2, 2.0))
        for dims, shapes in SIZES.items()
        for p, options in [(2, WINDOWS[0]), (3.0, WINDOWS[2]), (1.5, {"kernel_size": 2, "stride": 2})]
    ],
    OpCase(F.lp_pool2d, norms(2), [tensor(2, 4, 5)], {"norm_type": math.inf, "kernel_size": 2}),
    OpCase(F.lp_pool2d, norms(2), [tensor(2, 4, 5)], {"norm_type": -math.inf, "kernel_size": 2}),
    OpCase(F.max_unpool1d, restored, [(2, 3, 4), POSITIONS], {"kernel_size": 3, "output_size": (12,)}),
    OpCase(
        F.max_unpool2d,
        restored,
        [(2, 3, 2, 2), POSITIONS.reshape(2, 3, 2, 2)],
        {"kernel_size": 2, "stride": (2, 1), "output_size": (4, 3)},
    ),
    OpCase(
        F.max_unpool3d,
        restored,
        [(3, 1, 2, 2), POSITIONS[0].reshape(3, 1, 2, 2)],
        {"kernel_size": (1, 2, 3), "output_size": (1, 4, 6)},
    ),
    OpCase(
        pooling_maps.means_of_windows, lambda x, axes: naive.means(x, covering(x, 1, 3), (0,)), [(2, 5)], {"axes": ONE}
    ),
    OpCase(
        pooling_maps.spread_means,
        lambda g, axes: naive.spread(g, (5, 6), [naive.sliding(5, 3, 2, 1, 1, True), naive.sliding(6, 2, 2)], (1, 0)),
        [(2, 3, 3)],
        {"axes": AXES},
    ),
    OpCase(
        pooling_maps.take_at,
        lambda x, places, dims: np.take_along_axis(x.reshape(2, 3, 12), places, -1),
        [(2, 3, 12), POSITIONS],
        {"dims": 1},
    ),
    OpCase(
        pooling_maps.put_at,
        lambda x, places, size: naive.scattered(x, places, size),
        [(2, 3, 4), POSITIONS // 2],
        {"size": (12,)},
    ),
]

ERRORS = [
    ErrorCase(F.max_pool2d, [ag.zeros(4, 4), 2], ShapeError, r"max_pool2d: expected input \(N, C, H, W\) or"),
    ErrorCase(F.max_pool2d, [ag.zeros(1, 1, 4, 4), 2, 2, 2], ArgumentError, r"half a window, got padding=\(2, 2\)"),
    ErrorCase(F.max_pool1d, [ag.zeros(1, 1, 4), 5], ShapeError, r"result of size 1 at least, got \(0,\)"),
    ErrorCase(F.max_pool1d, [ag.zeros(1, 1, 4), 0], ArgumentError, "kernel_size"),
    ErrorCase(F.max_pool1d, [ag.zeros(1, 1, 4), 2, 0], ArgumentError, "stride"),
    ErrorCase(F.max_pool1d, [ag.zeros(1, 1, 4), 2, 1, -1], ArgumentError, "padding"),
    ErrorCase(F.max_pool1d, [ag.zeros(1, 1, 4), 2, 1, 0, 0], ArgumentError, "dilation"),
    ErrorCase(F.max_pool1d, [ag.zeros(1, 1, 1), 2, 1, 2, 4], ShapeError, "hold an element"),
    ErrorCase(F.max_pool2d, [ag.zeros(1, 1, 4, 0), 2], ShapeError, "not zero"),
    ErrorCase(F.max_pool2d, [ag.zeros(1, 1, 4, 4, dtype=ag.int64), 2], DTypeError, "float32 or float64, got int64"),
    ErrorCase(F.avg_pool3d, [ag.zeros(1, 4, 4), 2], ShapeError, r"avg_pool3d: expected input \(N, C, D, H, W\)"),
    ErrorCase(F.avg_pool2d, [ag.zeros(1, 4, 4), (2, 2, 2)], ArgumentError, "kernel_size"),
    ErrorCase(F.avg_pool2d, [ag.zeros(1, 4, 4), 2, 2, 0, False, True, 0], ArgumentError, "divisor_override"),
    ErrorCase(F.adaptive_avg_pool2d, [ag.zeros(1, 4, 4), (2, 2, 2)], ArgumentError, "output_size"),
    ErrorCase(F.adaptive_max_pool1d, [ag.zeros(1, 4, 4), -1], ArgumentError, "output_size"),
    ErrorCase(F.lp_pool2d, [ag.zeros(4, 4), 2, 2], ShapeError, "pool2d"),
    ErrorCase(F.max_unpool2d, [ag.zeros(1, 2, 2), ag.zeros(1, 2, 3, dtype=ag.int64), 2], ShapeError, "indices"),
    ErrorCase(F.max_unpool2d, [ag.zeros(1, 2, 2), ag.zeros(1, 2, 2), 2], DTypeError, "int64"),
    ErrorCase(F.max_unpool1d, [ag.zeros(1, 2), ag.tensor([[0, 4]]), 2], DimensionError, "from 0 to 3"),
    ErrorCase(F.max_unpool1d, [ag.zeros(1, 2), ag.tensor([[0, -1]]), 2], DimensionError, "from -1 to 0"),
    ErrorCase(F.max_unpool1d, [ag.zeros(1, 2), ag.tensor([[0, 1]]), 2, 2, 0, (6,)], ShapeError, "output_size"),
    ErrorCase(F.max_unpool1d, [ag.zeros(1, 2), ag.tensor([[0, 1]]), 2, 2, 2], ShapeError, "size 1 at least"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_unpooling_undoes_pooling(dims):
    x = ag.tensor(tensor(2, 2, *(6,) * dims), dtype=ag.float64)
    pooled, indices = getattr(F, f"max_pool{dims}d")(x, 2, return_indices=True)
    assert indices.dtype == ag.int64 and not indices.requires_grad
    back = getattr(F, f"max_unpool{dims}d")(pooled, indices, 2)
    kept = np.isin(x.numpy(), pooled.numpy())
    np.testing.assert_array_equal(back.numpy(), np.where(kept, x.numpy(), 0))


def test_third_order():
    x = ag.tensor(tensor(2, 4, 6), requires_grad=True)
    orders = [(F.max_pool2d(x, 2) ** 3).sum()]
    for _ in range(3):
        orders.append(ag.grad(orders[-1].sum(), x, create_graph=True)[0])
    chosen = naive.largest(tensor(2, 4, 6), sliding(x, 2, 2, None, 0, 1, False))[0]
    kept = np.isin(tensor(2, 4, 6), chosen)
    for order, factor, power in [(1, 3, 2), (2, 6, 1), (3, 6, 0)]:
        expected = np.where(kept, factor * tensor(2, 4, 6) ** power, 0)
        np.testing.assert_allclose(orders[order].detach().numpy(), expected, rtol=1e-12)


def test_what_overlapping_windows_share_is_put_back_once_and_gets_the_gradient_for_each():
    x = ag.tensor([[1.0, 2.0, 2.0]], requires_grad=True)
    out = F.max_unpool1d(x, ag.tensor([[0, 2, 2]]), 2)
    np.testing.assert_array_equal(out.detach().numpy(), [[1, 0, 2, 0, 0, 0]])
    out.backward(ag.tensor([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]))
    np.testing.assert_array_equal(x.grad.numpy(), [[1, 3, 3]])
