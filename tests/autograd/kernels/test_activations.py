"""Activations and gradients on the pool against their definitions, in extended precision."""

import mpmath
import numpy as np
import pytest

from autograd.kernels import activations, threads

DTYPES = [np.float32, np.float64]
INF, NAN = np.inf, np.nan
ROOT = np.sqrt(np.longdouble(2) / np.pi)


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(activations, "WORTH_A_THREAD", 1)


def points(dtype, count=3001):
    rng = np.random.default_rng(0)
    spread = rng.standard_normal(count) * 10.0 ** rng.uniform(-8, 0.9, count)
    return np.concatenate([spread, np.linspace(-12, 12, 997)]).astype(dtype)


def exact_normal(x):
    """Probability below x and density at x, as longdoubles."""
    mpmath.mp.dps = 40
    below = [mpmath.ncdf(float(v)) for v in x]
    density = [mpmath.npdf(float(v)) for v in x]
    return (np.array([np.longdouble(mpmath.nstr(v, 25)) for v in each]) for each in (below, density))


def assert_within_ulps(found, exact, count, scale=None):
    scale = np.abs(exact) if scale is None else scale
    tiny = np.finfo(found.dtype).tiny
    unit = np.spacing(np.maximum(scale, tiny).astype(found.dtype)).astype(np.longdouble) + 1000 * tiny / count
    error = np.abs(found.astype(np.longdouble) - exact) / unit
    assert error.max() <= count, error.max()


@pytest.mark.parametrize("dtype", DTYPES)
def test_gelu(dtype):
    x = points(dtype)
    wide = x.astype(np.longdouble)
    below, density = exact_normal(x)
    assert_within_ulps(activations.gelu(x), wide * below, 6)
    slope = below + wide * density
    assert_within_ulps(activations.gelu_backward(np.ones_like(x), x), slope, 8, below + np.abs(wide * density))


def exact_sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_silu(dtype):
    x = points(dtype)
    wide = x.astype(np.longdouble)
    gate = exact_sigmoid(wide)
    assert_within_ulps(activations.silu(x), wide * gate, 4)
    slope, size = gate + wide * gate * (1 - gate), gate * (1 + np.abs(wide))
    assert_within_ulps(activations.silu_backward(np.ones_like(x), x), slope, 8, size)


@pytest.mark.parametrize("dtype", DTYPES)
def test_gelu_tanh(dtype):
    x = points(dtype)
    wide = x.astype(np.longdouble)
    inner = 2 * ROOT * (wide + np.longdouble("0.044715") * wide**3)
    gate = exact_sigmoid(inner)
    size = 1 + np.abs(inner)
    assert_within_ulps(activations.gelu_tanh(x), wide * gate, 6, np.abs(wide * gate) * size)
    turn = wide * gate * (1 - gate) * 2 * ROOT * (1 + 3 * np.longdouble("0.044715") * wide**2)
    found = activations.gelu_tanh_backward(np.ones_like(x), x)
    assert_within_ulps(found, gate + turn, 10, (gate + np.abs(turn)) * size)


SLOPES = {
    activations.sigmoid_backward: lambda grad, out: grad * (out * (1 - out)),
    activations.tanh_backward: lambda grad, out: grad * (1 - out * out),
    activations.exp_backward: lambda grad, out: grad * out,
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("backward", SLOPES, ids=lambda f: f.__name__)
def test_slopes_of_results(backward, dtype):
    rng = np.random.default_rng(1)
    grads, outs = rng.uniform(-1, 1, (2, 37, 53)).astype(dtype)
    for part in (np.s_[:], np.s_[::2, ::3], np.s_[::-1, ::-1], np.s_[0], np.s_[0, ::2], np.s_[:0], np.s_[3, 4, None]):
        found = backward(grads[part], outs[part])
        assert found.dtype == dtype
        expected = SLOPES[backward](grads[part].astype(np.longdouble), outs[part].astype(np.longdouble))
        np.testing.assert_allclose(found, expected, rtol=0, atol=2 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
def test_special_values(dtype):
    x = np.array([INF, -INF, NAN, 0.0, 1e30, -1e30], dtype)
    for function in (activations.gelu, activations.silu, activations.gelu_tanh):
        np.testing.assert_array_equal(function(x), np.array([INF, NAN, NAN, 0, 1e30, 0], dtype))
    one = np.ones(2, dtype)
    for backward in (activations.gelu_backward, activations.silu_backward, activations.gelu_tanh_backward):
        np.testing.assert_array_equal(backward(one, np.array([0, NAN], dtype)), [0.5, NAN])
    np.testing.assert_array_equal(activations.gelu_backward(one, np.array([1e30, -1e30], dtype)), [1, 0])


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    grad, x = np.random.default_rng(3).standard_normal((2, 10_001)).astype(np.float32)
    functions = [activations.gelu, activations.silu, activations.gelu_tanh]
    backwards = [activations.gelu_backward, activations.silu_backward, activations.gelu_tanh_backward, *SLOPES]

    def everything():
        return [function(x) for function in functions] + [backward(grad, x) for backward in backwards]

    together = everything()
    threads.set_num_threads(1)
    for one, many in zip(everything(), together):
        np.testing.assert_array_equal(one, many)
