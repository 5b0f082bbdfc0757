"""Fused attention and its gradients against the definition in extended precision, written with einsum."""

import numpy as np
import pytest

from autograd.kernels import attention, threads

DTYPES = [np.float32, np.float64]
SIZES = [(2, 1, 1, 1, 1, 1), (1, 2, 5, 7, 8, 4), (2, 3, 130, 150, 8, 40), (2, 2, 65, 65, 33, 33), (1, 2, 90, 40, 16, 9)]


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(attention, "WORTH_A_THREAD", 1)


def operands(sizes, dtype, group=1):
    batch, heads, queries, keys, depth, columns = sizes
    rng = np.random.default_rng(0)
    shapes = [(batch, heads * group, queries, depth), (batch, heads, keys, depth), (batch, heads, keys, columns)]
    return [rng.standard_normal(shape).astype(dtype) for shape in (*shapes, (*shapes[0][:-1], columns))]


def exact(q, k, v, g, mask, causal, scale):
    """The result and the gradients for q, k and v."""
    q, k, v, g = (x.astype(np.longdouble) for x in (q, k, v, g))
    group = q.shape[1] // k.shape[1]
    k, v = np.repeat(k, group, 1), np.repeat(v, group, 1)
    scores = scale * np.einsum("bhie,bhje->bhij", q, k)
    if causal:
        mask = np.tril(np.ones(scores.shape[-2:], bool))
    if mask is not None:
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    top = scores.max(-1, keepdims=True)
    powers = np.exp(scores - np.where(top == -np.inf, 0, top))
    total = powers.sum(-1, keepdims=True)
    p = powers / np.where(total == 0, 1, total)
    dp = np.einsum("bhiv,bhjv->bhij", g, v)
    ds = scale * p * (dp - (p * dp).sum(-1, keepdims=True))
    dk, dv = np.einsum("bhij,bhie->bhje", ds, q), np.einsum("bhij,bhiv->bhjv", p, g)
    dk, dv = (x.reshape(x.shape[0], -1, group, *x.shape[2:]).sum(2) for x in (dk, dv))
    return p @ v, np.einsum("bhij,bhje->bhie", ds, k), dk, dv


def found_by_kernel(q, k, v, g, mask, causal, scale):
    out, sums = attention.forward(q, k, v, mask, causal, scale)
    return out, *attention.backward(g, out, sums, q, k, v, mask, causal, scale)


def assert_right(q, k, v, g, mask=None, causal=False, scale=0.3):
    for found, expected in zip(
        found_by_kernel(q, k, v, g, mask, causal, scale), exact(q, k, v, g, mask, causal, scale)
    ):
        assert found.dtype == q.dtype
        bound = 200 * np.finfo(q.dtype).eps * (1 + float(np.abs(expected).max()))
        np.testing.assert_allclose(found, expected.astype(np.float64), rtol=0, atol=bound)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_attention(sizes, causal, dtype):
    assert_right(*operands(sizes, dtype), causal=causal)


@pytest.mark.parametrize("causal", [False, True])
def test_grouped_heads(causal):
    assert_right(*operands((2, 2, 70, 80, 8, 5), np.float64, group=3), causal=causal)


@pytest.mark.parametrize("shape", [(70, 80), (80,), (1, 80), (2, 1, 70, 80), (3, 1, 1), (2, 3, 70, 80)])
def test_masks_of_truth_values_and_of_numbers(shape):
    everything = operands((2, 3, 70, 80, 8, 5), np.float64)
    rng = np.random.default_rng(1)
    assert_right(*everything, mask=rng.random(shape) < 0.5)
    assert_right(*everything, mask=rng.standard_normal(shape))


def test_who_sees_nothing_gets_zero():
    everything = operands((1, 2, 70, 80, 8, 5), np.float64)
    mask = np.random.default_rng(1).random((70, 80)) < 0.5
    mask[[0, 66]] = False
    assert_right(*everything, mask=mask)
    out, slope, *_ = found_by_kernel(*everything, mask, False, 0.3)
    assert not out[..., [0, 66], :].any() and not slope[..., [0, 66], :].any()


def test_nan_reaches_the_queries_that_see_it():
    q, k, v, _ = operands((1, 1, 70, 70, 8, 5), np.float32)
    q[..., 3, 0] = np.nan
    out, _ = attention.forward(q, k, v, None, True, 0.3)
    np.testing.assert_array_equal(np.isnan(out).all(-1)[0, 0], np.arange(70) == 3)
    q[..., 3, 0], k[..., 50, 0] = 0, np.nan
    out, _ = attention.forward(q, k, v, None, True, 0.3)
    np.testing.assert_array_equal(np.isnan(out).all(-1)[0, 0], np.arange(70) >= 50)


def test_strided_operands():
    q, k, v, g = (
        np.repeat(x, 2, -1)[..., ::2].swapaxes(1, 2).copy().swapaxes(1, 2) for x in operands(SIZES[2], np.float64)
    )
    assert_right(q, k, v, g)


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    everything = operands((3, 5, 70, 80, 8, 5), np.float32)
    together = found_by_kernel(*everything, None, True, 0.3)
    threads.set_num_threads(1)
    for one, many in zip(found_by_kernel(*everything, None, True, 0.3), together):
        np.testing.assert_array_equal(one, many)


def transposed(x):
    """The same numbers, the heads between queries and columns in memory, with a gap behind each row."""
    wide = np.full((x.shape[0], x.shape[2], x.shape[1], x.shape[3] + 3), np.nan, x.dtype)
    wide[..., :-3] = x.transpose(0, 2, 1, 3)
    return wide[..., :-3].transpose(0, 2, 1, 3)


@pytest.mark.parametrize("group", [1, 3])
@pytest.mark.parametrize("causal", [False, True])
def test_matrices_of_any_layout(group, causal):
    q, k, v, g = operands((2, 3, 70, 90, 8, 5), np.float32, group)
    assert_right(transposed(q), transposed(k), transposed(v), transposed(g), causal=causal)
    assert_right(q, k[..., ::-1], v[:, :, ::-1], np.broadcast_to(g[:, :1], g.shape), causal=causal)


def test_results_lie_in_memory_as_their_operands_do():
    operand = transposed(operands((2, 3, 20, 20, 8, 8), np.float32)[0])
    found = found_by_kernel(operand, operand, operand, operand, None, False, 0.3)
    assert all(x.transpose(0, 2, 1, 3).flags.c_contiguous for x in found)


@pytest.mark.parametrize("leading", [(), (3,), (2, 1, 3)])
def test_any_number_of_leading_dimensions(leading):
    q, k, v, g = (x[0, :1] for x in operands((1, 1, 30, 40, 8, 5), np.float64))
    exactly = exact(*(x[None] for x in (q, k, v, g)), None, False, 0.3)
    full = [np.broadcast_to(x[0], leading + x.shape[1:]) for x in (q, k, v, g)]
    for found, expected in zip(found_by_kernel(*full, None, False, 0.3), exactly):
        assert found.shape == leading + expected.shape[2:]
        np.testing.assert_allclose(found, np.broadcast_to(expected[0, 0].astype(float), found.shape), atol=1e-12)
