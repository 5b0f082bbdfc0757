"""Normalization: what is composed of operations, running statistics, and what is refused."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DTypeError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def response(x, size, alpha, beta, k):
    out = np.zeros_like(x)
    for c in range(x.shape[1]):
        first, last = max(0, c - size // 2), c + (size - 1) // 2 + 1
        out[:, c] = x[:, c] / (k + alpha * (x[:, first:last] ** 2).sum(1) / size) ** beta
    return out


def across_maps(x, size, alpha, beta, k):
    out = np.zeros_like(x)
    for c in range(x.shape[1]):
        reach = (size + 1) // 2
        counted = {0, *range(max(0, c - reach + 1), min(x.shape[1], c + reach))}
        out[:, c] = x[:, c] / (k + alpha * sum(x[:, j] ** 2 for j in counted) / size) ** beta
    return out


def standard(x, axes, eps=1e-5):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def of_the_batch(x):
    return F.batch_norm(x, None, None, training=True)


CASES = [
    OpCase(of_the_batch, lambda x: standard(x, (0, 2)), [(3, 2, 4)]),
    OpCase(F.instance_norm, lambda x: standard(x, 2), [(3, 2, 4)]),
    OpCase(F.group_norm, lambda x, num_groups: standard(x.reshape(3, 2, -1), 2).reshape(x.shape), [(3, 4, 2)],
           {"num_groups": 2}),
    OpCase(F.layer_norm, lambda x, normalized_shape: standard(x, (1, 2)), [(3, 4, 2)], {"normalized_shape": (4, 2)}),
    OpCase(F.rms_norm, lambda x, normalized_shape, eps: x / np.sqrt((x * x).mean(-1, keepdims=True) + eps), [(3, 4)],
           {"normalized_shape": (4,), "eps": 0.1}),
    *(OpCase(F.local_response_norm, response, [shape], {"size": 3, "alpha": 0.5, "beta": 0.7, "k": 1.5})
      for shape in ((2, 5, 3), (2, 5, 3, 2), (1, 4, 2, 2, 2))),
    *(OpCase(F.cross_map_lrn2d, across_maps, [(2, channels, 2, 3)], {"size": size, "alpha": 0.5, "beta": 0.7, "k": 1.5})
      for channels, size in ((5, 1), (5, 3), (6, 4), (2, 5))),
    OpCase(F.normalize, lambda x, p, dim: x / (np.abs(x) ** p).sum(dim, keepdims=True) ** (1 / p), [(3, 4)],
           {"p": 3.0, "dim": 0}),
    OpCase(F.cosine_similarity, lambda x, y: (x * y).sum(1) / np.sqrt((x * x).sum(1) * (y * y).sum(1)),
           [(3, 4), (3, 4)]),
]  # fmt: skip

zeros = ag.zeros
ERRORS = [
    ErrorCase(F.batch_norm, [zeros(3), None, None], ShapeError, r"\(N, C, \*\)", {"training": True}),
    ErrorCase(F.batch_norm, [zeros(2, 3), zeros(2), zeros(3)], ShapeError, r"running_mean of shape \(3,\)"),
    ErrorCase(F.batch_norm, [zeros(1, 3), None, None], ShapeError, "more than one value", {"training": True}),
    ErrorCase(F.instance_norm, [zeros(2, 3, 1)], ShapeError, "more than one value"),
    ErrorCase(F.group_norm, [zeros(2, 3), 2], ShapeError, "2 groups"),
    ErrorCase(F.layer_norm, [zeros(2, 3), (2,)], ShapeError, r"last sizes are \(2,\)"),
    ErrorCase(F.layer_norm, [zeros(2, 3), (3,), zeros(2)], ShapeError, r"weight of shape \(3,\)"),
    ErrorCase(F.local_response_norm, [zeros(2, 3), 2], ShapeError, "three dimensions"),
    ErrorCase(F.cross_map_lrn2d, [zeros(2, 3, 4), 2], ShapeError, "four dimensions"),
    ErrorCase(nn.BatchNorm2d(3), [zeros(2, 3)], ShapeError, "BatchNorm2d.*4 dimensions"),
    *(
        ErrorCase(layer, [ag.ones(2, 4, dtype=dtype)], DTypeError, f"floating-point input, got {dtype}")
        for layer in (nn.BatchNorm1d(4), nn.LayerNorm(4), nn.RMSNorm(4), nn.GroupNorm(2, 4), nn.InstanceNorm1d(2))
        for dtype in (ag.bool, ag.int64)
    ),
    ErrorCase(nn.InstanceNorm1d(3, affine=True), [zeros(2, 4, 5)], ShapeError, "3 channels"),
    ErrorCase(nn.GroupNorm, [2, 3], ArgumentError, "2 groups"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize("momentum", [0.3, None])
def test_running_statistics(momentum):
    layer = nn.BatchNorm1d(2, momentum=momentum, dtype=ag.float64)
    source = np.random.default_rng(0)
    centre, variance = np.zeros(2), np.ones(2)
    for step in range(1, 6):
        x = source.normal(size=(7, 2, 3)) * 3 + 1
        layer(ag.tensor(x))
        share = 1 / step if momentum is None else momentum
        centre = (1 - share) * centre + share * x.mean((0, 2))
        variance = (1 - share) * variance + share * x.var((0, 2), ddof=1)
    np.testing.assert_allclose(layer.running_mean.numpy(), centre, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), variance, rtol=1e-12)
    assert layer.num_batches_tracked.item() == 5
    found = layer.eval()(ag.tensor(x)).detach().numpy()
    np.testing.assert_allclose(found[:, 0], (x[:, 0] - centre[0]) / np.sqrt(variance[0] + 1e-5), rtol=1e-12)
    layer.reset_running_stats()
    assert layer.running_var.tolist() == [1, 1] and layer.num_batches_tracked.item() == 0
