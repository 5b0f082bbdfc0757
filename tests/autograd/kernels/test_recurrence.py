"""The recurrence kernel against a plain loop."""

import numpy as np
import pytest

from autograd import kernels


@pytest.mark.parametrize("shape", [(1, 6, 1), (2, 5, 3), (3, 1, 2), (2, 4, 0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_recurrence(shape, dtype):
    source = np.random.default_rng(2)
    start = source.uniform(-2, 2, shape).astype(dtype)
    weight = source.uniform(-2, 2, (shape[0], shape[1] - 1, shape[2])).astype(dtype)
    expected = start.astype(float).copy()
    for i in range(1, shape[1]):
        expected[:, i] = start[:, i] + weight[:, i - 1].astype(float) * expected[:, i - 1]
    out = start.copy()
    kernels.recurrence.run(out, weight)
    np.testing.assert_allclose(out, expected, rtol=1e-5 if dtype == np.float32 else 1e-12)
