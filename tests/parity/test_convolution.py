"""Convolutions against PyTorch: values and gradients, float32 and float64."""

import numpy as np
import pytest

import autograd as ag
from autograd.ops import convolution

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(5)
CALLS = [
    ("conv1d", (2, 4, 20), (6, 2, 3), {"stride": 2, "padding": 1, "groups": 2}),
    ("conv1d", (4, 20), (6, 4, 5), {"padding": "same"}),
    ("conv2d", (3, 4, 13, 12), (8, 4, 3, 3), {"padding": 1}),
    ("conv2d", (3, 4, 13, 12), (8, 4, 3, 3), {"padding": 1, "stride": 2}),
    ("conv2d", (3, 4, 13, 12), (8, 2, 5, 2), {"padding": (2, 0), "stride": (3, 1), "groups": 2}),
    ("conv2d", (3, 4, 13, 12), (8, 4, 3, 5), {"padding": "same", "dilation": 2}),
    ("conv2d", (3, 4, 13, 12), (8, 1, 3, 3), {"padding": "valid", "groups": 4}),
    ("conv2d", (2, 32, 28, 28), (64, 32, 3, 3), {"padding": 1}),
    ("conv2d", (2, 3, 64, 64), (16, 3, 7, 7), {"padding": 3, "stride": 2}),
    ("conv2d", (0, 4, 13, 12), (8, 4, 3, 3), {}),
    ("conv3d", (2, 4, 6, 7, 8), (6, 2, 3, 2, 3), {"padding": (1, 0, 2), "stride": (1, 2, 2), "groups": 2}),
    ("conv_transpose1d", (2, 4, 9), (4, 3, 3), {"stride": 2, "output_padding": 1, "padding": 1}),
    ("conv_transpose2d", (2, 4, 7, 6), (4, 3, 3, 3), {"stride": 2, "output_padding": (1, 0), "groups": 2}),
    ("conv_transpose2d", (4, 7, 6), (4, 3, 2, 3), {"dilation": 2, "padding": 1}),
    ("conv_transpose3d", (1, 4, 3, 4, 5), (4, 3, 2, 3, 2), {"stride": (2, 1, 3)}),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "shape", "weight_shape", "options"), CALLS)
def test_values_and_gradients(name, shape, weight_shape, options, dtype):
    outputs = weight_shape[1] * options.get("groups", 1) if "transpose" in name else weight_shape[0]
    arrays = [SOURCE.normal(size=s).astype(dtype) for s in (shape, weight_shape, (outputs,))]
    ours = [ag.tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    out, expected = getattr(convolution, name)(*ours, **options), getattr(torch, name)(*theirs, **options)
    tolerance = 2e-5 if dtype == np.float32 else 1e-12
    assert out.shape == tuple(expected.shape)
    np.testing.assert_allclose(out.detach().numpy(), expected.detach().numpy(), rtol=tolerance, atol=tolerance)
    seed = SOURCE.normal(size=out.shape).astype(dtype)
    out.backward(ag.tensor(seed))
    expected.backward(torch.tensor(seed))
    for x, y in zip(ours, theirs, strict=True):
        scale = max(1.0, float(y.grad.abs().max()) if y.grad.numel() else 1.0)
        np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity(value):
    x, weight = np.abs(SOURCE.normal(size=(1, 3, 9, 9))), np.abs(SOURCE.normal(size=(4, 3, 3, 3)))
    x[0, 1, 4, 5] = value
    found = convolution.conv2d(ag.tensor(x), ag.tensor(weight), padding=1).numpy()
    expected = torch.conv2d(torch.tensor(x), torch.tensor(weight), padding=1).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("problem", [
    ("conv2d", (1, 3, 8, 8), (4, 4, 3, 3), {}), ("conv2d", (1, 4, 2, 8), (4, 4, 3, 3), {}),
    ("conv2d", (1, 4, 8, 8), (4, 2, 3, 3), {"groups": 3}), ("conv2d", (4, 8), (4, 4, 3, 3), {}),
    ("conv2d", (1, 4, 8, 8), (4, 4, 3, 3), {"stride": 0}), ("conv2d", (1, 4, 8, 8), (4, 4, 3, 3), {"padding": -1}),
    ("conv2d", (1, 4, 8, 8), (4, 4, 3, 3), {"padding": "same", "stride": 2}),
    ("conv_transpose2d", (1, 4, 8, 8), (4, 4, 3, 3), {"output_padding": 1}),
])  # fmt: skip
def test_what_they_refuse_we_refuse(problem):
    name, shape, weight_shape, options = problem
    with pytest.raises((RuntimeError, ValueError)):
        getattr(torch, name)(torch.zeros(shape), torch.zeros(weight_shape), **options)
    with pytest.raises(RuntimeError):
        getattr(convolution, name)(ag.zeros(*shape), ag.zeros(*weight_shape), **options)
