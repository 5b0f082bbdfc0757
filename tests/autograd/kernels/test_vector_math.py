"""exp, sigmoid and tanh of whole vectors against NumPy's in extended precision, over the range of their argument."""

import numpy as np
import pytest

from autograd.kernels import threads, vector_math

EDGES = {
    np.float32: [88.722839, 88.72284, 89.5, -87.336, -87.34, -103.0, -103.97, -104.0, -104.5, -200.0, 3.4e38, -3.4e38],
    np.float64: [709.78, 709.79, 710.5, -708.39, -708.4, -745.0, -745.13, -745.2, -746.5, -2000.0, 1.7e308, -1.7e308],
}


def assert_within_one_ulp(x):
    result = vector_math.exp(x)
    with np.errstate(over="ignore", under="ignore"):
        exact = np.exp(x.astype(np.longdouble))
        rounded = exact.astype(x.dtype)
    finite = np.isfinite(rounded)
    np.testing.assert_array_equal(result[~finite], rounded[~finite])
    error = np.abs(result[finite].astype(np.longdouble) - exact[finite])
    assert (error <= np.spacing(rounded[finite]).astype(np.longdouble)).all()


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="no wider float to compare with")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exp_is_within_one_ulp(dtype):
    rng = np.random.default_rng(0)
    assert_within_one_ulp(rng.uniform(-120, 100, 300_000).astype(dtype))
    assert_within_one_ulp(rng.uniform(-760, 720, 300_000).astype(dtype))
    assert_within_one_ulp((rng.standard_normal(100_000) * 10.0 ** rng.integers(-40, 3, 100_000)).astype(dtype))
    assert_within_one_ulp(np.array(EDGES[dtype], dtype))


def test_exp_is_within_one_ulp_for_one_in_a_thousand_float32s():
    x = np.arange(0, 2**32, 1009, dtype=np.int64).astype(np.uint32).view(np.float32)
    assert_within_one_ulp(x[~np.isnan(x)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exp_of_special_values(dtype):
    tiny = np.finfo(dtype).smallest_subnormal
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, tiny, -tiny], dtype)
    np.testing.assert_array_equal(vector_math.exp(x), np.array([1, 1, np.inf, 0, np.nan, np.nan, 1, 1], dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exp_of_any_layout_and_length(dtype):
    x = np.random.default_rng(1).standard_normal((70, 36)).astype(dtype)
    for view in [x, x.T, x[::2, 1::3], x[0, ::2], x[0, ::-1], x[0, :0], x[3, 5], np.broadcast_to(x[0], (3, 36))]:
        result = vector_math.exp(np.asarray(view))
        assert result.shape == view.shape
        np.testing.assert_allclose(result, np.exp(view), rtol=3 * np.finfo(dtype).eps)
    for length in range(40):
        np.testing.assert_allclose(vector_math.exp(x[0, :length]), np.exp(x[0, :length]), rtol=3 * np.finfo(dtype).eps)


def test_one_thread_and_many_give_the_same_bits(restore_threads, monkeypatch):
    monkeypatch.setattr(vector_math, "WORTH_A_THREAD", 1)
    x = np.random.default_rng(2).standard_normal(10_001).astype(np.float32)
    together = vector_math.exp(x)
    threads.set_num_threads(1)
    np.testing.assert_array_equal(vector_math.exp(x), together)


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="no wider float to compare with")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("function", "exact", "bound"),
    [(vector_math.sigmoid, lambda x: 1 / (1 + np.exp(-x)), 3), (vector_math.tanh, np.tanh, 3)],
    ids=["sigmoid", "tanh"],
)
def test_gates_are_within_a_few_ulp(function, exact, bound, dtype):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.uniform(-30, 30, 300_000), rng.standard_normal(100_000) * 10.0 ** rng.integers(-30, 1)])
    x = x.astype(dtype)
    expected = exact(x.astype(np.longdouble))
    error = np.abs(function(x).astype(np.longdouble) - expected) / np.spacing(np.abs(expected).astype(dtype))
    assert error.max() <= bound


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gates_saturate_and_pass_on_what_is_not_a_number(dtype):
    x = np.array([-np.inf, -1e4, 0, 1e4, np.inf, np.nan], dtype)
    np.testing.assert_array_equal(vector_math.sigmoid(x), np.array([0, 0, 0.5, 1, 1, np.nan], dtype))
    np.testing.assert_array_equal(vector_math.tanh(x), np.array([-1, -1, 0, 1, 1, np.nan], dtype))
