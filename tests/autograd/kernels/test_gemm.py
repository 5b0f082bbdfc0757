"""Matrix products against NumPy's in double precision."""

import numpy as np
import pytest

from autograd.kernels import gemm, threads

RNG = np.random.default_rng(0)
SIZES = [(1, 1, 1), (1, 300, 1), (7, 9, 49), (8, 16, 48), (9, 1700, 50), (17, 5, 97), (130, 300, 33), (530, 270, 20)]
TOLERANCE = {np.float32: 3e-6, np.float64: 1e-14}


@pytest.fixture(autouse=True)
def every_size_is_ours(monkeypatch):
    monkeypatch.setattr(gemm, "SMALL", -1)
    monkeypatch.setattr(gemm, "SMALL_VECTOR", 0)
    monkeypatch.setattr(gemm, "WORTH_A_THREAD", 1)


def laid_out(shape, dtype, layout):
    """Random numbers as rows, as columns, as every second element of both, or backwards."""
    rows, columns = shape
    if layout == "rows":
        return RNG.standard_normal(shape).astype(dtype)
    if layout == "columns":
        return RNG.standard_normal((columns, rows)).astype(dtype).T
    if layout == "strided":
        return RNG.standard_normal((2 * rows, 3 * columns)).astype(dtype)[::2, ::3]
    return RNG.standard_normal(shape).astype(dtype)[::-1, ::-1]


def assert_product(result, a, b, start=0.0):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    expected = start + a @ b
    bound = TOLERANCE[result.dtype.type] * (np.abs(start) + np.abs(a) @ np.abs(b))
    assert result.shape == expected.shape
    assert (np.abs(result - expected) <= bound).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("left", ["rows", "columns", "strided", "backwards"])
@pytest.mark.parametrize("right", ["rows", "columns", "strided", "backwards"])
def test_matmul_takes_any_strides(dtype, left, right):
    for rows, depth, columns in SIZES:
        a, b = laid_out((rows, depth), dtype, left), laid_out((depth, columns), dtype, right)
        before = a.copy(), b.copy()
        result = gemm.matmul(a, b)
        assert result.dtype == dtype
        assert_product(result, a, b)
        np.testing.assert_array_equal(a, before[0])
        np.testing.assert_array_equal(b, before[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((5, 20, 30), (5, 30, 40)),
        ((5, 20, 30), (30, 40)),
        ((20, 30), (5, 30, 40)),
        ((2, 3, 20, 30), (2, 3, 30, 40)),
        ((2, 1, 20, 30), (3, 30, 40)),
        ((2, 2, 3, 4, 5), (3, 5, 6)),
        ((40, 3, 4), (40, 4, 5)),
    ],
)
def test_matmul_of_batches(dtype, left, right):
    a, b = RNG.standard_normal(left).astype(dtype), RNG.standard_normal(right).astype(dtype)
    assert_product(gemm.matmul(a, b), a, b)
    assert_product(gemm.matmul(b.swapaxes(-1, -2), a.swapaxes(-1, -2)), b.swapaxes(-1, -2), a.swapaxes(-1, -2))


def test_matmul_of_a_permuted_batch():
    x = RNG.standard_normal((3, 20, 4, 16)).astype(np.float32).transpose(0, 2, 1, 3)
    assert_product(gemm.matmul(x, x.swapaxes(-1, -2)), x, x.swapaxes(-1, -2))


@pytest.mark.parametrize(
    ("left", "right"),
    [((0, 3), (3, 4)), ((3, 0), (0, 4)), ((3, 4), (4, 0)), ((0, 3, 4), (0, 4, 5)), ((2, 3, 0), (0, 5))],
)
def test_empty_products_are_numpys(left, right):
    a, b = np.ones(left, np.float32), np.ones(right, np.float32)
    np.testing.assert_array_equal(gemm.matmul(a, b), np.matmul(a, b))


@pytest.mark.parametrize("shapes", [((3, 4), (4,)), ((4,), (4, 3)), ((4,), (4,)), ((2, 3, 4), (4,)), ((1, 4), (4, 3))])
def test_vectors(shapes):
    a, b = (RNG.standard_normal(shape) for shape in shapes)
    np.testing.assert_array_equal(gemm.matmul(a, b), np.matmul(a, b))


def test_integers_are_numpys():
    a = np.arange(12).reshape(3, 4)
    np.testing.assert_array_equal(gemm.matmul(a, a.T), a @ a.T)


def test_sizes_that_do_not_fit_raise():
    with pytest.raises(ValueError):
        gemm.matmul(np.ones((100, 100)), np.ones((99, 100)))


def test_read_only_operands():
    a = np.broadcast_to(np.float32(2.0), (40, 50))
    np.testing.assert_array_equal(gemm.matmul(a, a.T), np.full((40, 40), 200.0))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_linear(dtype, bias):
    for rows, inputs, outputs in SIZES:
        x, weight = laid_out((rows, inputs), dtype, "rows"), laid_out((outputs, inputs), dtype, "rows")
        b = RNG.standard_normal(outputs).astype(dtype) if bias else None
        start = 0.0 if b is None else np.broadcast_to(b.astype(np.float64), (rows, outputs))
        assert_product(gemm.linear(x, weight, b), x, weight.T, start)


def test_linear_keeps_leading_dimensions():
    x, weight, bias = RNG.standard_normal((2, 3, 5)), RNG.standard_normal((4, 5)), RNG.standard_normal(8)[::2]
    result = gemm.linear(x, weight, bias)
    assert result.shape == (2, 3, 4)
    np.testing.assert_allclose(result, x @ weight.T + bias, rtol=1e-13)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_reach_their_row_and_column_only(value):
    a, b = RNG.uniform(1, 2, (20, 30)).astype(np.float32), RNG.uniform(1, 2, (30, 50)).astype(np.float32)
    a[3, 7] = value
    b[8, 49] = value
    hit = np.zeros((20, 50), bool)
    hit[3], hit[:, 49] = True, True
    result = gemm.matmul(a, b)
    assert np.isfinite(result[~hit]).all()
    np.testing.assert_array_equal(result[hit], np.full(hit.sum(), value))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_one_thread_and_many_give_the_same_bits(dtype, layout, restore_threads):
    for rows, depth, columns in SIZES:
        a, b = laid_out((rows, depth), dtype, layout), laid_out((depth, columns), dtype, layout)
        threads.set_num_threads(1)
        alone = gemm.matmul(a, b)
        threads.set_num_threads(restore_threads)
        np.testing.assert_array_equal(alone, gemm.matmul(a, b))


def test_the_grid_uses_all_workers():
    for workers in range(1, 13):
        for bands, vectors in [(1, 100), (100, 1), (16, 32), (64, 49)]:
            assert workers % gemm._grid(bands, vectors, workers, 0.5, 2.0) == 0
    assert gemm._grid(100, 1, 4, 0.5, 2.0) == 4
    assert gemm._grid(1, 100, 4, 0.5, 2.0) == 1


def test_small_products_are_left_to_numpy(monkeypatch):
    monkeypatch.undo()
    a = RNG.standard_normal((20, 20)).astype(np.float32)
    np.testing.assert_array_equal(gemm.matmul(a, a), np.matmul(a, a))
    np.testing.assert_array_equal(gemm.linear(a, a, a[0]), np.matmul(a, a.T) + a[0])
