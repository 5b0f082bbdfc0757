"""The masked product of dropout against plain NumPy."""

import numpy as np
import pytest

from autograd.kernels import dropout, threads


@pytest.fixture(autouse=True)
def every_size_is_shared(monkeypatch):
    monkeypatch.setattr(dropout, "WORTH_A_THREAD", 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_masked_scale(dtype):
    rng = np.random.default_rng(0)
    x, mask = rng.standard_normal((37, 53)).astype(dtype), rng.random((37, 53)) < 0.7
    for part in (np.s_[:], np.s_[::2, ::3], np.s_[::-1, ::-1], np.s_[0], np.s_[:0], np.s_[2:, 5]):
        found = dropout.masked_scale(x[part], mask[part], 1.25)
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, x[part] * np.where(mask[part], dtype(1.25), dtype(0)))


def test_nan_and_infinity_are_not_dropped():
    x = np.array([np.inf, np.inf, np.nan, 2.0])
    found = dropout.masked_scale(x, np.array([True, False, False, False]), 2.0)
    np.testing.assert_array_equal(found, [np.inf, np.nan, np.nan, 0])


def test_one_thread_and_many_give_the_same_bits(restore_threads):
    rng = np.random.default_rng(1)
    x, mask = rng.standard_normal(10_001).astype(np.float32), rng.random(10_001) < 0.5
    together = dropout.masked_scale(x, mask, 1.7)
    threads.set_num_threads(1)
    np.testing.assert_array_equal(dropout.masked_scale(x, mask, 1.7), together)
