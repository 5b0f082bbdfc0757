"""The Box–Muller kernels against the formula in higher precision."""

import numpy as np
import pytest

from autograd.kernels import box_muller


def blocks(uniform, mean, std):
    """The formula on blocks of 16, in long double."""
    halves = uniform.astype(np.longdouble).reshape(-1, 2, 8)
    radius = np.sqrt(-2 * np.log(1 - halves[:, 0]))
    angle = 2 * np.pi * halves[:, 1]
    return (np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) * std + mean).ravel()


@pytest.mark.parametrize("size", [0, 15, 16, 17, 31, 32, 1000, 1024, 1040, 70_003])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-0.5, 3.0)])
def test_float32_blocks(size, mean, std):
    uniform = np.random.default_rng(size).integers(0, 2**24, size).astype(np.float32) / np.float32(2**24)
    values, whole = uniform.copy(), size - size % 16
    box_muller.normal32(values, np.float32(mean), np.float32(std))
    np.testing.assert_allclose(values[:whole], blocks(uniform[:whole], mean, std), rtol=0, atol=2e-6 * std)
    np.testing.assert_array_equal(values[whole:], uniform[whole:])


@pytest.mark.parametrize("size", [0, 15, 16, 17, 32, 70_003])
def test_float64_blocks(size):
    uniform = np.random.default_rng(size).random(size)
    values, whole = uniform.copy(), size - size % 16
    box_muller.normal64(values)
    np.testing.assert_allclose(values[:whole], blocks(uniform[:whole], 0, 1), rtol=0, atol=1e-14)
    np.testing.assert_array_equal(values[whole:], uniform[whole:])


def test_edges_of_the_uniform_numbers():
    ends = np.array([0.0, 2**-24, 0.125, 0.25, 0.5, 0.75, 0.875, 1 - 2**-24], np.float32)
    for turned in range(8):
        uniform = np.concatenate([ends, np.roll(ends, turned)])
        values = uniform.copy()
        box_muller.normal32(values, np.float32(0), np.float32(1))
        np.testing.assert_allclose(values, blocks(uniform, 0, 1), rtol=0, atol=2e-6)


def test_pairs_of_uniform_numbers_become_normal_ones():
    uniform = np.random.default_rng(0).random(1000)
    values = uniform.copy()
    box_muller.pairs64(values)
    radius = np.sqrt(-2 * np.log1p(-uniform[1::2].astype(np.longdouble)))
    angle = 2 * np.pi * uniform[0::2].astype(np.longdouble)
    np.testing.assert_allclose(values[0::2], radius * np.cos(angle), rtol=0, atol=1e-14)
    np.testing.assert_allclose(values[1::2], radius * np.sin(angle), rtol=0, atol=1e-14)
