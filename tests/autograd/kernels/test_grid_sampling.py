"""The sampling kernels with one thread against two, over more positions than a block."""

import numpy as np

import autograd as ag
from autograd.kernels import grid_sampling


def test_threads_change_nothing():
    rng = np.random.default_rng(6)
    pixels, samples = (rng.normal(size=(2, 3, n)).astype(np.float32) for n in (900, 700))
    weights = rng.normal(size=(4, 2, 700)).astype(np.float32)
    places = rng.integers(-1, 900, (4, 2, 700))
    before, found = ag.get_num_threads(), []
    try:
        for count in (1, before):
            ag.set_num_threads(count)
            found.append(
                [
                    grid_sampling.gather(pixels, weights, places),
                    grid_sampling.scatter(samples, weights, places, 900),
                    grid_sampling.products(samples, pixels, places),
                ]
            )
    finally:
        ag.set_num_threads(before)
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_many_positions():
    rng = np.random.default_rng(7)
    pixels, weights = rng.normal(size=(1, 2, 50)), rng.normal(size=(3, 1, 600))
    places = rng.integers(0, 50, (3, 1, 600))
    expected = (pixels[0][:, places[:, 0]] * weights[:, 0]).sum(1)
    np.testing.assert_allclose(grid_sampling.gather(pixels, weights, places)[0], expected, rtol=1e-12)
