"""The compiled shuffle against a plain loop."""

import numpy as np
import pytest

from autograd.kernels import shuffle


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 1000, 70_000])
def test_fisher_yates(n):
    words = np.random.default_rng(n).integers(0, 2**32, max(n - 1, 0), dtype=np.uint32)
    expected = list(range(n))
    for i, word in enumerate(words.tolist()):
        other = i + word % (n - i)
        expected[i], expected[other] = expected[other], expected[i]
    order = np.arange(n)
    shuffle.fisher_yates(words, order)
    assert order.tolist() == expected
