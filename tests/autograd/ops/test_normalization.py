"""Normalization of batches, groups and rows: both orders of gradients; numbers at sizes that kernels share out."""

import numpy as np
import pytest

import autograd as ag
from autograd.ops import normalization as ops
from tests.conformance import OpCase, conforms


def standard(x, axes, eps):
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def scaled(x, weight, bias):
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return x * weight.reshape(shape) + bias.reshape(shape)


def batch(x, weight, bias):
    return ops.batch_norm(x, weight, bias, None, 0.1, [])


def batch_by_running(x, weight, bias):
    return ops.batch_norm(x, weight, bias, (np.arange(3.0), np.arange(3.0) + 1), 0.1, [])


def running(x, weight, bias):
    shape = (1, 3) + (1,) * (x.ndim - 2)
    return scaled((x - np.arange(3.0).reshape(shape)) / np.sqrt(np.arange(3.0).reshape(shape) + 1.1), weight, bias)


def groups(x, weight, bias):
    return ops.group_norm(x, weight, bias, 2, 0.1, [])


def by_groups(x, weight, bias):
    return scaled(standard(x.reshape(len(x), 2, -1), 2, 0.1).reshape(x.shape), weight, bias)


def rows(x, weight, bias, centred):
    return ops.row_norm(x, weight, bias, centred, 0.1, [])


def by_rows(x, weight, bias, centred):
    found = standard(x, 1, 0.1) if centred else x / np.sqrt((x * x).mean(1, keepdims=True) + 0.1)
    return found * weight + bias


CASES = [
    *(OpCase(batch, lambda x, w, b: scaled(standard(x, (0, *range(2, x.ndim)), 0.1), w, b), [shape, (3,), (3,)],
             name="batch_norm") for shape in ((4, 3), (2, 3, 4), (2, 3, 2, 3))),
    *(OpCase(batch_by_running, running, [shape, (3,), (3,)], name="batch_norm") for shape in ((4, 3), (2, 3, 2, 3))),
    *(OpCase(groups, by_groups, [shape, (4,), (4,)], name="group_norm") for shape in ((3, 4), (2, 4, 3))),
    *(OpCase(rows, by_rows, [(3, 5), (5,), (5,)], {"centred": c}, name="row_norm") for c in (True, False)),
]  # fmt: skip

test_cases = conforms(CASES)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(8, 6, 40, 41), (300, 6, 100), (5000, 6)])
def test_large_batches(shape, dtype):
    source = np.random.default_rng(0)
    x, g = (source.normal(size=shape).astype(dtype) for _ in range(2))
    x += 1000
    weight, bias = source.normal(size=(2, 6)).astype(dtype)
    axes, found, threads = (0, *range(2, x.ndim)), [], ag.get_num_threads()
    for count in (1, threads):
        ag.set_num_threads(count)
        tensors = [ag.tensor(a, requires_grad=True) for a in (x, weight, bias)]
        y = ops.batch_norm(*tensors, None, 1e-5, [])
        y.backward(ag.tensor(g))
        found.append([y.detach().numpy(), *(t.grad.numpy() for t in tensors)])
    ag.set_num_threads(threads)
    assert all((one == many).all() for one, many in zip(*found, strict=True))
    wide = x.astype(np.float64)
    flat = standard(wide, axes, 1e-5)
    tolerance = 3e-4 if dtype == np.float32 else 1e-9
    np.testing.assert_allclose(found[0][0], scaled(flat, weight, bias), atol=tolerance)
    np.testing.assert_allclose(found[0][2], (g * flat).sum(axes), rtol=tolerance, atol=tolerance * x.size**0.5)
    np.testing.assert_allclose(found[0][3], g.astype(np.float64).sum(axes), rtol=tolerance, atol=tolerance)


def test_what_is_not_a_number_stays_in_its_channel():
    x = np.random.default_rng(0).normal(size=(4, 3, 5))
    x[1, 2, 3] = np.nan
    found = ops.batch_norm(x, None, None, None, 1e-5, [])
    assert np.isnan(found[:, 2]).all() and np.isfinite(found[:, :2]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("shape", [(700, 64), (3, 9000), (90, 1001)])
def test_many_rows(shape, centred, dtype):
    source = np.random.default_rng(0)
    x, g = (source.normal(size=shape).astype(dtype) for _ in range(2))
    x += 1000 if centred else 1
    weight, bias = source.normal(size=(2, shape[1])).astype(dtype)
    found, threads = [], ag.get_num_threads()
    for count in (1, threads):
        ag.set_num_threads(count)
        tensors = [ag.tensor(a, requires_grad=True) for a in (x, weight, bias)]
        y = ops.row_norm(*tensors, centred, 1e-5, [])
        y.backward(ag.tensor(g))
        found.append([y.detach().numpy(), *(t.grad.numpy() for t in tensors)])
    ag.set_num_threads(threads)
    assert all((one == many).all() for one, many in zip(*found, strict=True))
    wide, share = x.astype(np.float64), g * weight.astype(np.float64)
    from_mean = wide - wide.mean(1, keepdims=True) if centred else wide
    scale = 1 / np.sqrt((from_mean**2).mean(1, keepdims=True) + 1e-5)
    flat = from_mean * scale
    back = share - flat * (share * flat).mean(1, keepdims=True) - (share.mean(1, keepdims=True) if centred else 0)
    tolerance = 5e-4 if dtype == np.float32 else 1e-9
    for got, want in zip(found[0], [flat * weight + bias, back * scale, (g * flat).sum(0), g.sum(0)], strict=True):
        np.testing.assert_allclose(got, want, atol=tolerance * (1 + np.sqrt(len(x)) * (got.ndim == 1)))
