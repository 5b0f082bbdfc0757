"""The compiled loops against the plain ones."""

import numpy as np
import pytest

from benchmarks.naive import compiled_convolution as compiled
from benchmarks.naive import convolution as plain


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1)])
def test_the_three_maps(stride, padding):
    source = np.random.default_rng(0)
    x, weight, bias = (source.standard_normal(shape).astype(np.float32) for shape in ((2, 3, 7, 6), (4, 3, 3, 2), (4,)))
    options = (stride,) * 2, (padding,) * 2, (1, 1), 1
    out = plain.convolution(x, weight, bias, *options)
    gradient = source.standard_normal(out.shape).astype(np.float32)
    for found, expected in [
        (compiled.convolution(x, weight, bias, stride, padding), out),
        (compiled.input_gradient(gradient, weight, x.shape, stride, padding),
         plain.input_gradient(gradient, weight, x.shape, *options)),
        (compiled.weight_gradient(gradient, x, weight.shape, stride, padding),
         plain.weight_gradient(gradient, x, weight.shape, *options)),
    ]:  # fmt: skip
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
